import type { Seal } from '../plan/seal.ts';
import { cleanJson } from './clean-text.ts';
import type { Database } from './database.ts';
import { type Cells, documentOf, documentsOf, sealFromRow, sealToRow } from './documents.ts';
import { parseExactly } from './exact-json.ts';
import { conditionsOf } from './journal.ts';
import { entryToRow, instantParam } from './rows.ts';
import type { Store } from './store.ts';

type SealStore = Pick<
  Store,
  | 'unsealed'
  | 'addSeal'
  | 'seal'
  | 'newestSeals'
  | 'linksAfter'
  | 'entriesAfter'
  | 'prunable'
  | 'prune'
>;

/** Seals over the journal, and the journal as evidence; part of a store. */
export function createSeals(database: Database): SealStore {
  return {
    async unsealed(entriesMax) {
      const [row] = await database.query<{ last: Seal | null; entries: string }>(
        'select last, entries from curfew.unsealed($1)',
        [entriesMax],
      );
      return {
        last: row!.last === null ? undefined : sealFromRow(row!.last),
        entries: documentsOf(row!.entries),
      };
    },
    async addSeal(seal, list) {
      const [row] = await database.query<{ added: boolean }>(
        'select curfew.add_seal($1::jsonb, $2) as added',
        [cleanJson(sealToRow(seal)), Buffer.from(list).toString('hex')],
      );
      return row!.added;
    },
    async seal(number) {
      const [row] = await database.query<{ seal: Seal }>(
        'select curfew.seal_row(s) as seal from curfew.seals as s where s.number = $1',
        [number],
      );
      return row && sealFromRow(row.seal);
    },
    async newestSeals(limit) {
      const rows = await database.query<{ seal: Seal }>(
        'select curfew.seal_row(s) as seal from curfew.seals as s order by s.number desc limit $1',
        [limit],
      );
      return rows.map(({ seal }) => sealFromRow(seal)).reverse();
    },
    async linksAfter(number, entriesMax) {
      const rows = await database.query<{ seal: Seal; list: string | null; entries: string }>(
        'select seal, list, entries from curfew.links_after($1, $2)',
        [number, entriesMax],
      );
      return rows.map(({ seal, list, entries }) => ({
        seal: sealFromRow(seal),
        list: list === null ? undefined : Buffer.from(list, 'hex'),
        entries: documentsOf(entries),
      }));
    },
    async entriesAfter(query, limit) {
      const { where, params } = conditionsOf(query);
      const [row] = await database.query<{ entries: string }>(
        `select coalesce(json_agg(json_build_array(curfew.entry_row(e.j), e.seal)
                           order by (e.j).seq), '[]')::text as entries
           from (select j, (select s.number from curfew.seals as s
                             where s.last_seq >= j.seq order by s.last_seq limit 1) as seal
                   from curfew.journal as j ${where}
                  order by j.seq limit $${params.length + 1}) as e`,
        [...params, limit],
      );
      const rows = parseExactly(row!.entries) as readonly (readonly [Cells, number | null])[];
      return rows.map(([cells, seal]) => ({ entry: documentOf(cells), seal }));
    },
    async prunable(olderThan, entriesMax) {
      const [row] = await database.query<PrunableRow>(
        'select * from curfew.prunable($1::timestamptz, $2)',
        [instantParam(olderThan), entriesMax],
      );
      if (row === undefined) return undefined;
      const { from_seal: fromSeal, through_seal: throughSeal, entries, since } = row;
      return { fromSeal, throughSeal, throughSeq: row.through_seq, entries, since };
    },
    async prune({ throughSeal, throughSeq }, entry) {
      const [row] = await database.query<{ pruned: boolean }>(
        'select curfew.prune($1, $2, $3::jsonb) as pruned',
        [throughSeal, throughSeq, cleanJson(entryToRow(entry))],
      );
      return row!.pruned;
    },
  };
}

interface PrunableRow {
  readonly from_seal: number;
  readonly through_seal: number;
  readonly through_seq: number;
  readonly entries: number;
  readonly since: number;
}
