import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { curfew, ROOT } from '../cli/curfew.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/guard.ts';
import { propertyRuns } from '../time/property-runs.ts';
import { type RandomPolicy, randomPolicy } from './random-policies.ts';
import { shippedRules } from './shipped-policies.ts';
import type { Span } from './wall-walk.ts';
import { clip, type PolicyRule, rangeOf, spansOf } from './window-rule.ts';

const seed = Number(process.env.CURFEW_TEST_SEED ?? 20260301);
/** A long run makes as many as a set may have, but for the shipped ones. */
const policyCount = propertyRuns > 500 ? 9_900 : 1_800;
const range = ['2026-03-01', '2026-12-01'] as const;
const command = ['windows', '--from', range[0], '--to', range[1], '--format', 'json'];

interface Line {
  readonly policy: string;
  readonly start: string | null;
  readonly end: string | null;
}

/** A file may be so long, and no longer. */
const POLICIES_PER_FILE = 500;

let folder: TemporaryFolder;
const policies = new Map<string, RandomPolicy>();

beforeAll(async () => {
  const made = fc.sample(randomPolicy, { seed, numRuns: policyCount });
  made.forEach((policy, index) => {
    policies.set(`random-${index}`, policy);
  });
  folder = await temporaryFolder('windows');
  await cp(join(ROOT, 'policies'), join(folder.path, 'all/shipped'), { recursive: true });
  await cp(join(ROOT, 'policies'), join(folder.path, 'some/shipped'), { recursive: true });
  await mkdir(join(folder.path, 'cron'));
  const isCron = ({ lines }: RandomPolicy) => lines.every((line) => !/- \{ (?!cron)/.test(line));
  const cron = [...policies].filter(([, policy]) => isCron(policy));
  await writePolicies('all', [...policies]);
  await writePolicies('some', [...policies].slice(0, 40));
  await writePolicies('cron', cron.slice(0, 20));
});
afterAll(() => folder.remove());

type Named = readonly (readonly [name: string, policy: RandomPolicy])[];

/** The calendars of each policy get names of its own. */
function fileOf(some: Named): string {
  const own = (name: string, line: string) => line.replaceAll(/\bCAL(?=\d)/g, `${name}-CAL`);
  const blocks = some.flatMap(([name, { lines }]) => [
    `  ${name}:`,
    ...lines.map((line) => `    ${own(name, line)}`),
  ]);
  const calendars = some.flatMap(([name, { calendars }]) =>
    calendars.map((calendar) => {
      const field = calendar.field.replace('NAME', calendar.name);
      return `  ${own(name, calendar.name)}: { ${own(name, field)} }`;
    }),
  );
  const above = calendars.length === 0 ? [] : ['calendars:', ...calendars];
  return ['version: 1', ...above, 'policies:', ...blocks, ''].join('\n');
}

async function writePolicies(folderName: string, some: Named): Promise<void> {
  for (let from = 0; from < some.length; from += POLICIES_PER_FILE) {
    const text = fileOf(some.slice(from, from + POLICIES_PER_FILE));
    await writeFile(join(folder.path, folderName, `random-${from}.yaml`), text);
  }
  for (const [name, { calendars }] of some) {
    for (const calendar of calendars) {
      if (calendar.ics === undefined) continue;
      const file = `${name}-${calendar.name}.ics`;
      await writeFile(join(folder.path, folderName, file), calendar.ics);
    }
  }
}

async function windows(policyFolder: string, env: Record<string, string> = {}): Promise<string> {
  const place = { CURFEW_POLICIES: join(folder.path, policyFolder) };
  const { exitCode, stdout, stderr } = await curfew(command, { ...place, ...env }, folder.path);
  expect([exitCode, stderr]).toEqual([0, '']);
  return stdout;
}

function byPolicy(lines: readonly Line[]): Map<string, Span[]> {
  const spans = new Map<string, Span[]>();
  for (const { policy, start, end } of lines) {
    const known = spans.get(policy) ?? [];
    known.push({
      start: start === null ? -Infinity : Date.parse(start),
      end: end === null ? Infinity : Date.parse(end),
    });
    spans.set(policy, known);
  }
  return spans;
}

/** What is wrong with the answer for one policy; undefined when nothing is. */
function fault(name: string, rule: PolicyRule, said: readonly Span[]): string | undefined {
  const expected = spansOf(rule, rangeOf(rule.windows[0]!.zone, ...range)).map(show);
  const found = said.map(clip).map(show);
  if (expected.join() === found.join()) return undefined;
  const missing = expected.filter((span) => !found.includes(span)).slice(0, 3);
  const extra = found.filter((span) => !expected.includes(span)).slice(0, 3);
  const policy = policies.get(name);
  const file = policy === undefined ? `(shipped) ${name}` : fileOf([[name, policy]]);
  return [file, `wanted but missing: ${missing}`, `said but not wanted: ${extra}`].join('\n');
}

function show({ start, end }: Span): string {
  return `${new Date(start).toISOString()}/${new Date(end).toISOString()}`;
}

const title = `agrees with a walk over every minute of Intl in 2,000 random windows, seed ${seed}`;
test(`curfew windows ${title} (D1-D8, S23, S24)`, { timeout: 240_000 }, async () => {
  const rules = new Map([...policies].map(([name, { rule }]) => [name, rule]));
  const windowsSeen = [...rules.values()].flatMap((rule) => rule.windows);
  expect(windowsSeen.length).toBeGreaterThan(2_000);
  expect(windowsSeen.filter((rule) => 'calendar' in rule).length).toBeGreaterThan(200);
  expect(windowsSeen.filter((rule) => 'except' in rule).length).toBeGreaterThan(300);
  for (const [name, rule] of Object.entries(shippedRules)) rules.set(name, rule);

  const spans = byPolicy(JSON.parse(await windows('all')));
  const unknown = [...spans.keys()].filter((name) => !rules.has(name));
  expect(unknown).toEqual([]);
  const faults = [...rules].flatMap(
    ([name, rule]) => fault(name, rule, spans.get(name) ?? []) ?? [],
  );
  expect(faults.slice(0, 3).join('\n\n'), `${faults.length} policies, seed ${seed}`).toBe('');
});

test.each(['some', 'cron'])(
  'the time zone of the machine changes no byte of what curfew windows says (%s)',
  async (policyFolder) => {
    const utc = await windows(policyFolder, { TZ: 'UTC' });
    expect(utc.length).toBeGreaterThan(1_000);
    for (const TZ of ['Pacific/Auckland', 'America/New_York']) {
      expect((await windows(policyFolder, { TZ })) === utc, TZ).toBe(true);
    }
  },
);
