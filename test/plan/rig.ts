import { type Decision, decide } from '../../src/plan/decide.ts';
import type { Call, Hold, Terms } from '../../src/plan/hold.ts';
import type { SyncOverride, WindowOverride } from '../../src/plan/override.ts';
import type { Situation } from '../../src/plan/situation.ts';
import type { Policy } from '../../src/policy/policy.ts';
import type { Sync } from '../../src/policy/sync.ts';
import type { Interval } from '../../src/time/interval.ts';
import type { Segment, Timeline } from '../../src/time/timeline.ts';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
/** 2026-06-01T00:00Z, the beginning of all stories here. */
export const T0 = Date.UTC(2026, 5, 1);

/** A timeline that is on exactly inside the given intervals, in order and disjoint. */
export function timelineOf(...on: Interval[]): Timeline {
  const edges = on.flatMap(({ start, end }) => [start, end]).filter(Number.isFinite);
  const segments: Segment[] = [];
  const bounds = [-Infinity, ...edges, Infinity];
  for (let i = 0; i + 1 < bounds.length; i += 1) {
    const start = bounds[i]!;
    const end = bounds[i + 1]!;
    const isOn = on.some((interval) => interval.start <= start && end <= interval.end);
    if (start < end) segments.push({ start, end, on: isOn });
  }
  const segmentAt = (t: number): Segment => segments.find((s) => s.start <= t && t < s.end)!;
  return {
    at: (t) => segmentAt(t).on,
    segmentAt,
    nextBoundary: (t) => edges.find((edge) => edge > t),
    previousBoundary: (t) => edges.findLast((edge) => edge <= t),
    segments: (from, to) => segments.filter((s) => s.end > from && s.start < to),
  };
}

export function policy(name: string, fields: Partial<Policy> = {}): Policy {
  return {
    name,
    place: { file: 'a.yaml', line: 1, column: 1 },
    labels: {},
    enabled: true,
    mode: 'enforce',
    effect: 'pause',
    when: 'during',
    priority: 0,
    leadMs: 0,
    inFlight: 'leave',
    protectResync: true,
    enforce: 'once',
    resume: { spreadMs: 0, catchUp: 'none' },
    limit: {},
    onDelete: 'restore',
    notify: [],
    windows: [],
    timeline: timelineOf({ start: T0, end: T0 + HOUR }),
    timezone: 'UTC',
    hash: `hash-of-${name}`,
    select: [{ matcher: { all: true }, place: { file: 'a.yaml', line: 2, column: 5 } }],
    exclude: [],
    selects: () => true,
    ...fields,
  };
}

/** A hold of everything for the hour after T0, unless said otherwise. */
export function syncOverride(fields: Partial<SyncOverride> = {}): SyncOverride {
  return {
    id: 'o1',
    number: 1,
    kind: 'hold',
    createdAt: T0,
    from: T0,
    expires: T0 + HOUR,
    actor: 'alice',
    reason: 'a migration',
    select: { all: true },
    subject: 'every sync',
    covers: () => true,
    ...fields,
  };
}

/** The window of `nightly` from T0 to an hour later is skipped, unless said otherwise. */
export function windowOverride(fields: Partial<WindowOverride> = {}): WindowOverride {
  return {
    id: 'w1',
    number: 1,
    kind: 'skip',
    createdAt: T0 - HOUR,
    from: T0,
    expires: T0 + HOUR,
    actor: 'alice',
    reason: 'a launch',
    policy: 'nightly',
    policyHash: 'hash-of-nightly',
    occurrence: { start: T0, end: T0 + HOUR },
    timezone: 'UTC',
    ...fields,
  };
}

export const sync: Sync = {
  key: 'model:one',
  kind: 'model',
  id: 'one',
  name: 'Sales/Accounts',
  active: true,
  sources: [],
  destinations: [],
};

export const bulk: Sync = { ...sync, key: 'bulk:one', kind: 'bulk' };

export const SELF = { id: 'us', name: 'Curfew key' };
export const ALICE = { id: 'alice', name: 'Alice' };

/** The terms of a policy by that name that says nothing about them. */
export const TERMS: Terms = {
  inFlight: { nightly: { mode: 'leave', since: T0 } },
  protectResync: true,
  enforce: 'once',
  resume: { spreadMs: 0, catchUp: 'none' },
  onDelete: 'restore',
  hash: 'hash-of-nightly',
};

export const PAUSED: Decision = decide([policy('nightly')], [], sync, T0);
export const BASELINE: Decision = decide([policy('nightly')], [], sync, T0 + HOUR);

export function hold(fields: Partial<Hold> = {}): Hold {
  return {
    id: 'hold-1',
    sync: sync.key,
    syncName: sync.name,
    state: 'held',
    baseline: 'active',
    cause: 'nightly',
    occurrence: { start: T0, end: T0 + HOUR },
    openedAt: T0,
    heldAt: T0,
    quietAt: T0,
    terms: TERMS,
    tzdata: '2026a',
    repauses: 0,
    told: [],
    generation: 1,
    updatedAt: T0,
    ...fields,
  };
}

export function call(fields: Partial<Call> = {}): Call {
  return {
    key: 'cf1-key',
    sync: sync.key,
    action: 'deactivate',
    hold: 'hold-1',
    generation: 1,
    actor: 'curfew',
    intendedAt: T0,
    attempts: 1,
    isInDoubt: false,
    state: 'open',
    ...fields,
  };
}

export function situation(fields: Partial<Situation> = {}): Situation {
  return {
    now: T0 + MINUTE,
    decision: PAUSED,
    sync,
    isListed: true,
    listedAt: undefined,
    actual: undefined,
    runs: undefined,
    executions: undefined,
    hold: undefined,
    causeHash: 'hash-of-nightly',
    tzdata: '2026a',
    openCalls: [],
    confirmed: undefined,
    self: SELF,
    skewMs: 0,
    ...fields,
  };
}
