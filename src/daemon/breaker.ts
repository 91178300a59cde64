import type { OutcomeKind } from '../plan/outcome.ts';
import { backoffMs } from '../plan/retry.ts';
import type { SyncKey } from '../policy/sync.ts';
import type { Polytomic } from '../polytomic/polytomic.ts';
import { hasPassed } from '../time/elapsed.ts';
import type { Instant } from '../time/interval.ts';
import type { Alarms } from './alarms.ts';
import type { Chance, Clock } from './clock.ts';

/** So many failures in a row are no hiccup, unless all are about one and the same sync. */
const FAILURES_MAX = 5;

/** The longest quiet between two trials: a resume must not be much later than the API is back. */
const LONGEST_QUIET_MS = 60_000;

/** A trial that never reports (its process stalls) does not block the next one for longer. */
const TRIAL_MS = 15_000;

/** The API must have failed for this long before somebody is told. */
const ALERT_AFTER_MS = 60_000;

const ALARM = 'api-down';
const CLEARED = 'The API answers again.';

/** Failures that say something about the API as a whole. */
const DOWN: ReadonlySet<OutcomeKind> = new Set(['not-sent', 'unknown', 'server-error']);

/**
 * Keeps thousands of jobs from hammering an API that is down: after a few failures in a row it
 * opens, and lets a single trial through now and then until one succeeds.
 */
export interface Breaker {
  /** Why calls are held back, in one sentence; undefined while they are not. */
  readonly message: string | undefined;
  /** The API answered at start: what an earlier process said of it is over. */
  begin(): Promise<void>;
  /** Whether whoever asks may call now; a yes while it is open makes the asker the trial. */
  enter(): boolean;
  /** When who was not let in should ask again. */
  nextTrialAt(): Instant;
  /** Takes notice of what a call came to, about one sync or about none. */
  report(kind: OutcomeKind, sync?: SyncKey): void;
}

/** Makes a closed breaker. */
export function createBreaker(alarms: Alarms, clock: Clock, chance: Chance): Breaker {
  let failures = 0;
  const failing = new Set<SyncKey | undefined>();
  let openings = 0;
  let failingSince: Instant | undefined;
  /** No call but a single trial is let through for so long; undefined while all are. */
  let quiet: { readonly since: Instant; readonly ms: number } | undefined;
  let isTold = false;
  let telling: Promise<void> = Promise.resolve();

  // What cannot be journalled now (the database may be down as well) is told at the next failure.
  function tell(work: () => Promise<void>): void {
    telling = telling.then(work).catch(() => {
      isTold = !isTold;
    });
  }

  function fail(sync: SyncKey | undefined): void {
    const now = clock.now();
    failures += 1;
    failing.add(sync);
    failingSince = Math.min(failingSince ?? now, now);
    if (failures < FAILURES_MAX || failing.size < 2) return;
    openings += 1;
    quiet = { since: now, ms: Math.min(backoffMs(openings, chance.random()), LONGEST_QUIET_MS) };
    if (isTold || now - failingSince < ALERT_AFTER_MS) return;
    isTold = true;
    const reason = 'The API fails; it is tried once a minute, and holds stay until it answers.';
    tell(() => alarms.raise({ name: ALARM, reason }));
  }

  function recover(): void {
    failures = 0;
    failing.clear();
    openings = 0;
    failingSince = undefined;
    quiet = undefined;
    if (!isTold) return;
    isTold = false;
    tell(() => alarms.clear({ name: ALARM, reason: CLEARED }));
  }

  return {
    get message() {
      return quiet === undefined ? undefined : `The API failed ${failures} times in a row.`;
    },
    begin: () => alarms.clear({ name: ALARM, reason: CLEARED }),
    enter() {
      const now = clock.now();
      if (quiet === undefined) return true;
      if (!hasPassed(now, quiet.since, quiet.ms)) return false;
      quiet = { since: now, ms: TRIAL_MS };
      return true;
    },
    nextTrialAt() {
      const now = clock.now();
      return quiet === undefined ? now : Math.max(now, Math.min(quiet.since, now) + quiet.ms);
    },
    report(kind, sync) {
      if (DOWN.has(kind)) fail(sync);
      else recover();
    },
  };
}

/** The same API, whose every answer the breaker takes notice of. */
export function watched(polytomic: Polytomic, breaker: Breaker): Polytomic {
  const seen = async <O extends { readonly kind: OutcomeKind }>(
    asked: Promise<O>,
    sync?: SyncKey,
  ): Promise<O> => {
    const outcome = await asked;
    breaker.report(outcome.kind, sync);
    return outcome;
  };
  return {
    admit: () => polytomic.admit(),
    me: () => seen(polytomic.me()),
    listSyncs: () => seen(polytomic.listSyncs()),
    getSync: (sync) => seen(polytomic.getSync(sync), sync),
    status: (sync) => seen(polytomic.status(sync), sync),
    executions: (sync) => seen(polytomic.executions(sync), sync),
    setActive: (sync, active, key) => seen(polytomic.setActive(sync, active, key), sync),
    cancel: (sync, key) => seen(polytomic.cancel(sync, key), sync),
    start: (sync, key) => seen(polytomic.start(sync, key), sync),
    skewMs: () => polytomic.skewMs(),
    close: () => polytomic.close(),
  };
}
