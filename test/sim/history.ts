import type { Instant } from '../../src/time/interval.ts';
import type { Agenda } from './agenda.ts';

/** What a row of the journal says. */
export interface CommittedEntry {
  readonly type: string;
  readonly reason: string;
  readonly sync_name?: string;
}

/** All that happened in a world, in the order in which it did; for people. */
export interface History {
  say(who: string, what: string): void;
  /** Entries of the journal that have just been committed, as they went to the database. */
  commit(who: string, read: () => readonly CommittedEntry[]): void;
  /** One line for each, with the time since the story began. */
  lines(): string[];
}

/** An empty history. Lines are only written out when somebody wants to read them. */
export function createHistory(agenda: Agenda, startsAt: Instant): History {
  const told: { readonly at: Instant; readonly who: string; readonly what: () => string[] }[] = [];
  return {
    say: (who, what) => told.push({ at: agenda.now, who, what: () => [what] }),
    commit(who, read) {
      const what = (): string[] =>
        read().map(({ type, reason, sync_name: name }) =>
          [`    journal: ${type}`, name, reason].filter((word) => word !== undefined).join(' | '),
        );
      told.push({ at: agenda.now, who, what });
    },
    lines: () =>
      told.flatMap(({ at, who, what }) =>
        what().map((line) => `${timeText(at - startsAt)}  ${who.padEnd(10)}  ${line}`),
      ),
  };
}

/** `   7:05.120`: minutes, seconds and milliseconds. */
function timeText(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  const seconds = ((ms - minutes * 60_000) / 1_000).toFixed(3).padStart(6, '0');
  return `${minutes}:${seconds}`.padStart(11);
}
