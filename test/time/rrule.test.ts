import { describe, expect, it } from 'vitest';
import { createRuleStarts } from '../../src/time/rrule.ts';
import { ruleOfText, stampOfWall, wallOfStamp } from './rule-of-text.ts';

function startsOf(rule: string, starting: string) {
  return createRuleStarts(ruleOfText(rule), wallOfStamp(starting));
}

function first(rule: string, starting: string, count: number): string[] {
  const starts = startsOf(rule, starting);
  const found: string[] = [];
  for (let at = starts.after(-Infinity); at < Infinity; at = starts.after(at)) {
    if (found.push(stampOfWall(at)) === count) break;
  }
  return found;
}

describe('a recurrence rule', () => {
  it('is every two weeks from its start, not from the beginning of a month (S18)', () => {
    const rule = 'FREQ=WEEKLY;INTERVAL=2;BYDAY=TU';
    expect(first(rule, '20260106T200000', 5)).toEqual([
      '20260106T200000',
      '20260120T200000',
      '20260203T200000',
      '20260217T200000',
      '20260303T200000',
    ]);
    const starts = startsOf(rule, '20260106T200000');
    expect(stampOfWall(starts.after(wallOfStamp('20991231')))).toBe('21000112T200000');
    expect(stampOfWall(starts.before(wallOfStamp('20991231')))).toBe('20991229T200000');
  });

  it('names its start only when that fits', () => {
    const rule = 'FREQ=WEEKLY;INTERVAL=2;BYDAY=TU';
    // A Wednesday, in the week of the 5th: the next Tuesday that is due is in two weeks.
    expect(first(rule, '20260107T200000', 1)).toEqual(['20260120T200000']);
    expect(startsOf(rule, '20260107T200000').before(wallOfStamp('20260120T200000'))).toBe(
      -Infinity,
    );
  });

  it('counts across midnight when it counts in hours', () => {
    expect(first('FREQ=HOURLY;INTERVAL=36', '20260101T230000', 3)).toEqual([
      '20260101T230000',
      '20260103T110000',
      '20260104T230000',
    ]);
    const starts = startsOf('FREQ=HOURLY;INTERVAL=48', '20260101T230000');
    const before = starts.before(wallOfStamp('20260106'));
    expect(stampOfWall(before)).toBe('20260105T230000');
    expect(stampOfWall(starts.before(before))).toBe('20260103T230000');
  });

  it('skips the months and years that lack its day (S13, S14)', () => {
    expect(first('FREQ=MONTHLY', '20260131T090000', 3)).toEqual([
      '20260131T090000',
      '20260331T090000',
      '20260531T090000',
    ]);
    expect(first('FREQ=YEARLY', '20240229T090000', 2)).toEqual([
      '20240229T090000',
      '20280229T090000',
    ]);
  });

  it('takes a leap second for the second before it', () => {
    expect(first('FREQ=DAILY;BYSECOND=60', '20260101T090000', 1)).toEqual(['20260101T090059']);
    expect(first('FREQ=SECONDLY;BYSECOND=60', '20260101T090000', 2)).toEqual([
      '20260101T090059',
      '20260101T090159',
    ]);
  });

  it('ends after its count, wherever it is asked', () => {
    const starts = startsOf('FREQ=DAILY;COUNT=3', '20260101T090000');
    expect(starts.after(wallOfStamp('20260103T090000'))).toBe(Infinity);
    expect(starts.after(wallOfStamp('20300101'))).toBe(Infinity);
    expect(stampOfWall(starts.before(Infinity))).toBe('20260103T090000');
    // Fewer than it counts: its year is over.
    const short = startsOf('FREQ=DAILY;COUNT=10', '99991230T090000');
    expect(stampOfWall(short.before(Infinity))).toBe('99991231T090000');
  });

  it('may be as far apart as anybody likes', () => {
    expect(first('FREQ=YEARLY;INTERVAL=1000', '20260101T090000', 9)).toHaveLength(8);
    expect(first('FREQ=YEARLY;INTERVAL=1000000', '20260101T090000', 2)).toHaveLength(1);
    expect(first('FREQ=MINUTELY;INTERVAL=1000000', '20260101T000000', 2)).toEqual([
      '20260101T000000',
      '20271126T104000',
    ]);
  });

  it.each([
    'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30',
    'FREQ=MONTHLY;BYMONTH=4;BYMONTHDAY=31',
    'FREQ=MONTHLY;BYDAY=1MO;BYMONTHDAY=15',
    'FREQ=MONTHLY;BYMONTHDAY=1;BYSETPOS=2',
    'FREQ=WEEKLY;BYDAY=MO;BYSETPOS=-2',
    'FREQ=YEARLY;BYMONTH=2;BYYEARDAY=100',
    'FREQ=YEARLY;INTERVAL=2;BYMONTH=2;BYMONTHDAY=29',
    'FREQ=YEARLY;BYWEEKNO=20;BYMONTH=1',
    'FREQ=DAILY;INTERVAL=7;BYDAY=TU',
    'FREQ=HOURLY;INTERVAL=24;BYHOUR=10',
    'FREQ=MINUTELY;INTERVAL=2;BYMINUTE=1',
    'FREQ=MINUTELY;INTERVAL=1441;BYMONTH=2;BYMONTHDAY=30',
    'FREQ=MINUTELY;BYSECOND=5;BYSETPOS=2',
    'FREQ=SECONDLY;INTERVAL=30;BYSECOND=15',
  ])('that never names a time is found out: %s', (rule) => {
    const starts = startsOf(rule, '20250101T090000');
    expect(starts.after(-Infinity)).toBe(Infinity);
    expect(starts.after(wallOfStamp('20300101'))).toBe(Infinity);
    expect(starts.before(Infinity)).toBe(-Infinity);
  });
});
