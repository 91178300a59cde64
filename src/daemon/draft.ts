import type { Entry, EntryType } from '../plan/entry.ts';
import type { Call, Hold } from '../plan/hold.ts';
import type { Sync } from '../policy/sync.ts';
import type { Taken, Written } from '../store/store.ts';
import type { Clock } from './clock.ts';
import type { Recorder } from './recorder.ts';

/** What an entry says beyond what the draft knows by itself. */
export type EntryWords = Partial<Omit<Entry, 'at' | 'type' | 'reason' | 'sync' | 'syncName'>>;

/**
 * What one pass over a sync wants written. Changes gather here and land together: once before an
 * API call leaves (so that it is written before it is done), and once at the end of the pass.
 */
export interface Draft {
  readonly hold: Hold | undefined;
  readonly openCalls: readonly Call[];
  readonly hasEntries: boolean;
  setHold(hold: Hold): void;
  setCall(call: Call): void;
  setDecided(digest: string): void;
  observe(sync: Sync): void;
  note(type: EntryType, reason: string, words?: EntryWords): void;
  /**
   * Writes what has gathered. Nothing lands when the sync is no longer ours (`fenced`), nor when
   * somebody overrode policies after it was decided and a call is about to leave (`outdated`): then
   * all that the draft is good for is to give the claim back.
   */
  flush(release: boolean): Promise<Written>;
}

const OPEN_STATES: ReadonlySet<string> = new Set(['pausing', 'held', 'resuming', 'yielded']);

/**
 * Starts a draft on what was taken. `decidedUnder` is the version of the overrides that the pass
 * decided by; a person's own call is decided by nobody else.
 */
export function createDraft(
  taken: Taken,
  name: () => string,
  recorder: Recorder,
  clock: Clock,
  decidedUnder: () => number | undefined = () => undefined,
): Draft {
  let hold = taken.hold;
  let isHoldChanged = false;
  let open = taken.openCalls.filter((call) => isOfHold(call, taken.hold));
  let calls = new Map<string, Call>();
  let entries: Entry[] = [];
  let hasEntries = false;
  let decided: string | undefined;
  let observed: Sync | undefined;
  let isOutdated = false;

  // A call by hand that a crash interrupted: nobody waits for its answer any more.
  const orphans = taken.openCalls.filter((call) => !isOfHold(call, taken.hold));

  const draft: Draft = {
    get hold() {
      return hold !== undefined && OPEN_STATES.has(hold.state) ? hold : undefined;
    },
    get openCalls() {
      return open;
    },
    get hasEntries() {
      return hasEntries;
    },
    setHold(next) {
      hold = next;
      isHoldChanged = true;
    },
    setCall(call) {
      calls.set(call.key, call);
      open = open.filter(({ key }) => key !== call.key);
      if (call.state === 'open') open.push(call);
    },
    setDecided(digest) {
      decided = digest;
    },
    observe(sync) {
      observed = sync;
    },
    note(type, reason, words = {}) {
      hasEntries = true;
      entries.push({
        at: clock.now(),
        type,
        actor: 'curfew',
        reason,
        sync: taken.sync,
        syncName: name(),
        policy: hold?.cause,
        hold: hold?.id,
        occurrence: hold?.occurrence,
        ...words,
      });
    },
    async flush(release) {
      const { sync, fence } = taken;
      if (isOutdated) return recorder.write({ sync, fence, release });
      const set = {
        sync,
        fence,
        // Once nothing is left to do, a newer word has its own pass.
        overridesVersion: release ? undefined : decidedUnder(),
        hold: isHoldChanged ? hold : undefined,
        calls: [...calls.values()],
        entries,
        decided,
        observed,
        release,
      };
      isHoldChanged = false;
      calls = new Map();
      entries = [];
      decided = undefined;
      observed = undefined;
      const written = await recorder.write(set);
      isOutdated = written === 'outdated';
      return written;
    },
  };
  for (const orphan of orphans) {
    draft.setCall({ ...orphan, state: 'closed', outcome: 'unknown' });
    draft.note('call.answered', 'The process that asked is gone; what came of it is unknown.', {
      actor: orphan.actor,
      key: orphan.key,
      detail: { action: orphan.action, outcome: 'unknown', attempt: orphan.attempts },
    });
  }
  return draft;
}

function isOfHold(call: Call, hold: Hold | undefined): boolean {
  return hold !== undefined && call.hold === hold.id;
}
