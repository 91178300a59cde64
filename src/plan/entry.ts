import type { SyncKey } from '../policy/sync.ts';
import type { Instant, Interval } from '../time/interval.ts';

/** Every type of journal entry, and what it says. A closed list: reports are made from it. */
export const ENTRY_TYPES = {
  'daemon.started': 'a daemon came up; detail: version, tzdata, backends',
  'daemon.stopped': 'a daemon went down in an orderly way',
  'policies.loaded': 'a policy set came into force',
  'policies.refused': 'a policy set was refused; the last good one stays in force',
  'calendar.changed': 'a calendar that is fetched has other events, or was fetched first',
  'schedulers.changed': 'job schedulers were added, changed, revived or removed',
  'window.opened': 'a policy began to have its effect',
  'window.closed': 'a policy ceased to have its effect',
  'window.missed': 'a window passed while no daemon was looking',
  'window.quiet': 'no execution runs any more of the syncs that a policy holds',
  'window.degraded': 'some syncs are still not paused, long after their window opened',
  'sync.decided': 'what is wanted for a sync changed, or the reason did, and no call was due',
  'hold.opened': 'a sync is about to be paused; carries its baseline',
  'hold.held': 'the API confirmed the pause',
  'hold.handed-over': 'another policy holds the sync now, without a resume in between',
  'hold.renewed': 'the pause has to be made once more',
  'hold.resuming': 'a sync is about to be restored',
  'hold.released': 'the hold is closed; the sync is as it was',
  'hold.yielded': 'a person re-activated the sync; theirs until the chain ends',
  'hold.gone': 'the sync was deleted while held',
  'call.intended': 'an API call is about to leave; carries its key',
  'call.answered': 'what came of an API call',
  'run.left': 'a running execution was left to finish',
  'run.waited': 'a running execution is given time to finish',
  'sync.quiet': 'no execution of a paused sync runs any more',
  'person.asked': 'a person asked for an API call by hand',
  'journal.pruned': 'entries older than the retention were removed; carries their last seal',
  'override.created': 'a person overrides policies for a time',
  'override.revoked': 'an override was taken back before its time was over',
  'override.expiring': 'an override will expire soon; what then is to become of its syncs',
  'override.expired': 'the time of an override is over',
  'alert.raised': 'something needs a person',
  'alert.cleared': 'what needed a person is over',
} as const;

export type EntryType = keyof typeof ENTRY_TYPES;

/** Small JSON that explains an entry to machines; sentences go into `reason`. */
export type Detail = Readonly<Record<string, DetailValue>>;
export type DetailValue =
  | string
  | number
  | boolean
  | null
  | undefined
  | readonly DetailValue[]
  | { readonly [name: string]: DetailValue };

/** One row of the append-only journal, before it has its number. */
export interface Entry {
  readonly at: Instant;
  readonly type: EntryType;
  /** `curfew`, or the person or token that asked. */
  readonly actor: string;
  /** One sentence for people. */
  readonly reason: string;
  readonly policy?: string | undefined;
  readonly sync?: SyncKey | undefined;
  readonly syncName?: string | undefined;
  readonly hold?: string | undefined;
  readonly occurrence?: Interval | undefined;
  readonly before?: string | undefined;
  readonly after?: string | undefined;
  readonly key?: string | undefined;
  /** How long after the instant it was due this happened, in milliseconds. */
  readonly latenessMs?: number | undefined;
  readonly detail?: Detail | undefined;
}

/** An entry as the journal keeps it. */
export interface JournalEntry extends Entry {
  /** Rising, without meaning in its gaps. */
  readonly seq: number;
}
