import type { PlanBasis } from '../daemon/operations.ts';
import { decide } from '../plan/decide.ts';
import type { Override } from '../plan/override.ts';
import type { OpenHold, PlanQuestion } from '../plan/plan-changes.ts';
import { loadPolicySet } from '../policy/load-policies.ts';
import type { Policy } from '../policy/policy.ts';
import type { FeedReader } from '../policy/read-policy-set.ts';
import type { Sync } from '../policy/sync.ts';
import type { Instant, Interval } from '../time/interval.ts';
import type { Wire } from '../web/wire.ts';
import { withCurfew } from './asking.ts';
import { Failure } from './failure.ts';
import { readInventoryFile } from './inventory-file.ts';
import { requireSet } from './policy-files.ts';
import type { Surroundings } from './surroundings.ts';

/** What the files are compared with, and where that is from. */
export interface Basis
  extends Pick<PlanQuestion, 'inForce' | 'overrides' | 'holds' | 'syncs' | 'now'> {
  /** In words: "the set in force since …". */
  readonly source: string;
}

/** Asks the daemon, or the store when none runs. */
export async function askForBasis(surroundings: Surroundings): Promise<Basis> {
  const { wire, isDaemon } = await withCurfew(surroundings, async (curfew) => ({
    wire: await curfew.get<Wire<PlanBasis>>('/v1/plan-basis'),
    isDaemon: curfew.isDaemon,
  }));
  const common = {
    now: Date.parse(wire.now!),
    holds: wire.holds.map(holdFromWire),
    syncs: wire.syncs.map(syncFromWire),
    overrides: wire.overrides.map(overrideFromWire),
  };
  if (wire.inForce === undefined) {
    return { ...common, inForce: [], source: 'nothing: no set was ever in force' };
  }
  const { set } = loadPolicySet(wire.inForce.sources);
  if (set === undefined) {
    throw new Failure(1, 'the set in force was loaded by another version and cannot be read here');
  }
  const since = wire.inForce.loadedAt!.slice(0, 16).replace('T', ' ');
  const which = isDaemon ? 'the set in force since' : 'the set of the last daemon, in force since';
  return { ...common, inForce: set.policies, source: `${which} ${since}Z` };
}

/** Everything from files; what a set in force holds is worked out if the list does not say it. */
export async function basisOfFiles(
  syncsPath: string,
  againstPath: string | undefined,
  now: Instant,
  readFeeds: FeedReader,
): Promise<Basis> {
  const { syncs, holds } = await readInventoryFile(syncsPath);
  if (againstPath === undefined) {
    return { now, syncs, holds, overrides: [], inForce: [], source: `nothing, with ${syncsPath}` };
  }
  const { policies } = await requireSet([againstPath], now, readFeeds);
  const source = `${againstPath}, with ${syncsPath}`;
  const assumed = holds.length > 0 ? holds : assumedHolds(policies, syncs, now);
  return { now, syncs, overrides: [], inForce: policies, source, holds: assumed };
}

/** What a daemon that did all its work would hold. */
function assumedHolds(
  policies: readonly Policy[],
  syncs: readonly Sync[],
  now: Instant,
): readonly OpenHold[] {
  return syncs.flatMap((sync): OpenHold[] => {
    const { wanted, cause, stretch } = decide(policies, [], sync, now);
    if (wanted !== 'paused' || cause === undefined) return [];
    const baseline = sync.active ? 'active' : 'inactive';
    return [{ sync: sync.key, state: 'held', baseline, cause, occurrence: stretch }];
  });
}

function holdFromWire({
  sync,
  state,
  baseline,
  cause,
  occurrence,
}: Wire<PlanBasis>['holds'][number]): OpenHold {
  return { sync, state, baseline, cause, occurrence: intervalFromWire(occurrence) };
}

function syncFromWire({ updatedAt: _, ...sync }: Wire<PlanBasis>['syncs'][number]): Sync {
  return sync;
}

function overrideFromWire(wire: Wire<PlanBasis>['overrides'][number]): Override {
  const times = {
    createdAt: Date.parse(wire.createdAt!),
    from: Date.parse(wire.from!),
    expires: Date.parse(wire.expires!),
    revokedAt: wire.revokedAt == null ? undefined : Date.parse(wire.revokedAt),
    // Of what was told already nothing depends in a plan.
    remindedAt: undefined,
    endedAt: undefined,
  };
  if ('covered' in wire) {
    const { covered, ...override } = wire;
    const keys = new Set(covered);
    // Which syncs it covers was found out by whoever has it on record.
    const select = { all: true } as const;
    return { ...override, ...times, select, covers: ({ key }) => keys.has(key) };
  }
  return { ...wire, ...times, occurrence: intervalFromWire(wire.occurrence) };
}

function intervalFromWire({ start, end }: Wire<Interval>): Interval {
  return {
    start: start === null ? -Infinity : Date.parse(start),
    end: end === null ? Infinity : Date.parse(end),
  };
}
