// What a run is judged by: what the sandbox saw, what the journal says, and how the daemons lived.

/** A sync as the sandbox has it. */
export interface SyncState {
  /** `model:<id>` or `bulk:<id>`. */
  readonly key: string;
  readonly kind: string;
  readonly name: string;
  readonly active: boolean;
  readonly frequency: string;
}

/** A change to a sync in the sandbox, with what the sync is since. */
export interface Change {
  readonly seq: number;
  readonly at: number;
  readonly sync: string;
  readonly name: string;
  readonly active: boolean;
  readonly isDeleted: boolean;
  /** The name of a person, or of our key. */
  readonly by: string;
}

/** The name under which the sandbox knows our key. */
export const US = 'Automation';

/** A request that reached the sandbox. */
export interface ApiRequest {
  readonly seq: number;
  /** When it arrived. */
  readonly at: number;
  readonly method: string;
  readonly path: string;
  readonly sync: string | undefined;
  /** `activate`, `deactivate`, `cancel`, `start`; of a GET the last part of its path. */
  readonly action: string | undefined;
  readonly body: string | undefined;
  readonly key: string | undefined;
  /** Undefined where a fault came before the key was looked at. */
  readonly caller: string | undefined;
  readonly state: 'pending' | 'answered' | 'broken';
  readonly status: number | undefined;
  readonly effect: 'none' | 'changed' | 'replayed';
  readonly fault: string | undefined;
}

/** A row of the journal. */
export interface Entry {
  readonly seq: number;
  readonly at: number;
  readonly type: string;
  readonly reason: string;
  readonly policy: string | null;
  readonly sync: string | null;
  readonly hold: string | null;
  readonly occurrence_start: number | null;
  readonly occurrence_end: number | null;
  readonly before: string | null;
  readonly after: string | null;
  readonly key: string | null;
  readonly detail: Readonly<Record<string, unknown>> | null;
}

/** What the record still has open when everything is over. */
export interface Leftovers {
  readonly holds: readonly { readonly id: string; readonly sync: string; readonly state: string }[];
  readonly calls: readonly {
    readonly key: string;
    readonly sync: string;
    readonly action: string;
  }[];
  readonly alerts: readonly { readonly name: string; readonly reason: string }[];
}

/** The stretch in the middle of a run in which nothing is harmed and one window covers all. */
export interface Calm {
  /** When the last harm was over. */
  readonly from: number;
  /** When everything was as the policies want it; undefined when it did not come to that. */
  readonly reachedAt: number | undefined;
  /** When its window ended. */
  readonly end: number;
  /** Syncs that were not as the policies want them when we gave up, or later in the calm. */
  readonly strays: readonly { readonly at: number; readonly sync: string }[];
}

/** How one process of a daemon ended. */
export interface Death {
  readonly daemon: string;
  readonly at: number;
  /** Whether somebody meant it to end. */
  readonly isMeant: boolean;
  /** By which signal, then. */
  readonly asked: 'SIGKILL' | 'SIGTERM' | undefined;
  readonly exitCode: number | null;
  readonly signal: string | null;
  /** From the signal to the end. */
  readonly tookMs: number;
  /** Its last words, for people. */
  readonly lastLines: readonly string[];
}

/** A line that a daemon wrote to its log. */
export interface LogLine {
  readonly daemon: string;
  readonly text: string;
}

/** A stretch of time, and who was meant. */
export interface Harmed {
  readonly who: string;
  readonly what: string;
  readonly from: number;
  /** Until it was undone. */
  readonly to: number;
}

/** A window as planned, of a policy that nobody edited before it ended. */
export interface ExpectedWindow {
  readonly policy: string;
  readonly start: number;
  readonly end: number;
}

/** What came of checking the journal against seals that were kept elsewhere. */
export interface Audit {
  /** How many seals were kept. */
  readonly kept: number;
  readonly isWhole: boolean;
  readonly says: string;
}

export interface Evidence {
  readonly before: readonly SyncState[];
  readonly after: readonly SyncState[];
  readonly changes: readonly Change[];
  readonly requests: readonly ApiRequest[];
  readonly entries: readonly Entry[];
  readonly leftovers: Leftovers;
  /** Whether the record came to rest before we gave up waiting. */
  readonly isSettled: boolean;
  readonly calm: Calm;
  readonly deaths: readonly Death[];
  readonly log: readonly LogLine[];
  readonly harm: readonly Harmed[];
  readonly windows: readonly ExpectedWindow[];
  /** What an auditor finds who kept the seals of the calm. */
  readonly audit: Audit;
  /** Rows of the sandbox's logs that we could not read in time; nothing can be judged then. */
  readonly lost: number;
}
