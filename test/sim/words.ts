import type { Instant } from '../../src/time/interval.ts';
import type { Agenda } from './agenda.ts';
import type { Engine } from './engine.ts';
import type { PolicyBook, PolicySpec } from './policy-book.ts';

/** What somebody told Curfew, as it is on record: an override as plain data. */
export interface Word {
  readonly kind: 'hold' | 'release' | 'skip' | 'end' | 'extend';
  /** Of two words the one with the higher number is the newer. */
  readonly number: number;
  readonly id: string;
  readonly createdAt: Instant;
  readonly from: Instant;
  /** When its effect ends, or ended because somebody took it back. */
  readonly end: Instant;
  /** Of a hold or release: which syncs. */
  readonly select: PolicySpec['select'] | undefined;
  /** Of the others: the window of which policy, and when that begins. */
  readonly policy: string | undefined;
  readonly windowStart: Instant | undefined;
  /** The policy as it was written when somebody spoke about it. */
  readonly spec: PolicySpec | undefined;
}

/** All that people told Curfew in one world. */
export interface Words {
  readonly list: readonly Word[];
  /** Reads them again, because one came or was taken back. */
  refresh(): Promise<void>;
}

interface Matcher {
  readonly all?: true;
  readonly kind?: string;
  readonly name?: string;
}

interface Row extends Omit<Word, 'spec' | 'select' | 'policy' | 'windowStart'> {
  readonly policy: string | null;
  readonly windowStart: Instant | null;
  readonly selector: Matcher | readonly [Matcher] | null;
}

const ALL = `
  select kind, number, id, created_at as "createdAt", starts_at as "from",
         least(expires_at, revoked_at) as "end", selector,
         policy, occurrence_start as "windowStart"
    from curfew.overrides order by number`;

/** Keeps the words of one world; whether they are obeyed is for the laws to see. */
export function createWords(agenda: Agenda, engine: Engine, book: PolicyBook): Words {
  let list: readonly Word[] = [];
  return {
    get list() {
      return list;
    },
    async refresh() {
      const rows = (await engine.run(ALL, [], agenda.now)) as Row[];
      list = rows.map(({ selector, policy, windowStart, ...row }) => {
        const known = list.find(({ number }) => number === row.number);
        return {
          ...row,
          policy: policy ?? undefined,
          windowStart: windowStart ?? undefined,
          spec: known?.spec ?? book.specs.find(({ name }) => name === policy),
          select: selectOf(selector),
        };
      });
    },
  };
}

function selectOf(selector: Row['selector']): Word['select'] {
  if (selector === null) return undefined;
  const { all, kind, name } = 'length' in selector ? selector[0] : selector;
  return all ? 'all' : ((kind ?? name) as Word['select']);
}
