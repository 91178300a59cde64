// What people may know before it happens: what a set of policies would change now, against what is
// in force and on record, and what it does next.

import type { Policy } from '../policy/policy.ts';
import type { Sync, SyncKey } from '../policy/sync.ts';
import type { Instant, Interval } from '../time/interval.ts';
import { type Alike, groupAlike } from './alike.ts';
import { decisionSentence } from './explain.ts';
import type { Baseline, Hold } from './hold.ts';
import type { Override } from './override.ts';
import { blockedPolicies, type RestrainedPolicy, restrain } from './restraint.ts';
import { type Stretch, stretchAt, stretches } from './stretches.ts';

/** An open hold, as far as planning needs it. */
export type OpenHold = Pick<Hold, 'sync' | 'state' | 'baseline' | 'cause' | 'occurrence'>;

/** What is compared with what. */
export interface PlanQuestion {
  /** The set that is in force; empty where none is known. */
  readonly inForce: readonly Policy[];
  /** The set that would come into force now. */
  readonly proposed: readonly Policy[];
  readonly overrides: readonly Override[];
  readonly holds: readonly OpenHold[];
  readonly syncs: readonly Sync[];
  readonly now: Instant;
  /** The time whose changes are foretold. */
  readonly range: Interval;
}

/** What happens to one sync, and why. */
interface ChangeOf<Kind extends string> {
  readonly sync: SyncKey;
  readonly name: string;
  readonly change: Kind;
  /** Whether the sync was active before: what was inactive gets no call, now or at the end. */
  readonly baseline: Baseline;
  /** The policy or override that wants it so; absent when nobody wants anything any more. */
  readonly by?: string | undefined;
  /** The zone of that policy, or of who held it before. */
  readonly timezone?: string | undefined;
  /** When the pause ends that begins or goes on; absent when never, and for `resume`. */
  readonly until?: Instant | undefined;
  readonly because: string;
}

/** `keep`: held before and after, but by another policy or until another time (S45). */
export interface NowChange extends ChangeOf<'pause' | 'keep' | 'resume'> {
  /** Who holds it on record. */
  readonly wasBy?: string | undefined;
  /** Until when, on record; absent when for ever. */
  readonly wasUntil?: Instant | undefined;
}

/** A pause or resume at an instant to come. */
export interface NextChange extends ChangeOf<'pause' | 'resume'> {
  readonly at: Instant;
}

/** Names of policies whose job schedulers are added, changed and removed. */
export interface SchedulerChanges {
  readonly add: readonly string[];
  readonly change: readonly string[];
  readonly remove: readonly string[];
}

export interface Plan {
  readonly now: readonly NowChange[];
  /** Ordered by time, then by name. */
  readonly next: readonly NextChange[];
  readonly schedulers: SchedulerChanges;
}

/** Foretells what would happen if `proposed` came into force now. Pure. */
export function planChanges(question: PlanQuestion): Plan {
  const { inForce, proposed, now, range } = question;
  const holds = new Map(question.holds.map((hold) => [hold.sync, hold]));
  const changes: NowChange[] = [];
  const next: NextChange[] = [];
  for (const alike of allAlike(question, holds)) {
    const present = stretchAt(alike.policies, alike.overrides, alike.syncs[0]!, now);
    const future = edgesIn(alike, now, range);
    for (const sync of alike.syncs) {
      const hold = holds.get(sync.key);
      const baseline = hold?.baseline ?? (sync.active ? 'active' : 'inactive');
      const about = { sync: sync.key, name: sync.name, baseline };
      const change = changeNow(about, hold, present, { proposed, inForce });
      if (change !== undefined) changes.push(change);
      // What a person took back stays theirs when the windows end that held it.
      const isTheirs = (edge: Edge) => hold?.state === 'yielded' && edge.at === present.end;
      next.push(...future.filter((edge) => !isTheirs(edge)).map((edge) => ({ ...about, ...edge })));
    }
  }
  return {
    now: changes.sort(byName),
    next: next.sort((a, b) => a.at - b.at || byName(a, b)),
    schedulers: schedulerChanges(inForce, proposed, now),
  };
}

/** Whether anything would be done, or done differently from then on. */
export function isEmptyPlan({ now, schedulers: { add, change, remove } }: Plan): boolean {
  return now.length + add.length + change.length + remove.length === 0;
}

/** What a policy holds it keeps, even when its limit keeps it from pausing anything new (S66). */
function allAlike(
  { proposed, overrides, syncs }: PlanQuestion,
  holds: ReadonlyMap<SyncKey, OpenHold>,
): readonly Alike[] {
  const blocked = new Set(blockedPolicies(proposed, syncs).map(({ policy }) => policy));
  const byHolder = new Map<string | undefined, Sync[]>();
  for (const sync of syncs) {
    const cause = holds.get(sync.key)?.cause;
    const holder = cause !== undefined && blocked.has(cause) ? cause : undefined;
    const held = byHolder.get(holder);
    if (held === undefined) byHolder.set(holder, [sync]);
    else held.push(sync);
  }
  return [...byHolder].flatMap(([holder, held]) =>
    groupAlike(restrain(proposed, blocked, holder), overrides, held),
  );
}

function changeNow(
  about: Pick<NowChange, 'sync' | 'name' | 'baseline'>,
  hold: OpenHold | undefined,
  { state, end, decision }: Stretch,
  { proposed, inForce }: Pick<PlanQuestion, 'proposed' | 'inForce'>,
): NowChange | undefined {
  // A person re-activated it: theirs until the windows end, and nothing is done then.
  if (hold?.state === 'yielded') return undefined;
  const isPause = state === 'paused';
  if (!isPause && hold === undefined) return undefined;
  const common = {
    ...about,
    by: decision.cause,
    timezone: zoneOfCause(proposed, decision.cause) ?? zoneOfCause(inForce, hold?.cause),
    because: decisionSentence(decision),
    ...(hold && { wasBy: hold.cause, wasUntil: finite(hold.occurrence.end) }),
  };
  if (!isPause) return { ...common, change: 'resume' };
  const until = finite(end);
  if (hold === undefined || hold.state === 'resuming') return { ...common, change: 'pause', until };
  const isSame = hold.cause === decision.cause && hold.occurrence.end === decision.stretch.end;
  return isSame ? undefined : { ...common, change: 'keep', until };
}

/** A pause or resume to come, the same for all syncs that are alike. */
type Edge = Omit<NextChange, 'sync' | 'name' | 'baseline'>;

function edgesIn({ policies, overrides, syncs }: Alike, now: Instant, range: Interval): Edge[] {
  // From a moment before: a change at the very start is one of the range, unless that is now.
  const start = range.start > now ? range.start - 1 : now;
  const edges: Edge[] = [];
  let previous: Stretch | undefined;
  for (const stretch of stretches(policies, overrides, syncs[0]!, { start, end: range.end })) {
    const isPause = stretch.state === 'paused';
    if (previous !== undefined && isPause !== (previous.state === 'paused')) {
      const by = isPause ? stretch.decision.cause : undefined;
      edges.push({
        change: isPause ? 'pause' : 'resume',
        at: stretch.start,
        by,
        timezone: zoneOfCause(policies, by ?? previous.decision.cause),
        until: isPause ? finite(stretch.end) : undefined,
        because: decisionSentence(stretch.decision),
      });
    }
    previous = stretch;
  }
  return edges;
}

/** Overrides have no zone. */
function zoneOfCause(
  policies: readonly RestrainedPolicy[],
  cause: string | undefined,
): string | undefined {
  return policies.find(({ name }) => name === cause)?.timezone;
}

/** A policy has a scheduler while it is enabled and has a boundary to come. */
function schedulerChanges(
  inForce: readonly Policy[],
  proposed: readonly Policy[],
  now: Instant,
): SchedulerChanges {
  const isScheduled = (policy: Policy) =>
    policy.enabled && policy.timeline.nextBoundary(now) !== undefined;
  const before = new Map(inForce.filter(isScheduled).map(({ name, hash }) => [name, hash]));
  const after = new Map(proposed.filter(isScheduled).map(({ name, hash }) => [name, hash]));
  const names = [...after.keys()].sort();
  return {
    add: names.filter((name) => !before.has(name)),
    change: names.filter((name) => before.has(name) && before.get(name) !== after.get(name)),
    remove: [...before.keys()].filter((name) => !after.has(name)).sort(),
  };
}

function finite(instant: Instant): Instant | undefined {
  return Number.isFinite(instant) ? instant : undefined;
}

function byName(a: { name: string; sync: SyncKey }, b: { name: string; sync: SyncKey }): number {
  if (a.name !== b.name) return a.name < b.name ? -1 : 1;
  return a.sync < b.sync ? -1 : 1;
}
