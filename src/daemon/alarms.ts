import type { Detail } from '../plan/entry.ts';
import type { Store } from '../store/store.ts';
import type { Clock } from './clock.ts';
import type { Recorder } from './recorder.ts';

/** Who is told what: a sentence, and the policy it is about, if any. */
export interface Alarm {
  /** Equal names are one alert: `key-refused`, `limit:<policy>`. */
  readonly name: string;
  readonly reason: string;
  readonly policy?: string | undefined;
  readonly notify?: readonly string[] | undefined;
  readonly detail?: Detail | undefined;
}

/** Tells people that something needs them, once, and that it does not any more. */
export interface Alarms {
  raise(alarm: Alarm): Promise<void>;
  clear(alarm: Alarm): Promise<void>;
}

/** Makes the alarms of a process. What is raised lives in the store: replicas tell it once. */
export function createAlarms(store: Store, recorder: Recorder, clock: Clock): Alarms {
  const entryOf = (type: 'alert.raised' | 'alert.cleared', alarm: Alarm) => ({
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
