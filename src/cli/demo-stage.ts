import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createDaemon, type Daemon } from '../daemon/compose.ts';
import { formatHostPort, parseConfig } from '../daemon/config.ts';
import { createSandbox } from '../sandbox/sandbox.ts';
import type { Instant } from '../time/interval.ts';
import { createWeb } from '../web/web.ts';
import { isInTheWay } from './demo-script.ts';
import { logOf } from './environment.ts';
import { noFeeds, requireSet } from './policy-files.ts';
import type { Surroundings } from './surroundings.ts';

/** A sync as the stand-in API has it. */
export interface StagedSync {
  readonly kind: 'model' | 'bulk';
  readonly id: string;
  readonly name: string;
  readonly active: boolean;
  /** The execution under way, if any. */
  readonly running: string | null;
  readonly updated_by: string;
}

/** A request as the stand-in API saw it. */
export interface StagedRequest {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
  readonly idempotency_key: string | null;
  readonly effect: string;
}

/** All that the demonstration runs on, in this process and one temporary folder. */
export interface Stage {
  readonly daemon: Daemon;
  readonly organization: string;
  /** Where the daemon's own HTTP API answers. */
  readonly apiUrl: string;
  readonly sandboxUrl: string;
  /** Where the policies are. */
  readonly policies: string;
  /** Shipped policies whose window is open just now; they are not played. */
  readonly leftOut: readonly string[];
  syncs(): Promise<readonly StagedSync[]>;
  requests(): Promise<readonly StagedRequest[]>;
  /** Lets a person do something in the vendor's user interface. */
  person(name: string, action: 'activate' | 'deactivate', sync: string): Promise<void>;
  /** Writes a policy file and has the daemon load it. Gives its words when it refuses. */
  addPolicies(file: string, text: string): Promise<string | undefined>;
  /** Ends everything and removes the folder. Harmless when called again. */
  close(): Promise<void>;
}

const PACKAGE = dirname(fileURLToPath(new URL('../../package.json', import.meta.url)));
const LOOPBACK = { host: '127.0.0.1', port: 0 } as const;
/** Often, so that what a person does in the middle of the window is seen while it lasts. */
const SWEEP = '3s';

/** Sets the stage; the daemon is not started yet. */
export async function setStage(surroundings: Surroundings, isVerbose: boolean): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), 'curfew-demo-'));
  const removeFolder = () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  // A second Ctrl-C ends the process at once; the folder goes even then.
  process.once('exit', removeFolder);
  const policies = join(folder, 'policies');
  mkdirSync(policies);
  const leftOut = await copyPolicies(policies, surroundings.clock.now());
  // Cancelling always works out, or the story would need a second ending.
  const sandbox = createSandbox({ cancelLateRate: 0 });
  const { url: sandboxUrl } = await sandbox.listen(LOOPBACK);
  const { daemon, web, tell } = createDaemonFor(surroundings, isVerbose, {
    POLYTOMIC_URL: sandboxUrl,
    POLYTOMIC_API_KEY: sandbox.about().keys.apiKey,
    POLYTOMIC_RATE: '50/s',
    CURFEW_POLICIES: policies,
    CURFEW_DATA: join(folder, 'data'),
    CURFEW_SWEEP: SWEEP,
  });
  const { url: apiUrl, port } = await web.listen(LOOPBACK);
  tell(formatHostPort({ ...LOOPBACK, port }));
  let closing: Promise<void> | undefined;
  return {
    daemon,
    organization: sandbox.about().organization.name,
    apiUrl,
    sandboxUrl,
    policies,
    leftOut,
    syncs: async () => (await ask<{ syncs: StagedSync[] }>(`${sandboxUrl}/_sandbox/state`)).syncs,
    async requests() {
      const url = `${sandboxUrl}/_sandbox/requests?method=POST`;
      return (await ask<{ requests: StagedRequest[] }>(url)).requests;
    },
    async person(name, action, sync) {
      const body = JSON.stringify({ name, action, sync });
      const headers = { 'content-type': 'application/json' };
      await ask(`${sandboxUrl}/_sandbox/people`, { method: 'POST', headers, body });
    },
    async addPolicies(file, text) {
      writeFileSync(join(policies, file), text);
      const { ok, message } = await daemon.operations.reload();
      return ok ? undefined : message;
    },
    close() {
      closing ??= (async () => {
        await daemon.stop();
        await web.close();
        await sandbox.close();
        removeFolder();
        process.removeListener('exit', removeFolder);
      })();
      return closing;
    },
  };
}

/** Copies the shipped policies but for those in the way, and gives the names of these. */
async function copyPolicies(folder: string, now: Instant): Promise<string[]> {
  const shipped = await requireSet([join(PACKAGE, 'policies')], now, noFeeds);
  const inTheWay = shipped.policies.filter((policy) => isInTheWay(policy, now));
  for (const { file, text } of shipped.sources) {
    if (inTheWay.some(({ place }) => place.file === file)) continue;
    writeFileSync(join(folder, basename(file)), text);
  }
  return inTheWay.map(({ name }) => name);
}

function createDaemonFor(
  surroundings: Surroundings,
  isVerbose: boolean,
  env: Readonly<Record<string, string>>,
) {
  const { clock, chance, version } = surroundings;
  const parsed = parseConfig(env, () => '');
  if ('problems' in parsed) throw new Error(JSON.stringify(parsed.problems));
  const { config } = parsed;
  const log = logOf(surroundings, config, isVerbose ? 'info' : 'silent');
  let address: string | undefined;
  const daemon = createDaemon({ config, clock, chance, log, version, address: () => address });
  const { operations } = daemon;
  const web = createWeb({ operations, tokens: [], version, log });
  const tell = (listen: string) => {
    address = listen;
  };
  return { daemon, web, tell };
}

async function ask<Answer>(url: string, init: RequestInit = {}): Promise<Answer> {
  const answer = await fetch(url, init);
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}: ${text}`);
  return JSON.parse(text) as Answer;
}
