import type { AlertName } from '../plan/alert.ts';
import type { Detail } from '../plan/entry.ts';
import type { Store } from '../store/store.ts';
import type { Clock } from './clock.ts';
import type { Recorder } from './recorder.ts';

/** Who is told what: a sentence, and the policy it is about, if any. */
export interface Alarm {
  /** Equal names are one alert: `key-refused`, `limit:<policy>`. */
  readonly name: AlertName;
  readonly reason: string;
  readonly policy?: string | undefined;
  readonly notify?: readonly string[] | undefined;
  readonly detail?: Detail | undefined;
}

/** An alert that is over. */
export type Cleared = Omit<Alarm, 'name'> & { readonly name: string };

/** Tells people that something needs them, once, and that it does not any more. */
export interface Alarms {
  raise(alarm: Alarm): Promise<void>;
  /** What is on record may be of another version, so the name may be any. */
  clear(alarm: Cleared): Promise<void>;
}

/** Makes the alarms of a process. What is raised lives in the store: replicas tell it once. */
export function createAlarms(store: Store, recorder: Recorder, clock: Clock): Alarms {
  const entryOf = (type: 'alert.raised' | 'alert.cleared', alarm: Cleared) => ({
    at: clock.now(),
    type,
    actor: 'curfew',
    reason: alarm.reason,
    policy: alarm.policy,
    detail: {
      ...alarm.detail,
      alert: alarm.name.split(':', 1)[0]!,
      notify: alarm.notify?.length ? alarm.notify : undefined,
    },
  });
  return {
    async raise(alarm) {
      const { name, reason, policy } = alarm;
      const entry = entryOf('alert.raised', alarm);
      const alert = { name, reason, policy, raisedAt: entry.at };
      if (await store.raiseAlert(alert, [entry])) recorder.announce([entry]);
    },
    async clear(alarm) {
      const entry = entryOf('alert.cleared', alarm);
      if (await store.clearAlert(alarm.name, [entry])) recorder.announce([entry]);
    },
  };
}
