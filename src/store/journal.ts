import { cleanJson } from './clean-text.ts';
import type { Database, Param } from './database.ts';
import { type EntryRow, entryFromRow, entryToRow, instantParam } from './rows.ts';
import type { JournalQuery, Store } from './store.ts';

// An answer of this size is a few megabytes; whoever wants more follows by number.
const LIMIT_MAX = 10_000;

/** `append`, `journal` and the boundary marks, whose moves are journalled, of a store. */
export function createJournal(
  database: Database,
): Pick<Store, 'append' | 'journal' | 'boundaryMark' | 'moveBoundaryMark'> {
  return {
    async append(entries) {
      if (entries.length === 0) return;
      await database.query('select curfew.append_entries($1::jsonb)', [
        cleanJson(entries.map(entryToRow)),
      ]);
    },
    async journal(query) {
      const { where, params } = conditionsOf(query);
      const limit = Math.min(query.limit ?? LIMIT_MAX, LIMIT_MAX);
      const rows = await database.query<{ entry: EntryRow & { seq: number } }>(
        `select to_jsonb(j) as entry from curfew.journal as j ${where}
          order by j.seq desc limit $${params.length + 1}`,
        [...params, limit],
      );
      return rows.map(({ entry }) => entryFromRow(entry)).reverse();
    },
    async boundaryMark(policy) {
      const [row] = await database.query<{ mark: number }>(
        'select mark from curfew.boundary_marks where policy = $1',
        [policy],
      );
      return row?.mark;
    },
    async moveBoundaryMark(policy, from, to, entries) {
      const [row] = await database.query<{ moved: boolean }>(
        `select curfew.move_boundary_mark($1, $2::timestamptz, $3::timestamptz, $4::jsonb)
             as moved`,
        [policy, instantParam(from), instantParam(to), cleanJson(entries.map(entryToRow))],
      );
      return row!.moved;
    },
  };
}

/** The WHERE of a question for entries of `curfew.journal as j`, empty when it asks for all. */
export function conditionsOf(query: JournalQuery): { where: string; params: readonly Param[] } {
  const { sync, policy, types, since, until, afterSeq } = query;
  const asked: readonly (readonly [condition: string, param: Param | undefined])[] = [
    ['j.sync =', sync],
    ['j.policy =', policy],
    ['j.type = any', types],
    ['j.at >=', instantParam(since) ?? undefined],
    ['j.at <', instantParam(until) ?? undefined],
    ['j.seq >', afterSeq],
  ];
  const given = asked.filter(([, param]) => param !== undefined);
  const conditions = given.map(([condition], index) => `${condition} ($${index + 1})`);
  return {
    where: conditions.length === 0 ? '' : `where ${conditions.join(' and ')}`,
    params: given.map(([, param]) => param!),
  };
}
