import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Database, DatabaseError } from '../../src/store/database.ts';

/** What every database promises that stands behind the port. Call it inside a `describe`. */
export function testDatabase(open: () => Promise<Database>): void {
  let database: Database;
  beforeAll(async () => {
    database = await open();
    await database.query('create schema scratch; create table scratch.notes (note text)');
  });
  afterAll(() => database.close());

  async function failureOf(work: Promise<unknown>): Promise<DatabaseError> {
    const failure = await work.then(
      () => undefined,
      (error: unknown) => error,
    );
    if (!(failure instanceof DatabaseError)) throw new Error(`no DatabaseError: ${failure}`);
    return failure;
  }

  test('instants, big numbers and documents come back as JavaScript knows them', async () => {
    const [row] = await database.query(
      `select '2026-06-07T06:00:00.123Z'::timestamptz as instant,
              'infinity'::timestamptz as never,
              '-infinity'::timestamptz as ever,
              '0950-03-01T00:00:00Z'::timestamptz as middle_ages,
              9007199254740991::bigint as big,
              '{"a":[1,null,"ü"]}'::jsonb as document,
              array['x', 'a "b" \\ c', '']::text[] as words,
              1.5::float8 as half, true as yes, null as nothing`,
      [],
    );
    expect(row).toEqual({
      instant: Date.parse('2026-06-07T06:00:00.123Z'),
      never: Number.POSITIVE_INFINITY,
      ever: Number.NEGATIVE_INFINITY,
      middle_ages: Date.parse('0950-03-01T00:00:00Z'),
      big: Number.MAX_SAFE_INTEGER,
      document: { a: [1, null, 'ü'] },
      words: ['x', 'a "b" \\ c', ''],
      half: 1.5,
      yes: true,
      nothing: null,
    });
  });

  test('parameters arrive as they were sent', async () => {
    const words = ['x', 'a "b" \\ c', '', '{}', 'NULL', 'é\n'];
    const [row] = await database.query(
      `select $1::text as text, $2::float8 as number, $3::boolean as flag,
              $4::text as nothing, $5::text[] as words, $6::bigint as big`,
      ["it's; drop table", 0.25, false, null, words, 2 ** 53 - 1],
    );
    expect(row).toEqual({
      text: "it's; drop table",
      number: 0.25,
      flag: false,
      nothing: null,
      words,
      big: 2 ** 53 - 1,
    });
  });

  test('NUL and halves of surrogate pairs in parameters are mended', async () => {
    const [row] = await database.query('select $1::text as text, $2::text[] as words', [
      'a\0b\ud800c😀',
      ['\0', '\udc00x'],
    ]);
    expect(row).toEqual({ text: 'ab\ufffdc😀', words: ['', '\ufffdx'] });
  });

  test('a failed statement says its SQLSTATE and does not spoil the next', async () => {
    expect((await failureOf(database.query('select 1/0'))).code).toBe('22012');
    expect((await failureOf(database.query('select $1::integer', ['x']))).code).toBe('22P02');
    expect((await failureOf(database.query('selec'))).code).toBe('42601');
    expect((await failureOf(database.query('select * from nowhere', []))).code).toBe('42P01');
    expect(await database.query('select 1 as one')).toEqual([{ one: 1 }]);
  });

  test('a violated constraint is named', async () => {
    await database.query(
      'create table scratch.numbers (number integer constraint is_small check (number < 10))',
    );
    const failure = await failureOf(database.query('insert into scratch.numbers values (10)'));
    expect(failure).toMatchObject({ code: '23514', constraint: 'is_small' });
  });

  test('a text of several statements gives the rows of the last', async () => {
    expect(await database.query('select 1 as one; select 2 as two')).toEqual([{ two: 2 }]);
  });

  test('a transaction lands whole', async () => {
    const result = await database.transaction(async (session) => {
      await session.query('insert into scratch.notes values ($1)', ['first']);
      await session.query('insert into scratch.notes values ($1)', ['second']);
      return 'done';
    });
    expect(result).toBe('done');
    const rows = await database.query("select note from scratch.notes where note like '%d'");
    expect(rows).toContainEqual({ note: 'second' });
  });

  test('a transaction whose work throws leaves nothing', async () => {
    const work = database.transaction(async (session) => {
      await session.query('insert into scratch.notes values ($1)', ['never']);
      throw new Error('changed my mind');
    });
    await expect(work).rejects.toThrow('changed my mind');
    expect(await database.query("select 1 from scratch.notes where note = 'never'")).toEqual([]);
  });

  test('a failure that the work swallows is not taken for a commit', async () => {
    const work = database.transaction(async (session) => {
      await session.query('insert into scratch.notes values ($1)', ['swallowed']);
      await session.query('select 1/0').catch(() => undefined);
    });
    expect((await failureOf(work)).code).toBe('22012');
    expect(await database.query("select 1 from scratch.notes where note = 'swallowed'")).toEqual(
      [],
    );
  });

  test('nobody sees a transaction before it is committed', async () => {
    await database.query('delete from scratch.notes');
    let others: Promise<readonly unknown[]> | undefined;
    await database.transaction(async (session) => {
      await session.query("insert into scratch.notes values ('open')");
      others = database.query('select note from scratch.notes');
      await session.query('select 1');
      await session.query('delete from scratch.notes');
    });
    expect(await others).toEqual([]);
  });

  test('many at once all get their answer', async () => {
    const numbers = Array.from({ length: 200 }, (_, number) => number);
    const rows = await Promise.all(
      numbers.map((number) => database.query('select $1::integer as number', [number])),
    );
    expect(rows).toEqual(numbers.map((number) => [{ number }]));
  });
}
