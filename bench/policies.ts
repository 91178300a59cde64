import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { setProblems } from '../src/plan/set-problems.ts';
import { loadPolicySet } from '../src/policy/load-policies.ts';
import type { PolicySource } from '../src/policy/policy.ts';
import type { Sync } from '../src/policy/sync.ts';
import { number, printTable, spread } from './figures.ts';

const POLICIES = 1_000;
const TEAMS = 100;
const SYNCS = 2_000;
const ROUNDS = 9;
const SHARED_ROUNDS = 5;
/** Before they count, until the compiler has seen everything. */
const WARM_UP = 4;
const NOW = Date.UTC(2026, 5, 1);
const CLI = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

/** A side of the comparison; what it gives is only there so that it cannot be left out. */
type Side = () => unknown;

/**
 * Loading 1,000 policies, and looking at them as a set, against `yaml` merely parsing the same
 * files: in one process, in turns; then the whole command, each time a process of its own.
 */
export async function benchPolicies(): Promise<void> {
  console.log(`\n## policies: ${number(POLICIES)} files, a policy each\n`);
  const sources = Array.from({ length: POLICIES }, (_, index) => sourceOf(index));
  const { set } = loadPolicySet(sources, { now: NOW });
  if (set === undefined) throw new Error('the policies of the bench are not good');
  const syncs = Array.from({ length: SYNCS }, (_, index) => syncOf(index));
  const found = setProblems(set.policies, NOW, undefined).length;
  const foundWithSyncs = setProblems(set.policies, NOW, syncs).length;
  const sides: Readonly<Record<string, Side>> = {
    'yaml: parse': () => sources.map(({ text }) => parse(text)),
    'curfew: load': () => loadPolicySet(sources, { now: NOW }),
    // Timelines remember: a set that was just loaded is asked, as by the command.
    'curfew: load, and look at 90 days of the set': () =>
      setProblems(loadPolicySet(sources, { now: NOW }).set!.policies, NOW, undefined),
    [`curfew: the same with ${number(SYNCS)} syncs`]: () =>
      setProblems(loadPolicySet(sources, { now: NOW }).set!.policies, NOW, syncs),
  };
  const times = await measure(sides);
  const [base] = Object.values(times);
  printTable(
    ['side', 'CPU ms', 'times the parsing'],
    Object.entries(times).map(([name, ms]) => [
      name,
      spread(ms),
      spread(
        ms.map((each, round) => each / base![round]!),
        1,
      ),
    ]),
  );
  console.log(`\n${found} problems found without syncs, ${foundWithSyncs} with them.`);
  benchShared();
  await benchCommand(sources);
}

/** The worst case: every policy may meet every other one, and no two have the same times. */
function benchShared(): void {
  const rows: [string, number[]][] = [250, 500, 1_000].map((count) => {
    const sources = Array.from({ length: count }, (_, index) => sharedSourceOf(index));
    const times: number[] = [];
    for (let round = 0; round < SHARED_ROUNDS; round++) {
      const { set } = loadPolicySet(sources, { now: NOW });
      const before = process.cpuUsage();
      setProblems(set!.policies, NOW, undefined);
      const { user, system } = process.cpuUsage(before);
      times.push((user + system) / 1_000);
    }
    return [number(count), times];
  });
  const base = rows[0]![1];
  console.log('');
  printTable(
    ['policies over the same syncs', 'CPU ms for 90 days', 'times the first'],
    rows.map(([count, ms]) => [
      count,
      spread(ms),
      spread(
        ms.map((each, round) => each / base[round]!),
        1,
      ),
    ]),
  );
}

/** Every second one protects; the lengths all differ. */
function sharedSourceOf(index: number): PolicySource {
  const effect = index % 2 === 0 ? 'pause' : 'protect';
  const start = `${String(index % 24).padStart(2, '0')}:${String(index % 60).padStart(2, '0')}`;
  const text = `version: 1
timezone: UTC
policies:
  shared-${index}:
    priority: ${index % 7}
    select: { name: Team/* }
    ${effect}: { during: [{ daily: "${start} for ${5 + index}m" }] }
`;
  return { file: `shared-${index}.yaml`, text };
}

async function measure(sides: Readonly<Record<string, Side>>): Promise<Record<string, number[]>> {
  const times: Record<string, number[]> = {};
  for (let round = -WARM_UP; round < ROUNDS; round++) {
    for (const [name, side] of Object.entries(sides)) {
      // What the side before left behind is collected on its own account, more or less.
      await pause(20);
      const before = process.cpuUsage();
      side();
      const { user, system } = process.cpuUsage(before);
      if (round < 0) continue;
      times[name] = [...(times[name] ?? []), (user + system) / 1_000];
    }
  }
  return times;
}

const PARSE_ONLY = `
  import { readdirSync, readFileSync } from 'node:fs';
  import { parse } from '${import.meta.resolve('yaml')}';
  for (const name of readdirSync('.')) parse(readFileSync(name, 'utf8'));
`;

/** What a person waits for, start-up included, against a program that only parses the files. */
async function benchCommand(sources: readonly PolicySource[]): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'curfew-bench-policies-'));
  try {
    for (const { file, text } of sources) await writeFile(join(folder, file), text);
    const run = (...args: string[]) => {
      const startedAt = performance.now();
      execFileSync(process.execPath, args, { cwd: folder, stdio: 'ignore' });
      return performance.now() - startedAt;
    };
    const parsing: number[] = [];
    const validating: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      parsing.push(run('--input-type=module', '--eval', PARSE_ONLY));
      validating.push(run(CLI, 'validate', folder));
    }
    const ratios = validating.map((ms, round) => ms / parsing[round]!);
    console.log('');
    printTable(
      ['process', 'ms', 'times the parsing'],
      [
        ['reads and parses the files', spread(parsing), '1'],
        ['`curfew validate`', spread(validating), spread(ratios, 1)],
      ],
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const ZONES = ['America/New_York', 'Europe/Berlin', 'UTC', 'Asia/Tokyo'];
const WINDOWS: readonly ((index: number) => string)[] = [
  (index) => `weekly: Sun 0${index % 5}:00-06:00`,
  (index) => `daily: 22:${10 + (index % 40)}-06:00`,
  (index) => `cron: "${index % 60} 1 * * 1-5"\n          for: 90m`,
  () => 'weekly: Fri 18:00 - Mon 06:00',
];

/** The policies of 100 teams, ten each; the tenth protects what the others pause. */
function sourceOf(index: number): PolicySource {
  const team = `Team ${index % TEAMS}`;
  const isProtection = index >= POLICIES - TEAMS;
  const effect = isProtection ? 'protect' : 'pause';
  const manner = isProtection ? '' : '    lead: 10m\n    in_flight: cancel\n';
  const windows = [index, index + 1].map((at) => `        - ${WINDOWS[at % 4]!(index)}\n`);
  const text = `# yaml-language-server: $schema=../docs/policy.schema.json
version: 1
timezone: ${ZONES[index % ZONES.length]}

policies:
  policy-${index}:
    description: The systems of ${team} are maintained at night.
    owner: team-${index % TEAMS}@acme.example
    ticket: OPS-${index}
    priority: ${index % 7}
    select: { name: ${team}/*, connection: "Snowflake*" }
    exclude: { name: "${team}/Always on *" }
    ${effect}:
      during:
${windows.join('')}${manner}`;
  return { file: `policy-${String(index).padStart(4, '0')}.yaml`, text };
}

function syncOf(index: number): Sync {
  const snowflake = { id: 'c1', name: 'Snowflake prod', type: 'snowflake' };
  return {
    key: `model:${index}`,
    kind: 'model',
    id: String(index),
    name: `Team ${index % TEAMS}/Sync ${index}`,
    active: true,
    sources: [],
    destinations: [snowflake],
  };
}
