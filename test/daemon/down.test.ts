// No daemon for a week: the clock of this process, and of the sandbox in it, is set on by so much.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Entry } from '../../src/plan/entry.ts';
import { HOUR, MINUTE } from '../plan/rig.ts';
import { type SandboxHandle, writes } from '../support/sandbox.ts';
import { shiftClock } from '../support/shifted-clock.ts';
import { oncePolicy, type Rig, soon } from './rig.ts';
import { setScene } from './scene.ts';

const WEEK = 7 * 24 * HOUR;
/** How far into the open window the daemon comes back. */
const LATE = 20 * MINUTE;

const HOURLY = `version: 1
timezone: UTC
policies:
  hourly:
    select: { name: "Support/*" }
    in_flight: cancel
    pause:
      during:
        - cron: "30 * * * *"
          for: 5m
`;

/** Every policy has the syncs of one team for itself. */
const ofTeam = (team: string) => `{ name: "${team}/*" }`;

describe('down for a week', () => {
  const ends: (() => Promise<unknown>)[] = [];
  let sandbox: SandboxHandle;
  let rig: Rig;
  let before: Record<string, boolean>;
  let entries: readonly Entry[];

  beforeAll(async () => {
    const scene = await setScene({ env: { CURFEW_SWEEP: '1h' } }, (end) => ends.push(end));
    ({ sandbox, before } = scene);
    const opens = soon(WEEK - LATE);
    const window = (policy: string, name: string, start: number, end: number) =>
      scene.home.write(`${policy}.yaml`, oncePolicy(policy, ofTeam(name), { start, end }));
    await window('open-now', 'Finance', opens, opens + HOUR);
    await window('passed', 'Sales', opens - 48 * HOUR, opens - 47 * HOUR);
    await window('spanning', 'Marketing', soon(-HOUR), opens - HOUR);
    await scene.home.write('hourly.yaml', HOURLY);
    const first = await scene.start();
    await first.entry('window.quiet', ({ policy }) => policy === 'spanning');
    await first.daemon.stop();

    shiftClock(WEEK);
    ends.push(async () => shiftClock(-WEEK));
    rig = await scene.start();
    await rig.entry('window.quiet', ({ policy }) => policy === 'open-now');
    await rig.count('hold.released', team('Marketing').length);
    entries = rig.entries;
  });
  afterAll(async () => {
    for (const end of ends.reverse()) await end();
  });

  const team = (name: string) => Object.keys(before).filter((sync) => sync.startsWith(`${name}/`));
  const of = (type: Entry['type'], policy: string) =>
    entries.filter((entry) => entry.type === type && entry.policy === policy);
  const touched = (type: Entry['type'], name: string) =>
    entries.filter((entry) => entry.type === type && entry.syncName?.startsWith(`${name}/`));

  test('S53: across the start: what is open is paused, and the entries say how late', () => {
    const [opened] = of('window.opened', 'open-now');
    const held = touched('hold.opened', 'Finance');
    expect(held).toHaveLength(team('Finance').length);
    for (const entry of [opened, ...held]) {
      expect(entry?.latenessMs).toBeGreaterThanOrEqual(LATE - 1_000);
      expect(entry?.latenessMs).toBeLessThan(LATE + 5 * MINUTE);
    }
  });

  test('S54: across the end: what was held comes back at once, and says how late', async () => {
    const released = touched('hold.released', 'Marketing');
    expect(released).toHaveLength(team('Marketing').length);
    for (const { latenessMs } of released) expect(latenessMs).toBeGreaterThan(HOUR);
    const now = await sandbox.activity();
    for (const name of team('Marketing')) expect(now[name]).toBe(before[name]);
  });

  test('S55: across a whole window: one entry says so, and nothing is called', async () => {
    expect(of('window.missed', 'passed')).toHaveLength(1);
    expect(of('window.opened', 'passed')).toEqual([]);
    expect(entries.filter(({ syncName }) => syncName?.startsWith('Sales/'))).toEqual([]);
    const calls = writes(await sandbox.requests());
    const rows = (await rig.daemon.operations.syncs()).filter(({ name }) => /^Sales\//.test(name));
    expect(rows).toHaveLength(team('Sales').length);
    for (const { id } of rows) expect(calls.filter(({ path }) => path.includes(id))).toEqual([]);
  });

  test('S56: across many windows: an entry each for a hundred, then how many more', () => {
    const missed = of('window.missed', 'hourly');
    expect(missed).toHaveLength(101);
    const last = missed.at(-1);
    const { start, end } = missed[0]!.occurrence!;
    expect(end - start).toBe(5 * MINUTE);
    // A week has 168 hours; at either end one may be under way.
    expect(last?.detail?.count).toBeGreaterThanOrEqual(66);
    expect(last?.detail?.count).toBeLessThanOrEqual(68);
    expect(last?.reason).toMatch(/^6\d more windows of hourly passed/);
  });
});
