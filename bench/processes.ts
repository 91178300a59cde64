// The programs of a bench, each in a process of its own, so that their work is not mixed up.

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from '../test/support/guard.ts';
import { type Launched, launch } from '../test/support/launch.ts';
import { freePort, LOOPBACK } from '../test/support/ports.ts';

/** The root of the checkout, seen from `dist-bench/bench`. */
const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const CURFEW = join(ROOT, 'dist/cli/main.js');
const SANDBOX_KEY = 'sandbox-api-key';

/** A sandbox of a bench. */
export interface SandboxProcess {
  readonly url: string;
  readonly key: string;
  readonly pid: number;
  get<T>(path: string): Promise<T>;
  post(path: string, body: object): Promise<void>;
  /** Forgets what was asked so far. */
  forgetRequests(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts `curfew sandbox` with made-up syncs; always the same ones. */
export async function startSandboxProcess(syncs: number): Promise<SandboxProcess> {
  const port = await freePort();
  const url = `http://${LOOPBACK}:${port}`;
  const args = ['sandbox', '--listen', `${LOOPBACK}:${port}`, '--syncs', `${syncs}`];
  const launched = await launch(process.execPath, [CURFEW, ...args], { env: bareEnvironment() });
  await launched.waitForLine(/active/);
  const ask = async (method: string, path: string, body?: object): Promise<Response> => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { authorization: `Bearer ${SANDBOX_KEY}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status}`);
    return response;
  };
  return {
    url,
    key: SANDBOX_KEY,
    pid: launched.pid,
    get: async (path) => (await ask('GET', path)).json() as never,
    post: async (path, body) => void (await (await ask('POST', path, body)).text()),
    forgetRequests: async () => void (await ask('DELETE', '/_sandbox/requests')),
    stop: () => launched.end('SIGTERM'),
  };
}

/** What a daemon of a bench is started with. */
export interface DaemonOptions {
  readonly sandbox: SandboxProcess;
  /** The text of the policy file. */
  readonly policy: string;
  /** `REDIS_URL` and so on; the embedded database when they are left out. */
  readonly env: Readonly<Record<string, string>>;
  /** Options of Node itself, such as `--cpu-prof`. */
  readonly nodeArgs?: readonly string[];
}

/** `curfew run` in a folder of its own. */
export interface DaemonProcess extends Launched {
  /** Resolves when the daemon has loaded the new text and looked at every sync with it. */
  replacePolicy(text: string): Promise<void>;
  /** Stops it in an orderly way and removes its folder. */
  stop(): Promise<void>;
}

/** Starts `curfew run` and resolves when it says that it is at work. */
export async function startDaemonProcess(options: DaemonOptions): Promise<DaemonProcess> {
  const { sandbox, policy, env, nodeArgs = [] } = options;
  const folder = await temporaryFolder('bench-daemon');
  const policyFile = join(folder.path, 'policies.yaml');
  await writeFile(policyFile, policy);
  const launched = await launch(process.execPath, [...nodeArgs, CURFEW, 'run'], {
    cwd: folder.path,
    env: {
      ...bareEnvironment(),
      POLYTOMIC_URL: sandbox.url,
      POLYTOMIC_API_KEY: sandbox.key,
      CURFEW_POLICIES: policyFile,
      CURFEW_DATA: join(folder.path, 'data'),
      CURFEW_LISTEN: `${LOOPBACK}:${await freePort()}`,
      ...env,
    },
  });
  const daemon: DaemonProcess = Object.assign(launched, {
    async replacePolicy(text: string) {
      await writeFile(policyFile, text);
      launched.child.kill('SIGHUP');
      await launched.waitForLine(/policies are in force/);
    },
    async stop() {
      await launched.end('SIGTERM');
      await folder.remove();
    },
  });
  try {
    await launched.waitForLine(/Curfew is at work/);
    return daemon;
  } catch (error) {
    await daemon.stop();
    throw error;
  }
}

/** Starts a file of this folder with a JSON argument. */
export function startBenchProgram(file: string, argument: object): Promise<Launched> {
  const program = fileURLToPath(new URL(file, import.meta.url));
  const args = [program, JSON.stringify(argument)];
  return launch(process.execPath, args, { env: bareEnvironment() });
}

/** Nothing of our own settings may reach a bench, or its figures would depend on them. */
function bareEnvironment(): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH, HOME: process.env.HOME, TZ: 'UTC' };
}
