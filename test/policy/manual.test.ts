// The examples of docs/policy-language.md are executed: a manual that is wrong is worse than none.

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { calendarSchema } from '../../src/policy/calendar-schema.ts';
import { defaultHolidayTypes, holidayTypes } from '../../src/policy/holidays.ts';
import { loadPolicySet } from '../../src/policy/load-policies.ts';
import { formatInZone } from '../../src/time/instant.ts';
import { fixtureNow } from './fixtures.ts';

const manual = readFileSync(new URL('../../docs/policy-language.md', import.meta.url), 'utf8');
const blocks = [...manual.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(([, kind, text]) => ({
  kind,
  text: text!,
}));
const files = blocks.filter(({ kind, text }) => kind === 'yaml' && /^version: 1$/m.test(text));

/** What the file that the manual refers to may say. */
const vendor = {
  file: 'calendars/snowflake.ics',
  text: [
    ...['BEGIN:VCALENDAR', 'BEGIN:VEVENT', 'DTSTART:20260301T020000Z', 'DURATION:PT4H'],
    ...['END:VEVENT', 'END:VCALENDAR', ''],
  ].join('\n'),
  kind: 'calendar',
} as const;

function load(text: string) {
  return loadPolicySet([{ file: 'manual.yaml', text }, vendor], { now: fixtureNow });
}

/** `Tue 2026-11-24 19:00`, as the manual writes times. */
function wall(instant: number, zone: string): string {
  const [date, time] = formatInZone(instant, zone).slice(0, 16).split('T') as [string, string];
  const day = new Date(`${date}T00:00Z`).toUTCString().slice(0, 3);
  return `${day} ${date} ${time}`;
}

describe('the manual of the policy language', () => {
  it('has whole files as examples', () => {
    expect(files.length).toBeGreaterThanOrEqual(2);
  });

  it.each(files.map(({ text }, index) => ({ text, nth: index + 1 })))(
    'shows a file without a problem: example $nth',
    ({ text }) => {
      const { set, problems } = load(text);
      expect(problems).toEqual([]);
      expect(set).toBeDefined();
    },
  );

  it.each([
    ['sandbox-hours', '2026-11-25T00:00Z', 4],
    ['tuesday-maintenance', '2026-02-01T00:00Z', 150],
  ])('says truly when %s pauses', (name, from, days) => {
    const said = blocks.find(({ kind, text }) => kind === 'text' && text.startsWith(name))!;
    const example = files.find(({ text }) => text.includes(`  ${name}:`))!;
    const { timeline, timezone } = load(example.text).set!.policies.find(
      (policy) => policy.name === name,
    )!;
    const first = Date.parse(from);
    const spans = [...timeline.segments(first, first + days * 86_400_000)].filter(({ on }) => on);
    const lines = said.text.trim().split('\n');
    expect(lines.map((line) => line.split(/ {2}| - /))).toEqual(
      spans.map(({ start, end }) => [name, wall(start, timezone), wall(end, timezone)]),
    );
  });

  it('has a row for every form and field of a calendar', () => {
    const [, section = ''] = manual.split('\n## Calendars\n');
    const [text = ''] = section.split('\n## ');
    const named = [...text.matchAll(/^\| `(\w+)`/gm)].map(([, name]) => name);
    expect(named.sort()).toEqual(Object.keys(calendarSchema.shape).sort());
    for (const type of holidayTypes) expect(text).toContain(`\`${type}\``);
    expect(text).toContain(`\`[${defaultHolidayTypes.join(', ')}]\``);
  });
});
