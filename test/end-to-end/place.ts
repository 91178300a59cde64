// Everything that a person has who tries Curfew: a sandbox in a process of its own, a folder with
// policies, an environment, and the program. Waiting is for lines and requests, never for time.

import { expect } from 'vitest';
import { curfew, PROGRAM, type Ran, ROOT } from '../cli/curfew.ts';
import { environment, type Home, makeHome } from '../daemon/rig.ts';
import { type Launched, launch } from '../support/launch.ts';
import { freePort } from '../support/ports.ts';
import type { SeenRequest } from '../support/sandbox.ts';

export type Env = Readonly<Record<string, string>>;

export interface Place {
  readonly home: Home;
  /** What the program is started with. */
  readonly env: Env;
  readonly sandbox: SandboxProcess;
  /** Runs the program to its end; `args` are split at spaces unless they are a list. */
  run(args: string | readonly string[], more?: Env): Promise<Ran>;
  /** Starts `curfew run` and resolves when the process is there; it may not be at work yet. */
  launchDaemon(more?: Env): Promise<Launched>;
  /** Ends what was started and removes what was made. */
  leave(): Promise<void>;
}

export interface SandboxProcess {
  readonly url: string;
  readonly syncs: readonly { readonly name: string; readonly active: boolean }[];
  /** `active` by name, now. */
  activity(): Promise<Record<string, boolean>>;
  /** The activate calls that it has seen, in order. */
  activations(): Promise<readonly SeenRequest[]>;
  /** Lets every activate call take this long to be answered; 0 ends that. */
  slowDown(ms: number): Promise<void>;
}

/** A place where nothing happens yet; `more` wins over the usual environment. */
export async function makePlace(more: Env = {}): Promise<Place> {
  const process = await launch(globalThis.process.execPath, [
    ...[PROGRAM, 'sandbox', '--listen', `127.0.0.1:${await freePort()}`],
  ]);
  const greeting = await process.waitForLine(/ on http:/);
  const sandbox = await askSandbox(/http:\S+/.exec(greeting)![0]);
  const home = await makeHome();
  const { PATH = '' } = globalThis.process.env;
  const env: Env = {
    ...(environment(home, sandbox.url) as Env),
    CURFEW_LISTEN: `127.0.0.1:${await freePort()}`,
    USER: 'priya',
    ...more,
  };
  const daemons: Launched[] = [];
  return {
    home,
    env,
    sandbox,
    run: (args, extra = {}) =>
      curfew(typeof args === 'string' ? args.split(' ') : args, { ...env, ...extra }, ROOT),
    async launchDaemon(extra = {}) {
      const options = { cwd: home.policies, env: { PATH, ...env, ...extra } };
      const daemon = await launch(globalThis.process.execPath, [PROGRAM, 'run'], options);
      daemons.push(daemon);
      return daemon;
    },
    async leave() {
      for (const daemon of daemons) await daemon.end('SIGKILL');
      await process.end('SIGTERM');
      await home.remove();
    },
  };
}

async function askSandbox(url: string): Promise<SandboxProcess> {
  const ask = async <T>(path: string, init: RequestInit = {}) => {
    const answer = await fetch(`${url}/_sandbox/${path}`, init);
    if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
    return (await answer.json()) as T;
  };
  type Syncs = { syncs: { name: string; active: boolean }[] };
  const read = async () => (await ask<Syncs>('state')).syncs;
  return {
    url,
    syncs: await read(),
    activity: async () =>
      Object.fromEntries((await read()).map(({ name, active }) => [name, active])),
    async activations() {
      const { requests } = await ask<{ requests: SeenRequest[] }>('requests?limit=10000');
      return requests.filter(({ method, path }) => method === 'POST' && /\/activate$/.test(path));
    },
    async slowDown(ms) {
      await ask('faults', { method: 'DELETE' });
      if (ms === 0) return;
      const fault = { kind: 'latency', ms, method: 'POST', route: '/api/**' };
      const headers = { 'content-type': 'application/json' };
      await ask('faults', { method: 'POST', headers, body: JSON.stringify(fault) });
    },
  };
}

/** Resolves when a daemon has written `count` journal entries of a type to its log. */
export async function logged(
  daemon: Launched,
  type: string,
  { count = 1, from = 0 } = {},
): Promise<void> {
  const pattern = new RegExp(`"type":"${type.replace('.', '\\.')}"`);
  for (let next = from, seen = 0; seen < count; seen += 1) {
    const line = await daemon.waitForLine(pattern, next);
    next = daemon.lines.indexOf(line, next) + 1;
  }
}

/** What a command says when it cannot do its work: one sentence, no stack, and this exit code. */
export function expectSentence(
  ran: { readonly exitCode: number | null; readonly stderr: string },
  exitCode: number,
  sentence: RegExp,
): void {
  const said = ran.stderr.split('\n').filter((line) => line !== '' && !line.startsWith('{'));
  expect(said, ran.stderr).toEqual([expect.stringMatching(sentence)]);
  expect(said[0]).toMatch(/^error: (--)?[A-Z\w]/);
  expect(ran.stderr).not.toMatch(/^\s+at /m);
  expect(ran.exitCode).toBe(exitCode);
}

/** A policy that selects nothing soon: a daemon may start with it and wait for the real one. */
export const IDLE_POLICY = `version: 1
timezone: UTC
policies:
  idle:
    select: { name: Nobody }
    pause:
      during:
        - once: 2060-01-01T00:00/PT1H
`;
