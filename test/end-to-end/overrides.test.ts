import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Launched } from '../support/launch.ts';
import { expectSentence, logged, makePlace, type Place } from './place.ts';

const INVOICES = 'Finance/Invoices to NetSuite';
const FORECAST = 'Finance/Forecast to Google Sheets';

/** Open for years, for one sync; and a window that comes each night, for nobody. */
const POLICIES = `version: 1
timezone: Europe/Berlin
policies:
  freeze:
    select: { name: "${INVOICES}" }
    pause:
      during:
        - once: 2020-01-01T00:00/2060-01-01T00:00
  nightly:
    select: { name: nobody }
    pause:
      during:
        - daily: 02:00-03:00
`;

const ID = /curfew revoke ([0-9a-f]{12})/;

describe('overrides by hand, with no daemon', () => {
  let place: Place;
  beforeAll(async () => {
    place = await makePlace();
    await place.home.write('all.yaml', POLICIES);
  });
  afterAll(() => place.leave());

  test('a hold is put on record, and says that a daemon has to run', async () => {
    const { run } = place;
    const ran = await run(['hold', FORECAST, '--for', '1d', '--reason', 'sheet moves']);
    expect(ran).toMatchObject({ exitCode: 0, stderr: '' });
    expect(ran.stdout).toMatch(new RegExp(`✓ Held until .*: ${FORECAST} is paused at once\\.`));
    expect(ran.stdout).toContain('No daemon answers here: it is on record, and waits for one');
    const status = await run('status');
    expect(status.stdout).toMatch(/^OVERRIDE +BY +DOES/m);
    // It ends on another day whatever the time is, so it always has the same room.
    expect(status.stdout).toMatch(/priya@\S+ +holds Finance\/Forecast.*sheet moves/);
    expect(await place.sandbox.activations()).toEqual([]);
  });

  test('a daemon that starts later acts on it', async () => {
    const daemon = await place.launchDaemon();
    await logged(daemon, 'hold.held', { count: 2 });
    expect(await place.sandbox.activity()).toMatchObject({ [FORECAST]: false, [INVOICES]: false });
    await daemon.end('SIGTERM');
  });
});

describe('overrides by hand, with a daemon', () => {
  let place: Place;
  let daemon: Launched;
  beforeAll(async () => {
    place = await makePlace();
    await place.home.write('all.yaml', POLICIES);
    daemon = await place.launchDaemon();
    await logged(daemon, 'hold.held');
  });
  afterAll(() => place.leave());

  const json = async (...args: string[]) => {
    const ran = await place.run([...args, '--format', 'json']);
    expect(ran).toMatchObject({ exitCode: 0, stderr: '' });
    return JSON.parse(ran.stdout);
  };
  /** Resolves when the daemon has logged one more entry of a type than it had at `from`. */
  const next = (type: string, from: number) => logged(daemon, type, { from });

  test('S28, S39: a person holds, releases and revokes; the journal names them', async () => {
    const { run, sandbox } = place;
    let from = daemon.lines.length;
    const why = ['--reason', 'the close needs it'];
    const released = await run(['release', INVOICES, '--for', '3h', ...why]);
    expect(released).toMatchObject({ exitCode: 0, stderr: '' });
    expect(released.stdout).toMatch(
      new RegExp(`Released until .*: ${INVOICES} is restored at once`),
    );
    expect(released.stdout).toMatch(/Until .* \(in 2 h 59 min\)/);
    await next('hold.released', from);
    expect((await sandbox.activity())[INVOICES]).toBe(true);
    expect((await run(['explain', INVOICES])).stdout).toMatch(
      /priya@\S+ wants it as it was until .*: the close needs it/,
    );

    from = daemon.lines.length;
    const id = ID.exec(released.stdout)![1]!;
    const revoked = await run(['revoke', id.slice(0, 5), '--reason', 'the close is done']);
    expect(revoked).toMatchObject({ exitCode: 0, stderr: '' });
    expect(revoked.stdout).toContain(`✓ Revoked: ${INVOICES} is paused at once.`);
    await next('hold.held', from);
    const again = await run(['revoke', id]);
    expect(again.stdout).toMatch(/· priya@\S+ revoked it at .* already\./);

    const journal = await run('journal --type override.created,override.revoked');
    expect(journal.stdout).toMatch(/override\.created .*priya@\S+ releases .*: the close needs it/);
    expect(journal.stdout).toMatch(/override\.revoked .*because: the close is done/);
  });

  test('matchers are those of policies: all fields, and of one field any', async () => {
    const wish = ['--for', '1h', '--reason', 'r', '--dry-run'];
    const finance = await json('hold', 'name=Finance/*', ...wish);
    expect(finance).toMatchObject({
      outcome: 'dry-run',
      override: { select: { name: ['Finance/*'] } },
    });
    expect(finance.effect.paused).toContain(FORECAST);
    expect(finance.effect.staysPaused).toEqual([INVOICES]);
    expect((await json('hold', 'Finance/*', ...wish)).override.select).toEqual({
      name: ['Finance/*'],
    });
    const both = await json('hold', 'name=Finance/*', 'connection=type:netsuite', ...wish);
    expect([...both.effect.paused, ...both.effect.staysPaused]).toEqual([INVOICES]);
    const either = await json('hold', 'name=Finance/Inv*', 'name=Finance/Fore*', ...wish);
    expect(either.override.syncs).toBe(2);
    const mixed = await json('hold', 'kind=bulk', INVOICES, ...wish);
    expect(mixed.effect.staysPaused).toContain(INVOICES);
    expect(mixed.override.syncs).toBeGreaterThan(1);
    const all = await json('hold', '--all', ...wish);
    expect(all.override.syncs).toBe(place.sandbox.syncs.length);
    expect(await json('overrides')).toEqual([]);
  });

  test('S42: a window is skipped, ended, extended; the policy file is not touched', async () => {
    const { run, home } = place;
    const skipped = await run(['skip', 'nightly', '--reason', 'a launch']);
    expect(skipped.stdout).toMatch(/✓ nightly has no effect from .*T02:00\+0[12]:00 until /);
    const again = await run(['skip', 'nightly', '--reason', 'a launch']);
    expectSentence(again, 1, /priya@\S+ did so already, until .*say which other one \(--at\)/);

    const written = await json('windows', 'nightly');
    const changed = await json('windows', 'nightly', '--overrides');
    expect(changed).toEqual(written.slice(1));

    const from = daemon.lines.length;
    const ended = await run(['end', 'freeze', '--reason', 'the freeze is over']);
    expect(ended.stdout).toMatch(
      /freeze ends now instead of at 2060-01-01T00:00\+01:00: .* restored/,
    );
    await next('hold.released', from);
    expectSentence(
      await run(['extend', 'nightly', '--by', '1h', '--reason', 'r']),
      1,
      /nightly has no open window; the next one begins at /,
    );
    const at = written[2].start;
    const extended = await json('extend', 'nightly', '--by', '1h', '--at', at, '--reason', 'r');
    expect(extended.override.occurrence).toEqual({ start: at, end: written[2].end });
    expect(await readFile(join(home.policies, 'all.yaml'), 'utf8')).toBe(POLICIES);

    const list = await run('overrides');
    for (const word of ['skips nightly', 'ends freeze', 'extends nightly', 'to come']) {
      expect(list.stdout).toContain(word);
    }
    for (const line of list.stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(120);
    for (const { id } of await json('overrides')) await run(['revoke', id]);
    expect((await run('overrides')).stdout).toBe('Nobody overrides a policy.\n');
    expect((await json('overrides', '--all')).length).toBeGreaterThan(3);
  });

  test('a request that is made again under its key is done once', async () => {
    const wish = ['hold', FORECAST, '--for', '1h', '--reason', 'r', '--key', 'deploy-17'];
    const first = await json(...wish);
    const second = await json(...wish);
    expect([first.outcome, second.outcome]).toEqual(['created', 'known']);
    expect(second.override.id).toBe(first.override.id);
    const other = await place.run(['hold', INVOICES, ...wish.slice(2)]);
    expectSentence(other, 1, /This idempotency key belongs to another request/);
    await place.run(['revoke', first.override.id]);
  });

  test.each([
    [['hold', '--reason', 'r', '--for', '1h'], 2, /say which syncs: names, patterns/],
    [['hold', INVOICES, '--for', '1h'], 2, /required option '--reason/],
    [['hold', '--all', INVOICES, '--reason', 'r'], 2, /--all means every sync/],
    [['hold', INVOICES, '--reason', 'r', '--for', 'soon'], 2, /--for: "soon"/],
    [['hold', INVOICES, '--reason', 'r', '--until', '2026-12-24T18:00'], 2, /add Z or an offset/],
    [['hold', INVOICES, '--reason', 'r', '--for', '1h', '--until', '2060-01-01T00:00Z'], 2, /one/],
    [['hold', INVOICES, '--reason', 'r', '--for', '91d'], 1, /may last 90d at most/],
    [['hold', FORECAST, '--reason', 'r'], 1, /Nothing holds it now, so say until when \(--until\)/],
    [['hold', 'nmae=x', '--reason', 'r', '--for', '1h'], 1, /did you mean name\?/],
    [['hold', 'name=Nobody/*', '--reason', 'r', '--for', '1h'], 1, /No sync matches name=Nobody/],
    [['hold', `${INVOICES}s`, '--reason', 'r', '--for', '1h'], 1, /did you mean Finance\/Invoices/],
    [['skip', 'nightl', '--reason', 'r'], 1, /did you mean nightly\?/],
    [['extend', 'nightly', '--reason', 'r'], 2, /required option '--by/],
    [['revoke', 'abc'], 1, /No override is called "abc"/],
    [['windows', '--raw', '--overrides'], 2, /leave out --overrides/],
  ] as const)('%j is refused in a sentence', async (args, exitCode, words) => {
    expectSentence(await place.run(args), exitCode, words);
  });
});

describe('overrides and roles', () => {
  let place: Place;
  const secret = (name: string) => `${name}-0123456789abcdef`;
  const only = (name: string, role: string) => ({
    CURFEW_TOKENS: `${name}:${role}:${secret(name)}`,
  });
  beforeAll(async () => {
    const tokens = [
      ['ada', 'admin'],
      ['oli', 'operator'],
      ['vic', 'viewer'],
    ] as const;
    place = await makePlace({
      CURFEW_TOKENS: tokens.map(([name, role]) => `${name}:${role}:${secret(name)}`).join(),
    });
    await place.home.write('all.yaml', POLICIES);
    await logged(await place.launchDaemon(), 'hold.held');
  });
  afterAll(() => place.leave());

  test('a viewer may look, an operator may override, and the token names the person', async () => {
    const wish = ['hold', FORECAST, '--for', '1h', '--reason', 'r', '--actor', 'the boss'];
    const viewer = await place.run(wish, only('vic', 'viewer'));
    expectSentence(viewer, 1, /The token vic is a viewer; this needs the role operator/);
    expect((await place.run('overrides', only('vic', 'viewer'))).exitCode).toBe(0);
    const operator = await place.run(wish, only('oli', 'operator'));
    expect(operator).toMatchObject({ exitCode: 0, stderr: '' });
    const list = await place.run('overrides --format json', only('vic', 'viewer'));
    expect(JSON.parse(list.stdout)).toMatchObject([{ actor: 'oli', kind: 'hold' }]);
  });
});
