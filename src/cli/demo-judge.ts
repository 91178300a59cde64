import type { Entry } from '../plan/entry.ts';
import type { SyncKey } from '../policy/sync.ts';
import { syncKey } from '../policy/sync.ts';
import type { StagedRequest, StagedSync } from './demo-stage.ts';

/** What is known when the window has closed. */
export interface Evidence {
  /** The syncs before the daemon came, and now. */
  readonly before: readonly StagedSync[];
  readonly after: readonly StagedSync[];
  /** The syncs that ran just before the windows opened. */
  readonly running: ReadonlySet<SyncKey>;
  /** What landed in the journal meanwhile. */
  readonly entries: readonly Entry[];
  /** Every POST that reached the API. */
  readonly requests: readonly StagedRequest[];
  /** The syncs that the policies of the demonstration select. */
  readonly selected: ReadonlySet<SyncKey>;
  /** The syncs that a policy wants paused now, and which; they stay so, and rightly. */
  readonly pausedByOthers: ReadonlyMap<SyncKey, string>;
  /** The syncs that the audience had a word on: what becomes of them is theirs, not the story's. */
  readonly touched: ReadonlySet<SyncKey>;
  /** The sync that a person activated in the middle of the window. */
  readonly persons: SyncKey;
}

/** What came of it; every list is names of syncs, but for `problems`. */
export interface Verdict {
  /** Sentences on what should have happened and did not; none when all went well. */
  readonly problems: readonly string[];
  readonly paused: readonly string[];
  readonly cancelled: readonly string[];
  readonly left: readonly string[];
  readonly restored: readonly string[];
  readonly stayedPaused: readonly string[];
  readonly yielded: readonly string[];
  readonly touched: readonly string[];
  /** Those that were active before and stay paused, by the policy that wants it. */
  readonly heldOn: ReadonlyMap<string, readonly string[]>;
  readonly calls: number;
}

/** Judges whether every sync was paused, and ended as it began. */
export function judge(evidence: Evidence): Verdict {
  const { before, after, entries, requests, selected, pausedByOthers, touched, persons } = evidence;
  const activeNow = new Map(after.map((sync) => [keyOf(sync), sync.active]));
  const having = (type: Entry['type'], key: SyncKey) =>
    entries.some((entry) => entry.type === type && entry.sync === key);
  const calls = requests.filter(({ effect }) => effect === 'changed');
  const activations = new Set(calls.filter(isActivation).map(({ path }) => path));
  const problems: string[] = [];
  const lists = {
    paused: [],
    cancelled: [],
    left: [],
    restored: [],
    stayedPaused: [],
    yielded: [],
    touched: [],
  };
  const heldOn = new Map<string, string[]>();
  const found: Record<keyof typeof lists, string[]> = lists;

  for (const sync of before) {
    const key = keyOf(sync);
    const { name } = sync;
    if (touched.has(key)) {
      found.touched.push(name);
      continue;
    }
    const isPaused = having('hold.held', key) || having('hold.handed-over', key);
    if (selected.has(key) && sync.active) {
      if (isPaused) found.paused.push(name);
      else problems.push(`${name} was not paused when its window opened.`);
    }
    const isCut = sync.kind === 'bulk' && evidence.running.has(key) && having('hold.held', key);
    if (isCut || cancelledIn(entries, key)) found.cancelled.push(name);
    if (having('run.left', key)) found.left.push(name);
    if (having('hold.yielded', key)) found.yielded.push(name);
    const holder = key === persons ? undefined : pausedByOthers.get(key);
    const wanted = sync.active && holder === undefined;
    if (sync.active && holder !== undefined) {
      heldOn.set(holder, [...(heldOn.get(holder) ?? []), name]);
    }
    if (activeNow.get(key) !== wanted) {
      problems.push(`${name} should be ${word(wanted)} in the end, and is ${word(!wanted)}.`);
    }
    if (!sync.active && activations.has(`/api/${pathOf(sync)}/activate`)) {
      problems.push(`${name} was paused before, and Curfew activated it.`);
    }
    if (selected.has(key) && !sync.active) found.stayedPaused.push(name);
    if (selected.has(key) && wanted && key !== persons && isPaused) found.restored.push(name);
  }
  if (!touched.has(persons) && !having('hold.yielded', persons)) {
    problems.push('A person activated a sync in the window, and Curfew did not notice.');
  }
  const keyless = calls.filter(({ idempotency_key }) => idempotency_key === null);
  if (keyless.length > 0) problems.push(`${keyless.length} calls went out without a key.`);
  return { problems, ...found, heldOn, calls: calls.length };
}

/** The identity of a staged sync. */
export function keyOf({ kind, id }: StagedSync): SyncKey {
  return syncKey(kind, id);
}

function pathOf({ kind, id }: StagedSync): string {
  return kind === 'model' ? `syncs/${id}` : `bulk/syncs/${id}`;
}

function isActivation({ path, body }: StagedRequest): boolean {
  return path.endsWith('/activate') && (body as { active?: unknown } | null)?.active === true;
}

/** Cancelled by a call; bulk syncs that run are so by being deactivated. */
function cancelledIn(entries: readonly Entry[], key: SyncKey): boolean {
  return entries.some(
    ({ sync, type, detail }) =>
      sync === key &&
      type === 'call.answered' &&
      detail?.action === 'cancel' &&
      detail.outcome === 'ok',
  );
}

function word(isActive: boolean): string {
  return isActive ? 'active' : 'paused';
}
