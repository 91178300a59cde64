import { CronExpressionParser } from 'cron-parser';
import { describe, expect, it } from 'vitest';
import { parseCron } from '../../src/time/cron-schedule.ts';
import { compileRecurrence } from '../../src/time/recurrence.ts';
import { zoneOf } from '../../src/time/zone.ts';

// A zone without clock changes: there cron-parser's own iteration can be trusted.
const zoneName = 'Asia/Tokyo';
const from = Date.UTC(2026, 11, 20);
const limit = 25;

const minuteFields = ['0', '*', '*/7', '5,50', '10-20/5', '59'];
const hourFields = ['*', '0', '*/6', '9-17', '22,23,0'];
const dayFields = [
  '* * *',
  '* * 1-5',
  '* * MON,wed',
  '* * 7',
  '* * 5-7',
  '* * 0-6/2',
  '* * 5L',
  '* * 1#2',
  '* * fri#5',
  '* * 6L,1',
  '1 * *',
  '31 * *',
  'L * *',
  '15,L * *',
  '*/10 * *',
  '1-7 * *',
  '29 2 *',
  '* 2 *',
  '? JAN,jul ?',
  '13 * 5',
  '1,15 * 1-5',
  'L 6,9 0',
  '31 4,5 *',
  '* */5 2',
  '30 11 1L',
];

const corpus = dayFields.flatMap((days, index) => [
  ...minuteFields.slice(0, 3).map((minute) => `${minute} ${hourFields[index % 5]} ${days}`),
  ...hourFields.slice(1, 4).map((hour) => `${minuteFields[index % 6]} ${hour} ${days}`),
]);

function ours(expression: string): number[] {
  const reading = parseCron(expression);
  if ('fault' in reading) throw new Error(`${expression}: ${reading.fault.message}`);
  const recurrence = { kind: 'cron', schedule: reading.value, forMs: 1000 } as const;
  const starts: number[] = [];
  for (const { start } of compileRecurrence(recurrence, zoneOf(zoneName)).occurrences(from)) {
    if (starts.push(start) === limit) break;
  }
  return starts;
}

function theirs(expression: string): number[] {
  const iterator = CronExpressionParser.parse(expression, {
    tz: zoneName,
    // It looks strictly after its date; ours includes an occurrence that is still on.
    currentDate: from - 1000,
  });
  return Array.from({ length: limit }, () => iterator.next().getTime());
}

describe('a cron expression', () => {
  it(`means what cron-parser says, in ${corpus.length} cases`, () => {
    expect(corpus.length).toBeGreaterThan(100);
    for (const expression of corpus) {
      expect([expression, ours(expression)]).toEqual([expression, theirs(expression)]);
    }
  });

  it('ORs its two day fields when both are restricted (S16)', () => {
    const reading = parseCron('0 0 13 * 5');
    if ('fault' in reading) throw new Error(reading.fault.message);
    expect(reading.value).toMatchObject({ monthDays: { days: [13] }, weekdays: { days: [5] } });
    const onlyOne = parseCron('0 0 13 * *');
    expect('value' in onlyOne && onlyOne.value.weekdays).toBe(undefined);
  });

  it.each([
    ['', 0, 'five fields are wanted'],
    ['0 0 * *', 7, 'five fields are wanted'],
    ['0 0 0 * * *', 10, 'five fields are wanted'],
    ['@daily', 6, 'five fields are wanted'],
    ['60 0 * * *', 0, 'minute: '],
    ['0 24 * * *', 2, 'hour: '],
    ['0 0 32 * *', 4, 'day of month: '],
    ['0 0 * 13 *', 6, 'month: '],
    ['0  0 * * 8', 9, 'day of week: '],
    ['0 0 * * mox', 8, 'day of week: '],
    ['5-1 0 * * *', 0, 'minute: '],
    ['H 0 * * *', 0, '`H` is not a time'],
    ['0 H(1-4) * * *', 2, '`H` is not a time'],
    ['0 0 * * 1#6', 8, 'day of week: '],
    ['0 0 LW * *', 4, 'day of month: '],
  ])('cannot be %j: the fault is at %i', (text, index, message) => {
    const fault = { index, message: expect.stringContaining(message) };
    expect(parseCron(text)).toEqual({ fault });
  });

  it('may name a date that does not exist: it has no occurrences (S13)', () => {
    expect(ours('0 0 30 2 *')).toEqual([]);
    expect(ours('0 * 31 4,6 *')).toEqual([]);
  });
});
