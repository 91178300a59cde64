import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readRule } from '../../src/policy/rule-text.ts';
import { propertyRuns } from '../time/property-runs.ts';
import { randomRule } from '../time/random-rules.ts';
import { textOfRule } from '../time/rule-of-text.ts';

describe('the text of a recurrence rule', () => {
  it('becomes data, part by part', () => {
    const text = 'FREQ=YEARLY;INTERVAL=2;BYMONTH=3,11;BYDAY=+1SU,-1MO,TU;BYHOUR=0;WKST=SU;COUNT=5';
    expect(readRule(text)).toEqual({
      value: {
        text,
        rule: {
          frequency: 'yearly',
          interval: 2,
          months: [3, 11],
          weekdays: [{ weekday: 7, nth: 1 }, { weekday: 1, nth: -1 }, { weekday: 2 }],
          hours: [0],
          weekStart: 7,
          count: 5,
        },
        untilInstant: undefined,
      },
    });
  });

  it('may have spaces between its parts and any case', () => {
    const result = readRule(' freq=weekly ; byday=tu,th ');
    expect('value' in result && result.value.text).toBe('FREQ=WEEKLY;BYDAY=TU,TH');
  });

  it('ends on a date, at a time on the wall, or exactly', () => {
    const until = (text: string) => {
      const result = readRule(`FREQ=DAILY;UNTIL=${text}`);
      if ('fault' in result) throw new Error(result.fault.message);
      return [result.value.rule.until, result.value.untilInstant];
    };
    expect(until('20261231')).toEqual([Date.UTC(2027, 0, 1) - 1, undefined]);
    expect(until('20261231T180000')).toEqual([Date.UTC(2026, 11, 31, 18), undefined]);
    expect(until('20261231T180000Z')).toEqual([undefined, Date.UTC(2026, 11, 31, 18)]);
  });

  it('is read back, whatever rule RFC 5545 allows', () => {
    fc.assert(
      fc.property(randomRule, ({ rule }) => {
        const text = textOfRule(rule);
        const result = readRule(text);
        expect('fault' in result ? [text, result.fault] : result.value.rule).toEqual(rule);
      }),
      { numRuns: propertyRuns },
    );
  });

  it.each([
    ['', 0],
    ['FREQ=DAILY;', 11],
    ['FREQ=DAILY; ;BYHOUR=1', 12],
    ['FREQ=DAILY;BYHOUR=1,', 20],
    ['FREQ=DAILY;BYHOUR=1,x', 20],
    ['FREQ=DAILY;BYHOUR=1,,2', 20],
    ['FREQ=DAILY;  BYHUOR=1', 13],
    ['FREQ=MONTHLY;BYDAY=1TU,2XX', 24],
    ['FREQ=MONTHLY;BYDAY=-TU', 19],
    ['FREQ=MONTHLY;BYMONTHDAY=1,-32', 26],
    ['FREQ=DAILY;INTERVAL=1.5', 20],
    ['FREQ=DAILY;INTERVAL=1000001', 20],
    ['FREQ=DAILY;WKST=Sunday', 16],
    ['FREQ=DAILY;UNTIL=20261231T240000', 26],
    ['FREQ=YEARLY;BYWEEKNO=20;BYDAY=1MO', 24],
  ])('of %j has its fault at %i', (text, index) => {
    const result = readRule(text);
    expect('fault' in result && result.fault.index).toBe(index);
  });

  it('is never a throw, and a fault is always inside of the text', () => {
    const part = fc.constantFrom(
      ...[
        'FREQ=',
        'DAILY',
        'YEARLY',
        ';',
        ',',
        'BYDAY=',
        '1MO',
        'MO',
        'UNTIL=',
        '2026',
        '0101',
        '=',
      ],
      ...['BYWEEKNO=', '-1', 'COUNT=', '99999', ' ', 'RRULE:', '😀', 'T', 'Z'],
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 14 }), (parts) => {
        const text = parts.join('');
        const result = readRule(text);
        if ('value' in result) return;
        expect(result.fault.index).toBeGreaterThanOrEqual(0);
        expect(result.fault.index).toBeLessThanOrEqual(text.length);
      }),
    );
  });
});
