// The page that explains the policy language does not lie: what its tables say of a window is what
// the program makes of it.

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { formatWall } from '../../src/time/wall.ts';
import { zoneOf } from '../../src/time/zone.ts';
import { loadText } from './fixtures.ts';

const page = readFileSync(new URL('../../docs/policy-language.md', import.meta.url), 'utf8');
const berlin = zoneOf('Europe/Berlin');

interface Row {
  /** Its fields as YAML, a line for each. */
  readonly fields: readonly string[];
  readonly name: string;
  readonly english: string;
  readonly dates: string;
}

/** The rows whose last three cells are a window, what it is in English, and when it starts. */
const rows: Row[] = page.split('\n').flatMap((line) => {
  const cells = line.split(' | ').map((cell) => cell.replace(/^\| | \|$/g, ''));
  const [window = '', english = '', dates = ''] = cells.slice(-3);
  if (!/^`[a-z]+: /.test(window) || !/\d [A-Z][a-z]{2}\b/.test(dates)) return [];
  const fields = window.slice(1, -1).split('`, `');
  return [{ fields, name: fields.join(', '), english, dates }];
});

function load({ fields }: Row) {
  const lines = fields.map((field, index) => `        ${index === 0 ? '- ' : '  '}${field}`);
  const policy = ['  p:', '    select: { all: true }', '    allow_always: true', '    pause:'];
  const text = ['version: 1', 'timezone: Europe/Berlin', 'policies:', ...policy, '      during:'];
  const { set, problems } = loadText([...text, ...lines, ''].join('\n'));
  return { window: set?.policies[0]?.windows[0], problems };
}

const months = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

/** `13 Jan`, and the year where it is not 2026. */
function dateText(instant: number): string {
  const [year, month, day] = formatWall(berlin.wallAt(instant)).slice(0, 10).split('-').map(Number);
  return `${day} ${months[month! - 1]}${year === 2026 ? '' : ` ${year}`}`;
}

describe('the page about the policy language', () => {
  it('has examples of every form', () => {
    const forms = new Set(rows.map(({ fields }) => fields[0]!.split(':')[0]));
    expect([...forms].sort()).toEqual(
      ['cron', 'daily', 'monthly', 'once', 'rrule', 'weekly', 'yearly'].sort(),
    );
    expect(rows.length).toBeGreaterThan(35);
  });

  it.each(rows)('tells what `$name` is in English, and when it starts', (row) => {
    const { window, problems } = load(row);
    expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(window?.summary.replace(/, Berlin time$/, '')).toBe(row.english);
    const from = berlin.startInstant(Date.UTC(2026, 0, 1));
    const dates: string[] = [];
    for (const { start } of window!.occurrences(from)) {
      if (start < from) continue;
      const date = dateText(start);
      if (dates.push(date) === 3) break;
    }
    expect(dates.join(', ')).toBe(row.dates);
  });
});
