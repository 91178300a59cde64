import { sha256 } from '../policy/canonical.ts';
import type { PolicySource } from '../policy/policy.ts';
import { cleanJson } from './clean-text.ts';
import type { Database, Param } from './database.ts';
import { instantParam } from './rows.ts';
import type { Store, StoredPolicySet } from './store.ts';

interface HeadRow {
  readonly hash: string;
  readonly files: string;
  readonly turn: number;
  readonly loaded_at: number;
}

interface SetRow extends HeadRow {
  readonly sources: readonly PolicySource[];
}

// A set holds the hashes of its texts, which are kept once however many sets have them.
const SELECT = `
  select s.hash, s.files, s.turn, s.loaded_at, (
    select coalesce(jsonb_agg(
             (e.source - 'hash') || jsonb_build_object('text', t.body) order by e.place), '[]')
      from jsonb_array_elements(s.sources) with ordinality as e (source, place)
      join curfew.policy_texts as t on t.hash = e.source ->> 'hash'
  ) as sources
  from curfew.policy_sets as s`;

/** Every policy set that was in force, by its hash; part of a store. */
export function createPolicySets(
  database: Database,
): Pick<
  Store,
  | 'savePolicySet'
  | 'policySetInForce'
  | 'policySetHead'
  | 'knowsPolicyFiles'
  | 'policySet'
  | 'policySetWithPolicy'
  | 'savePolicyHashes'
> {
  async function find(rest: string, params: readonly Param[] = []) {
    const [row] = await database.query<SetRow>(`${SELECT} ${rest}`, params);
    return row && setOf(row);
  }
  return {
    async savePolicySet({ hash, files, loadedAt, sources }) {
      const texts = new Map(sources.map(({ text }) => [sha256(text), text]));
      const [row] = await database.query<{ version: number }>(
        'select curfew.put_in_force($1, $2, $3::timestamptz, $4::jsonb, $5::jsonb) as version',
        [
          hash,
          files,
          instantParam(loadedAt),
          cleanJson(sources.map(({ text, ...source }) => ({ ...source, hash: sha256(text) }))),
          cleanJson([...texts].map(([hash, text]) => ({ hash, text }))),
        ],
      );
      return row!.version;
    },
    async policySetHead() {
      const [row] = await database.query<HeadRow>(
        `select s.hash, s.files, s.turn, s.loaded_at from curfew.policy_sets as s
          order by s.turn desc limit 1`,
      );
      return row && headOf(row);
    },
    async knowsPolicyFiles(files) {
      const [row] = await database.query<{ known: boolean }>(
        'select exists (select from curfew.policy_sets as s where s.files = $1) as known',
        [files],
      );
      return row!.known;
    },
    policySetInForce: () => find('order by s.turn desc limit 1'),
    policySet: (hash) => find('where s.hash = $1', [hash]),
    policySetWithPolicy: (policyHash) =>
      find('join curfew.policies as p on p.set_hash = s.hash where p.hash = $1', [policyHash]),
    async savePolicyHashes(setHash, policyHashes) {
      await database.query(
        `insert into curfew.policies (hash, set_hash)
         select distinct unnest($2::text[]), $1
         on conflict (hash) do update set set_hash = excluded.set_hash`,
        [setHash, policyHashes],
      );
    },
  };
}

function setOf(row: SetRow): StoredPolicySet {
  return { ...headOf(row), sources: row.sources };
}

function headOf({ hash, files, turn, loaded_at }: HeadRow) {
  return { hash, files, version: turn, loadedAt: loaded_at };
}
