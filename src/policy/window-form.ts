// The form of a window: what its fields say, as data, before a zone gives it a meaning.

import { type OnceFault, resolveOnce } from '../time/once.ts';
import type {
  DailyRecurrence,
  Recurrence,
  SpanRecurrence,
  WeeklyRecurrence,
} from '../time/recurrence.ts';
import type { DateLimits } from '../time/starts.ts';
import type { Wall } from '../time/wall.ts';
import type { Zone } from '../time/zone.ts';
import type { DateForm } from './date-form.ts';
import type { OnceForm } from './once-form.ts';
import type { RuleText } from './rule-text.ts';
import type { WindowFields } from './schema.ts';
import type { CronText } from './value-text.ts';

/** A cron expression with the length of its windows. */
export interface CronForm extends CronText {
  readonly kind: 'cron';
  readonly forMs: number;
}

/** A recurrence rule with where it starts and the length of its windows. */
export interface RuleForm extends RuleText {
  readonly kind: 'rrule';
  readonly starting: Wall;
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
  | DateForm
  | OnceForm
  | CronForm
  | RuleForm
  | CalendarWindowForm;

/** A form that says by itself when the window is open. */
export type RecurringForm = Exclude<WindowForm, CalendarWindowForm>;

/** The form that the fields of a window give; undefined when they give none. */
export function formOf(fields: WindowFields): WindowForm | undefined {
  const { cron, rrule, starting, for: forMs, calendar } = fields;
  if (calendar !== undefined) return { kind: 'calendar', calendar };
  if (cron !== undefined && forMs !== undefined) return { kind: 'cron', ...cron, forMs };
  if (rrule !== undefined && starting !== undefined && forMs !== undefined) {
    return { kind: 'rrule', ...rrule, starting, forMs };
  }
  return fields.daily ?? fields.weekly ?? fields.monthly ?? fields.yearly ?? fields.once;
}

/** What a form means in a zone, as data of the room time; a `once` may be impossible there. */
export function recurrenceOf(
  form: RecurringForm,
  zone: Zone,
  limits: DateLimits,
): { readonly value: Recurrence } | { readonly fault: OnceFault } {
  switch (form.kind) {
    case 'cron': {
      const { schedule, forMs } = form;
      return { value: { kind: 'cron', schedule, forMs, ...limits } };
    }
    case 'rrule': {
      const { starting, forMs } = form;
      return { value: { kind: 'rule', rule: ruleInZone(form, zone), starting, forMs, ...limits } };
    }
    case 'monthly':
    case 'yearly':
      return { value: { ...form.recurrence, ...limits } };
    case 'once':
      return onceIn(form, zone);
    default:
      return { value: { ...form, ...limits } };
  }
}

/** The rule with its end on the wall: an exact one lets in what has started by then. */
function ruleInZone({ rule, untilInstant }: RuleText, zone: Zone): RuleText['rule'] {
  return untilInstant === undefined ? rule : { ...rule, until: zone.latestWallBy(untilInstant) };
}

function onceIn(
  form: OnceForm,
  zone: Zone,
): { readonly value: Recurrence } | { readonly fault: OnceFault } {
  if (form.clock === 'exact') return { value: { kind: 'once', interval: form.interval } };
  const resolved = resolveOnce(form.start, form.end, zone);
  return 'fault' in resolved ? resolved : { value: { kind: 'once', interval: resolved.value } };
}
