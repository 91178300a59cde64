// Which parts of a recurrence rule do not go together (RFC 5545 3.3.10).

import type { RecurrenceRule } from '../time/rrule.ts';
import { type RulePart, type RulePartName, ruleFault } from './rule-parts.ts';
import type { TextFault } from './text-fault.ts';

/** The first part, in the order of the text, that does not go with the others. */
export function checkRuleParts(
  rule: RecurrenceRule,
  parts: readonly RulePart[],
): TextFault | undefined {
  for (const part of parts) {
    const found = complaintAbout(part.name, rule);
    if (found !== undefined) return ruleFault(part.nameIndex, ...found).fault;
  }
  return undefined;
}

type Complaint = readonly [message: string, hint?: string];

function complaintAbout(name: RulePartName, rule: RecurrenceRule): Complaint | undefined {
  const { frequency, weekdays } = rule;
  const written = frequency.toUpperCase();
  switch (name) {
    case 'UNTIL':
      if (rule.count === undefined) return undefined;
      return ['a rule has only one of `COUNT` and `UNTIL`'];
    case 'BYWEEKNO':
      if (frequency === 'yearly') return undefined;
      return [`BYWEEKNO goes with FREQ=YEARLY only, not with ${written}`];
    case 'BYYEARDAY':
      if (!['daily', 'weekly', 'monthly'].includes(frequency)) return undefined;
      return [`BYYEARDAY does not go with FREQ=${written}`, 'write `FREQ=YEARLY`'];
    case 'BYMONTHDAY':
      if (frequency !== 'weekly') return undefined;
      return ['BYMONTHDAY does not go with FREQ=WEEKLY', 'write `FREQ=MONTHLY`'];
    case 'BYDAY':
      return weekdays?.some(({ nth }) => nth !== undefined) ? complaintAboutNth(rule) : undefined;
    case 'BYSETPOS':
      if (narrowingParts.some((part) => rule[part] !== undefined)) return undefined;
      return ['BYSETPOS picks from what another BY… part gives', 'write `BYDAY`, say'];
    default:
      return undefined;
  }
}

const narrowingParts = [
  'months',
  'weekNumbers',
  'yearDays',
  'monthDays',
  'weekdays',
  'hours',
  'minutes',
  'seconds',
] as const;

function complaintAboutNth(rule: RecurrenceRule): Complaint | undefined {
  const { frequency, months, weekNumbers, weekdays = [] } = rule;
  if (frequency !== 'monthly' && frequency !== 'yearly') {
    return ['numbered days such as `2TU` go with FREQ=MONTHLY and FREQ=YEARLY only'];
  }
  if (weekNumbers !== undefined) return ['numbered days such as `2TU` do not go with BYWEEKNO'];
  const isOfMonth = frequency === 'monthly' || months !== undefined;
  if (!isOfMonth || weekdays.every(({ nth = 1 }) => Math.abs(nth) <= 5)) return undefined;
  return ['no month has a weekday more than five times', 'number days 1 to 5, or -1 to -5'];
}
