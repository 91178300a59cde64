import {
  CONNECTION_FAILURE,
  type Database,
  DatabaseError,
  type Param,
  runTransaction,
} from '../../src/store/database.ts';
import type { Agenda } from './agenda.ts';
import type { Dice } from './dice.ts';
import type { Engine } from './engine.ts';
import type { CommittedEntry } from './history.ts';
import type { Life } from './life.ts';
import type { Weather } from './weather.ts';

/** Where a process finds the database, and what may happen on the way. */
export interface DatabaseParts {
  readonly engine: Engine;
  readonly agenda: Agenda;
  readonly dice: Dice;
  readonly weather: Weather;
  readonly life: Life;
  /** Whether the database ends with the process, so that what is under way is lost. */
  readonly isEmbedded: boolean;
  /** The process whose transaction has the one session of the engine; shared by all. */
  readonly session: { owner: Life | undefined };
  /** Told of entries that have been committed; they are parsed when somebody wants to read them. */
  readonly onCommit: (read: () => CommittedEntry[]) => void;
  /** Told when what people told Curfew has changed. */
  readonly onWord: () => Promise<void>;
  /** Told when a step is on its way to the database. */
  readonly onWrite: () => void;
}

/** The entries in the parameters of a statement of src/store. */
function entriesIn(text: string, params: readonly Param[]): CommittedEntry[] {
  const json = JSON.parse(String(params.at(-1)));
  return text.includes('write_steps') ? json.flatMap(stepEntries) : json;
}

/** A step that was fenced, or a mark that somebody else moved, leaves no entry. */
function isOfJournal(text: string, rows: readonly unknown[]): boolean {
  const [row] = rows as { standing?: readonly string[]; moved?: boolean }[];
  if (text.includes('write_steps')) return (row?.standing?.length ?? 0) > 0;
  if (text.includes('move_boundary_mark')) return row?.moved === true;
  return text.includes('append_entries');
}

function stepEntries({ entries }: { entries?: CommittedEntry[] }): CommittedEntry[] {
  return entries ?? [];
}

/**
 * The database as one process sees it. Each statement travels, takes effect at one instant, and its
 * answer travels back. A process may die at any of these points: before, in between, after.
 */
export function databaseOf(parts: DatabaseParts): Database {
  const { engine, agenda, dice, weather, life, isEmbedded, session } = parts;

  function send(
    isMine: () => boolean,
    text: string,
    params: readonly Param[] | undefined,
  ): Promise<unknown[]> {
    return new Promise((resolve, reject) => {
      const answer = (settle: () => void): void => void life.reach(dice.whole(0, 4), settle);
      const fail = (): void => {
        const message = 'the database is away';
        answer(() => reject(new DatabaseError(CONNECTION_FAILURE, message)));
      };
      const arrive = async (): Promise<void> => {
        // What a process that died had sent may arrive all the same, but on a lost connection not.
        if (!life.isAlive && (isEmbedded || dice.is(0.5))) return;
        if (session.owner !== undefined && !isMine()) {
          agenda.after(dice.whole(1, 3), arrive);
          return;
        }
        const fate = weather.ofStatement();
        if (fate === 'lost') return fail();
        try {
          const rows = await engine.run(text, params, agenda.now);
          if (params !== undefined && isOfJournal(text, rows)) {
            parts.onCommit(() => entriesIn(text, params));
          }
          if (/(create|revoke)_override/.test(text)) await parts.onWord();
          if (fate === 'answer-lost') fail();
          else answer(() => resolve(rows));
        } catch (error) {
          answer(() => reject(error));
        }
      };
      if (text.includes('write_steps')) parts.onWrite();
      agenda.after(dice.whole(0, 4) + weather.slowMsOfStatement(), arrive);
    });
  }

  return {
    engine: 'embedded',
    query: async <Row>(text: string, params?: readonly Param[]) =>
      (await send(() => false, text, params)) as Row[],
    async transaction(work) {
      // PGlite has one session: who opens a transaction has it alone.
      while (session.owner !== undefined) {
        await new Promise<void>((resolve) => life.reach(dice.whole(1, 3), resolve));
      }
      session.owner = life;
      life.onDeath(() => {
        if (session.owner !== life) return;
        agenda.after(0, async () => {
          await engine.run('rollback', undefined, agenda.now);
          session.owner = undefined;
        });
      });
      try {
        const query = async <Row>(text: string, params?: readonly Param[]) =>
          (await send(() => session.owner === life, text, params)) as Row[];
        return await runTransaction({ query }, work);
      } finally {
        session.owner = undefined;
      }
    },
    close: async () => undefined,
  };
}
