// Whether a recurrence rule names anything at all, and the time it starts at.

import type { RuleRecurrence } from '../time/recurrence.ts';
import { createRuleStarts } from '../time/rrule.ts';
import { formatWall } from '../time/wall.ts';
import { type Cursor, descend, reportAt } from './cursor.ts';

/** Reports a rule that names no time from its start on; false when that is so. */
export function checkRule({ rule, starting }: RuleRecurrence, cursor: Cursor): boolean {
  const first = createRuleStarts(rule, starting).after(-Infinity);
  if (first === Infinity) {
    const endless = createRuleStarts({ ...rule, until: undefined }, starting).after(-Infinity);
    const [message, hint] =
      endless === Infinity
        ? ['the parts of this rule leave no time that exists']
        : ['the rule ends before its first time', `that is ${formatWall(endless)}`];
    reportAt(descend(cursor, 'rrule') ?? cursor, { code: 'rrule-never', message, hint });
    return false;
  }
  if (first !== starting) {
    const message = 'the rule does not name this time itself';
    const hint = `its first time is ${formatWall(first)}: write that if it is right`;
    reportAt(descend(cursor, 'starting') ?? cursor, { code: 'rrule-starting', message, hint });
  }
  return true;
}
