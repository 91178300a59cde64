// The form of a window: what its fields say, as data, before a zone gives it a meaning.

import { type OnceFault, resolveOnce } from '../time/once.ts';
import type {
  DailyRecurrence,
  Recurrence,
  SpanRecurrence,
  WeeklyRecurrence,
} from '../time/recurrence.ts';
import type { DateLimits } from '../time/starts.ts';
import type { Zone } from '../time/zone.ts';
import type { OnceForm } from './once-form.ts';
import type { WindowFields } from './schema.ts';
import type { CronText } from './value-text.ts';

/** A cron expression with the length of its windows. */
export interface CronForm extends CronText {
  readonly kind: 'cron';
  readonly forMs: number;
}

/** The times of a calendar. */
export interface CalendarWindowForm {
  readonly kind: 'calendar';
  readonly calendar: string;
}

/** One of the forms that a window can have. */
export type WindowForm =
  | DailyRecurrence
  | WeeklyRecurrence
  | SpanRecurrence
  | OnceForm
  | CronForm
  | CalendarWindowForm;

/** A form that says by itself when the window is open. */
export type RecurringForm = Exclude<WindowForm, CalendarWindowForm>;

/** The form that the fields of a window give; undefined when they give none. */
export function formOf(fields: WindowFields): WindowForm | undefined {
  const { cron, for: forMs, calendar } = fields;
  if (calendar !== undefined) return { kind: 'calendar', calendar };
  if (cron !== undefined && forMs !== undefined) return { kind: 'cron', ...cron, forMs };
  return fields.daily ?? fields.weekly ?? fields.once;
}

/** What a form means in a zone, as data of the room time; a `once` may be impossible there. */
export function recurrenceOf(
  form: RecurringForm,
  zone: Zone,
  limits: DateLimits,
): { readonly value: Recurrence } | { readonly fault: OnceFault } {
  if (form.kind === 'cron') {
    const { schedule, forMs } = form;
    return { value: { kind: 'cron', schedule, forMs, ...limits } };
  }
  if (form.kind !== 'once') return { value: { ...form, ...limits } };
  if (form.clock === 'exact') return { value: { kind: 'once', interval: form.interval } };
  const resolved = resolveOnce(form.start, form.end, zone);
  if ('fault' in resolved) return resolved;
  return { value: { kind: 'once', interval: resolved.value } };
}
