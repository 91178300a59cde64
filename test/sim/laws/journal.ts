import { type Law, law, shortKey } from '../law.ts';
import type { World } from '../world.ts';

interface EntryRow {
  readonly seq: number;
  readonly type: string;
  readonly hold: string | null;
  readonly before: string | null;
  readonly after: string | null;
  readonly key: string | null;
  readonly person: string | null;
}

const MOVES = [
  'hold.held',
  'hold.renewed',
  'hold.resuming',
  'hold.released',
  'hold.yielded',
  'hold.gone',
];

/** The journal tells everything, in order. */
export const JOURNAL_LAWS: readonly Law[] = [
  law('the journal explains the state of every hold', (world, broken) => ({
    async end() {
      const states = new Map<string, string>();
      for (const { type, hold, before, after } of await entriesOf(world)) {
        if (hold === null) continue;
        if (type === 'hold.opened') {
          if (states.has(hold)) broken(`hold ${hold} was opened twice`);
          states.set(hold, before === 'active' ? 'pausing' : 'held');
        } else if (MOVES.includes(type)) {
          const state = states.get(hold);
          if (state !== before) broken(`${type} of ${hold}: it was ${state}, not ${before}`);
          states.set(hold, after ?? '');
        }
      }
      for (const { id, state } of await holdsOf(world)) {
        if (states.get(id) !== state) {
          broken(`hold ${id} is ${state}, and ${states.get(id)} by its entries`);
        }
      }
    },
  })),
  law('every effect has an entry before it and one after it', (world, broken) => {
    const landed = new Map<string, string>();
    return {
      land({ request, sync }) {
        landed.set(request.key, `${request.effect} ${sync.name} (${shortKey(request.key)})`);
      },
      async end() {
        const entries = await entriesOf(world);
        for (const [key, what] of landed) {
          const intended = entries.find((entry) => entry.key === key && isIntention(entry));
          if (intended === undefined) broken(`no entry came before: ${what}`);
          const answered = entries.some(
            (entry) =>
              entry.seq > (intended?.seq ?? 0) &&
              (entry.key === key ? !isIntention(entry) : isMoveOf(entry, intended?.hold ?? null)),
          );
          if (!answered) broken(`no entry came after: ${what}`);
        }
      },
    };
  }),
  law('who takes a sync over is named', (world, broken) => ({
    async end() {
      for (const { type, hold, person, key } of await entriesOf(world)) {
        if (type === 'hold.yielded' && person === null && key === null) {
          broken(`hold ${hold} was given up, and nobody is named`);
        }
      }
    },
  })),
];

function isIntention({ type }: EntryRow): boolean {
  return type === 'call.intended';
}

/** After a crash, whoever comes next tells what it found. */
function isMoveOf({ type, hold }: EntryRow, of: string | null): boolean {
  return of !== null && hold === of && MOVES.includes(type);
}

async function entriesOf({ engine, agenda }: World): Promise<EntryRow[]> {
  const rows = await engine.run(
    `select seq, type, hold, before, after, key,
            case when actor <> 'curfew' then actor else detail ->> 'person' end as person
       from curfew.journal order by seq`,
    [],
    agenda.now,
  );
  return rows as EntryRow[];
}

async function holdsOf({ engine, agenda }: World): Promise<{ id: string; state: string }[]> {
  const rows = await engine.run('select id, state from curfew.holds', [], agenda.now);
  return rows as { id: string; state: string }[];
}
