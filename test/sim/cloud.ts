// The vendor's side of a simulated world: syncs, their executions, and who changed what. Written
// from the vendor's documentation, as the sandbox is, and apart from it: no code is shared.

import type { Person, Sync, SyncKey, SyncKind } from '../../src/policy/sync.ts';
import type { Instant } from '../../src/time/interval.ts';
import type { Agenda } from './agenda.ts';
import type { Dice } from './dice.ts';

/** An execution of a sync. */
export interface Run {
  readonly id: string;
  readonly startedAt: Instant;
  /** The same by the vendor's clock. */
  readonly createdAt: Instant;
  readonly isResync: boolean;
  status: 'running' | 'canceling' | 'canceled' | 'completed';
}

/** How a sync begins its life. */
export interface SyncSeed {
  readonly kind: SyncKind;
  readonly name: string;
  readonly active: boolean;
  /** Starts an execution this often while active; never when undefined. */
  readonly everyMs?: number | undefined;
  readonly lastsMs: number;
}

export interface CloudSync {
  readonly key: SyncKey;
  readonly id: string;
  readonly seed: SyncSeed;
  name: string;
  active: boolean;
  updatedAt: Instant;
  updatedBy: Person;
  renamedAt: Instant;
  isDeleted: boolean;
  /** Whether the last call to change the flag was accepted and did nothing. */
  isDeceiving: boolean;
  /** When its schedule begins the next execution, by the vendor's clock. */
  nextRunAt: Instant | undefined;
  run: Run | undefined;
  lastRun: Run | undefined;
  /** When it last had no execution any more. */
  idleSince: Instant;
  /** What readers saw at which time, the newest last. */
  readonly views: { readonly at: Instant; readonly view: Sync }[];
}

/** The vendor as people and requests change it; what it is asked is never wrong, only too late. */
export interface Cloud {
  /** All that there ever were, deleted ones included, oldest first. */
  readonly syncs: readonly CloudSync[];
  find(key: SyncKey): CloudSync | undefined;
  create(seed: SyncSeed, by: Person): CloudSync;
  remove(sync: CloudSync): void;
  rename(sync: CloudSync, name: string, by: Person): void;
  /** Changes something that Curfew has nothing to do with. */
  edit(sync: CloudSync, by: Person): void;
  /** True when the flag was not so before. */
  setActive(sync: CloudSync, active: boolean, by: Person): boolean;
  /** Asks for the end of what runs; gives the execution that it hit. */
  cancel(sync: CloudSync): Run | undefined;
  /** Starts an execution; undefined when one runs already, or when it may not be started. */
  start(sync: CloudSync, isResync: boolean): Run | undefined;
  /** What a reader sees of it who looks at the state of `at`. */
  viewAt(sync: CloudSync, at: Instant): Sync | undefined;
}

export interface CloudParts {
  readonly agenda: Agenda;
  readonly dice: Dice;
  /** Its clock shows so much more than the true time. */
  readonly skewMs: number;
  /** Whether setting the flag to what it is counts as a change. */
  readonly touchesOnSame: boolean;
  readonly onRun: (sync: CloudSync, run: Run) => void;
}

/** A vendor without syncs. */
export function createCloud(parts: CloudParts): Cloud {
  const { agenda, dice, skewMs } = parts;
  const syncs: CloudSync[] = [];

  function changed(sync: CloudSync, by: Person | undefined): void {
    if (by !== undefined) {
      sync.updatedAt = agenda.now + skewMs;
      sync.updatedBy = by;
    }
    sync.views.push({ at: agenda.now, view: viewOf(sync) });
  }

  function end(sync: CloudSync, run: Run, status: Run['status']): void {
    if (sync.run !== run) return;
    run.status = status;
    sync.run = undefined;
    sync.lastRun = run;
    sync.idleSince = agenda.now;
    parts.onRun(sync, run);
  }

  function begin(sync: CloudSync, isResync: boolean): Run {
    const startedAt = agenda.now;
    const createdAt = startedAt + skewMs;
    const run: Run = { id: dice.uuid(), startedAt, createdAt, isResync, status: 'running' };
    sync.run = run;
    parts.onRun(sync, run);
    const lastsMs = isResync ? sync.seed.lastsMs * 2 : sync.seed.lastsMs;
    agenda.after(lastsMs, () => {
      if (run.status === 'running') end(sync, run, 'completed');
    });
    return run;
  }

  function tick(sync: CloudSync, everyMs: number): void {
    if (sync.isDeleted) return;
    if (sync.active && sync.run === undefined) begin(sync, false);
    tickAfter(sync, everyMs, everyMs);
  }

  function tickAfter(sync: CloudSync, ms: number, everyMs: number): void {
    sync.nextRunAt = agenda.now + ms + skewMs;
    agenda.after(ms, () => tick(sync, everyMs));
  }

  function cancel(sync: CloudSync): Run | undefined {
    const { run } = sync;
    if (run?.status !== 'running') return undefined;
    run.status = 'canceling';
    parts.onRun(sync, run);
    // An execution may still reach its own end.
    const status = dice.is(0.1) ? 'completed' : 'canceled';
    agenda.after(dice.whole(500, 20_000), () => end(sync, run, status));
    return run;
  }

  return {
    syncs,
    find: (key) => syncs.find((sync) => sync.key === key && !sync.isDeleted),
    create(seed, by) {
      const id = dice.uuid();
      const sync: CloudSync = {
        key: `${seed.kind}:${id}`,
        id,
        seed,
        name: seed.name,
        active: seed.active,
        updatedAt: agenda.now + skewMs,
        updatedBy: by,
        renamedAt: agenda.now,
        isDeleted: false,
        isDeceiving: false,
        nextRunAt: undefined,
        run: undefined,
        lastRun: undefined,
        idleSince: agenda.now,
        views: [],
      };
      syncs.push(sync);
      changed(sync, undefined);
      const { everyMs } = seed;
      if (everyMs !== undefined) tickAfter(sync, dice.whole(0, everyMs), everyMs);
      return sync;
    },
    remove(sync) {
      sync.isDeleted = true;
      sync.run = undefined;
    },
    rename(sync, name, by) {
      sync.name = name;
      sync.renamedAt = agenda.now;
      changed(sync, by);
    },
    edit: changed,
    setActive(sync, active, by) {
      const isChange = sync.active !== active;
      sync.active = active;
      sync.isDeceiving = false;
      if (isChange || parts.touchesOnSame) changed(sync, by);
      return isChange;
    },
    cancel,
    start(sync, isResync) {
      const mayRun = sync.active || sync.seed.kind === 'bulk';
      return mayRun && sync.run === undefined ? begin(sync, isResync) : undefined;
    },
    viewAt: (sync, at) => sync.views.findLast((past) => past.at <= at)?.view,
  };
}

function viewOf(sync: CloudSync): Sync {
  const { key, id, name, active, updatedAt, updatedBy, seed } = sync;
  return {
    key,
    kind: seed.kind,
    id,
    name,
    active,
    frequency: seed.everyMs === undefined ? 'manual' : 'custom',
    sources: [],
    destinations: [],
    updatedAt,
    updatedBy,
  };
}
