// The sandbox of a run, in a process of its own, and what the run asks of it: to be the weather and
// the people, and to tell what came in. It is never killed: what it knows is what we judge by.

import { launch } from '../support/launch.ts';
import { freePort, LOOPBACK } from '../support/ports.ts';
import type { ApiRequest, Change, SyncState } from './evidence.ts';
import { sleep } from './pausing.ts';

/** The key that a sandbox takes, and the name under which it knows whoever uses it. */
export const SANDBOX_KEY = 'sandbox-api-key';

export interface SandboxDesk {
  readonly url: string;
  readonly pid: number;
  /** All syncs as they are now. */
  syncs(): Promise<SyncState[]>;
  changes(): Promise<{ readonly changes: readonly Change[]; readonly lost: number }>;
  /** Puts these faults in the place of all others. */
  setFaults(faults: readonly object[]): Promise<void>;
  setRevoked(revoked: boolean): Promise<void>;
  /** Does what a person does; the status of the answer. */
  person(action: object): Promise<number>;
  /** Every request so far; `lost` fell out of the sandbox's log before it was read. */
  requests(): Promise<{ readonly requests: readonly ApiRequest[]; readonly lost: number }>;
  close(): Promise<void>;
}

/** Where the program is, and what sandbox it should run. */
export interface SandboxOptions {
  readonly program: string;
  readonly env: NodeJS.ProcessEnv;
  readonly syncs: number;
  readonly seed: number;
}

/** Longer than any freeze, whose end an answer waits for. */
const ANSWER_LIMIT_MS = 60_000;

/** Starts `curfew sandbox`, and begins to copy its logs, which keep only the latest. */
export async function openSandbox(options: SandboxOptions): Promise<SandboxDesk> {
  const { program, env, syncs, seed } = options;
  const port = await freePort();
  const url = `http://${LOOPBACK}:${port}`;
  const args = [program, 'sandbox', '--listen', `${LOOPBACK}:${port}`];
  const launched = await launch(
    process.execPath,
    [...args, '--syncs', `${syncs}`, '--seed', `${seed}`],
    { env },
  );
  await launched.waitForLine(/active\.$/);
  const ask = async <T>(method: string, path: string, body?: object): Promise<T> => {
    const response = await fetch(`${url}/_sandbox/${path}`, {
      method,
      // After a freeze the sandbox closes what idled too long, just when it is used again.
      headers: { connection: 'close' },
      signal: AbortSignal.timeout(ANSWER_LIMIT_MS),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status}`);
    return (await response.json()) as T;
  };
  const requests = copyRequests((since) => ask('GET', `requests?since=${since}&limit=20000`));
  const changes = copyChanges((since) => ask('GET', `changes?since=${since}`));
  const closing = new AbortController();
  const copying = copyOnAndOn([requests.more, changes.more], closing.signal);
  return {
    url,
    pid: launched.pid,
    syncs: async () => (await ask<{ syncs: RawSync[] }>('GET', 'state')).syncs.map(syncOf),
    async changes() {
      await changes.more();
      return { changes: changes.all, lost: changes.lost };
    },
    async setFaults(faults) {
      await ask('DELETE', 'faults');
      for (const fault of faults) await ask('POST', 'faults', fault);
    },
    setRevoked: (revoked) => ask('POST', 'key', { revoked }),
    async person(action) {
      const response = await fetch(`${url}/_sandbox/people`, {
        method: 'POST',
        body: JSON.stringify(action),
        signal: AbortSignal.timeout(ANSWER_LIMIT_MS),
      });
      await response.text();
      return response.status;
    },
    async requests() {
      await requests.more();
      return { requests: requests.all, lost: requests.lost };
    },
    async close() {
      closing.abort();
      await copying;
      await launched.end('SIGTERM');
    },
  };
}

/** The logs keep 50,000 rows, which is minutes; this is often enough. */
const COPY_EVERY_MS = 1_000;

async function copyOnAndOn(copies: readonly (() => Promise<void>)[], signal: AbortSignal) {
  while (!signal.aborted) {
    // A frozen sandbox answers when it thaws.
    for (const copy of copies) await copy().catch(() => undefined);
    await sleep(COPY_EVERY_MS, signal);
  }
}

interface RawSync extends Omit<SyncState, 'key'> {
  readonly id: string;
}

function syncOf({ kind, id, name, active, frequency }: RawSync): SyncState {
  return { key: `${kind}:${id}`, kind, name, active, frequency };
}

interface RawRequest {
  readonly seq: number;
  readonly time: string;
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
  readonly idempotency_key: string | null;
  readonly caller: string | null;
  readonly state: 'pending' | 'answered' | 'broken';
  readonly status: number | null;
  readonly effect: ApiRequest['effect'];
  readonly fault: string | null;
}

interface Page {
  readonly requests: readonly RawRequest[];
  readonly next: number;
  readonly lost: number;
}

/** A copy of the log of requests; those that were under way are read once more. */
function copyRequests(read: (since: number) => Promise<Page>) {
  const bySeq = new Map<number, ApiRequest>();
  let since = 0;
  let lost = 0;
  let copying: Promise<void> = Promise.resolve();
  async function copy(): Promise<void> {
    while (true) {
      const page = await read(since);
      lost += page.lost;
      for (const raw of page.requests) bySeq.set(raw.seq, requestOf(raw));
      const pending = page.requests.find(({ state }) => state === 'pending');
      since = pending === undefined ? page.next : pending.seq - 1;
      if (pending !== undefined || page.requests.length === 0) return;
    }
  }
  return {
    more() {
      copying = copying.catch(() => undefined).then(copy);
      return copying;
    },
    get all() {
      return [...bySeq.values()].sort((a, b) => a.seq - b.seq);
    },
    get lost() {
      return lost;
    },
  };
}

type RawChange = Omit<Change, 'at' | 'sync'> & {
  readonly time: string;
  readonly kind: string;
  readonly id: string;
};

function copyChanges(
  read: (since: number) => Promise<{ changes: readonly RawChange[]; lost: number }>,
) {
  const all: Change[] = [];
  let lost = 0;
  let copying: Promise<void> = Promise.resolve();
  async function copy(): Promise<void> {
    const page = await read(all.at(-1)?.seq ?? 0);
    lost += page.lost;
    for (const { seq, time, kind, id, name, active, isDeleted, by } of page.changes) {
      all.push({ seq, at: Date.parse(time), sync: `${kind}:${id}`, name, active, isDeleted, by });
    }
  }
  return {
    more() {
      copying = copying.catch(() => undefined).then(copy);
      return copying;
    },
    all: all as readonly Change[],
    get lost() {
      return lost;
    },
  };
}

const PATH = /^\/api\/(bulk\/)?syncs\/([0-9a-f-]{36})(?:\/([a-z]+))?$/;

function requestOf(raw: RawRequest): ApiRequest {
  const [, bulk, id, what] = PATH.exec(raw.path) ?? [];
  const sync = id === undefined ? undefined : `${bulk === undefined ? 'model' : 'bulk'}:${id}`;
  return {
    seq: raw.seq,
    at: Date.parse(raw.time),
    method: raw.method,
    path: raw.path,
    sync,
    action: raw.method === 'POST' ? actionOf(what, raw.body) : what,
    body: raw.body === null ? undefined : JSON.stringify(raw.body),
    key: raw.idempotency_key ?? undefined,
    caller: raw.caller ?? undefined,
    state: raw.state,
    status: raw.status ?? undefined,
    effect: raw.effect,
    fault: raw.fault ?? undefined,
  };
}

function actionOf(what: string | undefined, body: unknown): string | undefined {
  if (what === 'executions') return 'start';
  if (what !== 'activate') return what;
  return (body as { active?: unknown } | null)?.active === true ? 'activate' : 'deactivate';
}
