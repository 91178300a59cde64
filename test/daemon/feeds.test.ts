// Calendars that change, mostly on a server that changes its mind, and the daemon that watches.

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  calendarOf,
  type FeedServer,
  plain,
  startFeedServer,
  tagged,
} from '../feeds/feed-server.ts';
import { freshDatabase } from '../support/database.ts';
import { describeOn } from '../support/engines.ts';
import { startSandbox } from '../support/sandbox.ts';
import { environment, type Home, makeHome, makeRig, type Rig } from './rig.ts';

const hour = 3_600_000;
/** A limit for a hang; replicas agree within half a minute. */
const patience = { timeout: 120_000, interval: 500 };

let home: Home;
let server: FeedServer;
let env: Record<string, string | undefined>;
let sinceStart: number;
const cleanups: (() => Promise<unknown>)[] = [];

/** Goes with the real clock, and ahead of it when a test says so. */
const clock = { now: () => Date.now() + sinceStart };

beforeEach(async () => {
  sinceStart = 0;
  const sandbox = await startSandbox();
  home = await makeHome();
  server = await startFeedServer();
  cleanups.push(
    () => sandbox.close(),
    () => home.remove(),
    () => server.stop(),
  );
  env = environment(home, sandbox.url, { CURFEW_PRIVATE_CALENDARS: 'allow' });
});
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** A policy for everything, paused when the calendar at this URL says so. */
function policyFor(url: string, name = 'maintenance'): string {
  return `version: 1
timezone: UTC
calendars:
  vendor-${name}: { ics: "${url}" }
policies:
  ${name}:
    select: { all: true }
    in_flight: cancel
    pause: { during: [{ calendar: vendor-${name} }] }
`;
}

/** Hours from now, as the feed has them: whole seconds. */
const inHours = (...hours: readonly number[]) =>
  hours.map((after) => Math.floor(Date.now() / 1000) * 1000 + after * hour);

async function started(more: Record<string, string> = {}): Promise<Rig> {
  const rig = makeRig({ ...env, ...more }, clock);
  cleanups.push(() => rig.daemon.stop());
  await rig.daemon.start();
  return rig;
}

const reload = (rig: Rig) => rig.daemon.operations.reload();
const typesIn = (rig: Rig, pattern: RegExp) =>
  rig.entries.map(({ type }) => type).filter((type) => pattern.test(type));

describe('S44: a calendar from the network', () => {
  test('pauses when it says so, and goes on counting while its server is away', async () => {
    await home.write('a.yaml', policyFor(server.url()));
    server.answer = tagged('"one"', calendarOf(...inHours(2, 3, 4, 5)));
    const rig = await started();
    const first = await rig.entry('calendar.changed');
    expect(first.reason).toMatch(/^The calendar vendor-maintenance was fetched from 127/);
    expect(first.detail).toMatchObject({ events: 4, refused: 0 });
    expect(typesIn(rig, /^window/)).toEqual([]);

    // Nothing has changed: the server is asked whether it has, and that is all.
    const loaded = typesIn(rig, /^policies/);
    await reload(rig);
    expect(server.seen.at(-1)?.headers['if-none-match']).toBe('"one"');
    expect(typesIn(rig, /^policies/)).toEqual(loaded);

    // Maintenance began half an hour ago.
    server.answer = tagged('"two"', calendarOf(...inHours(-0.5, 2, 3, 4)));
    await reload(rig);
    await rig.entry('calendar.changed', ({ before }) => before === first.after);
    await rig.entry('window.opened');
    await rig.entry('hold.held');

    await server.stop();
    await reload(rig);
    const away = await rig.entry('alert.raised', ({ detail }) => detail?.alert === 'calendar');
    expect(away.reason).toContain('is on a host that accepts no connection (127.0.0.1:');
    expect(away.reason).toContain('The last good copy stays in force.');

    await server.start();
    server.answer = plain(200, '<html>We are sorry');
    await reload(rig);
    await rig.entry('alert.raised', ({ detail }) => detail?.failure === 'unreadable');
    await rig.entry('alert.cleared', ({ detail }) => detail?.failure === 'unreachable');
    server.answer = plain(200, calendarOf(inHours(2)[0]!));
    await reload(rig);
    await rig.entry('alert.raised', ({ detail }) => detail?.failure === 'shrunk');
    expect(typesIn(rig, /^hold\.(?!opened|held)/)).toEqual([]);

    // All is well again, and the maintenance is over before its time.
    server.answer = tagged('"three"', calendarOf(...inHours(-2, 2, 3, 4)));
    await reload(rig);
    await rig.entry('alert.cleared', ({ detail }) => detail?.failure === 'shrunk');
    await rig.entry('hold.released');
  });

  test('that no file has any more needs nobody', async () => {
    await home.write('a.yaml', policyFor(server.url()));
    server.answer = plain(200, calendarOf(...inHours(30)));
    const rig = await started();
    await server.stop();
    await reload(rig);
    await rig.entry('alert.raised', ({ detail }) => detail?.alert === 'calendar');
    await home.write('own.ics', calendarOf(...inHours(30)));
    await home.write('a.yaml', policyFor('own.ics'));
    const { reason } = await rig.entry('alert.cleared');
    expect(reason).toBe('The calendar vendor-maintenance is not fetched any more.');
  });

  test('is looked at every hour, and every five minutes while it fails', async () => {
    await home.write('a.yaml', policyFor(server.url()));
    server.answer = plain(200, calendarOf(...inHours(30, 31)));
    const rig = await started();
    await rig.entry('calendar.changed');
    server.answer = plain(503, '');
    sinceStart += hour;
    await rig.entry('alert.raised', ({ detail }) => detail?.alert === 'calendar');
    server.answer = plain(200, calendarOf(...inHours(30, 32)));
    sinceStart += hour / 12;
    await rig.entry('alert.cleared', ({ detail }) => detail?.alert === 'calendar');
    await rig.count('calendar.changed', 2);
    await rig.count('policies.loaded', 2);
  });

  test('that was never there refuses the set, until it comes', async () => {
    const calm = policyFor(server.url('/calm.ics'), 'calm');
    await home.write('a.yaml', calm);
    server.answer = plain(200, calendarOf(...inHours(30)));
    const rig = await started();
    server.answer = ({ path }, response) => {
      if (path === '/calm.ics') response.end(calendarOf(...inHours(30)));
      else response.writeHead(404).end();
    };
    await home.write('b.yaml', policyFor(server.url('/new.ics'), 'new'));
    const { message } = await reload(rig);
    expect(message).toContain('b.yaml:4:22: error calendar-unreadable');
    expect(message).toContain('this calendar has answered 404');
    await rig.entry('policies.refused');
    server.answer = plain(200, calendarOf(...inHours(30)));
    sinceStart += hour / 60;
    const loaded = await rig.entry('policies.loaded', ({ before }) => before !== undefined);
    expect(loaded.detail?.policies).toEqual(['calm', 'new']);
  });

  test('that is away at the start is the copy from before', async () => {
    await home.write('a.yaml', policyFor(server.url()));
    server.answer = plain(200, calendarOf(...inHours(-0.5, 2)));
    const before = await started();
    await before.entry('hold.held');
    await before.daemon.stop();
    await server.stop();
    sinceStart += hour;
    const rig = await started();
    expect(rig.entries.find(({ type }) => type === 'policies.refused')).toBeUndefined();
    await rig.entry('alert.raised', ({ detail }) => detail?.alert === 'calendar');
    await rig.entry('hold.released');
  });

  test('over plain http is refused where the operator has not allowed it', async () => {
    await home.write('a.yaml', policyFor(server.url()));
    const rig = makeRig({ ...env, CURFEW_PRIVATE_CALENDARS: undefined }, clock);
    cleanups.push(() => rig.daemon.stop());
    await expect(rig.daemon.start()).rejects.toMatchObject({
      problems: [
        expect.objectContaining({
          code: 'calendar-unreadable',
          message: 'this calendar leads to plain http, which is not allowed',
        }),
      ],
    });
    expect(server.seen).toEqual([]);
  });
});

describe('S44: a calendar beside the policies', () => {
  test('is loaded again when its file changes, and refused when it is broken', async () => {
    await home.write('a.yaml', policyFor('calendars.ics'));
    await home.write('calendars.ics', calendarOf(...inHours(30)));
    const rig = await started();
    expect(typesIn(rig, /^hold/)).toEqual([]);
    await home.write('calendars.ics', calendarOf(...inHours(-0.5)));
    await rig.entry('hold.held');
    await home.write('calendars.ics', 'BEGIN:VCALENDAR\n');
    const { reason } = await rig.entry('policies.refused');
    expect(reason).toContain('calendars.ics:1:1: it ends in the middle');
    await home.write('calendars.ics', calendarOf(...inHours(30)));
    await rig.entry('hold.released');
  });
});

describeOn('postgres', 'calendars of several replicas', () => {
  test('are the same for all, though the server says something else to each', async () => {
    const database = await freshDatabase();
    cleanups.push(() => database.drop());
    await home.write('a.yaml', policyFor(server.url()));
    let answers = 0;
    server.answer = (_, response) => {
      answers += 1;
      response.end(calendarOf(...inHours(20 + answers, 40 + answers)));
    };
    const one = await started({ DATABASE_URL: database.url });
    const two = await started({ DATABASE_URL: database.url });
    const setOf = async (rig: Rig) => (await rig.daemon.operations.status()).policySet?.hash;
    expect(await setOf(two)).toBe(await setOf(one));
    const before = await setOf(one);
    await reload(one);
    expect(await setOf(one)).not.toBe(before);
    // The other one hears of it from the database, within half a minute.
    await vi.waitFor(async () => expect(await setOf(two)).toBe(await setOf(one)), patience);
    // And stays with it: what it had fetched for itself would be another one again.
    await reload(two);
    await vi.waitFor(async () => expect(await setOf(one)).toBe(await setOf(two)), patience);
    const loaded = [one, two].flatMap(({ entries }) =>
      entries.filter(({ type }) => type === 'policies.loaded').map(({ after }) => after),
    );
    expect(loaded).toHaveLength(3);
    expect(new Set(loaded).size).toBe(3);
    expect(answers).toBe(3);
  });
});
