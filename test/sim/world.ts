import type { Agenda } from './agenda.ts';
import type { Cloud } from './cloud.ts';
import type { Dice } from './dice.ts';
import type { Engine } from './engine.ts';
import type { History } from './history.ts';
import type { JobBoard } from './job-board.ts';
import type { PolicyBook } from './policy-book.ts';
import type { Replica } from './replica.ts';
import type { Story } from './story.ts';
import type { Weather } from './weather.ts';
import type { Wishes } from './wishes.ts';
import type { Words } from './words.ts';

/** Everything there is while a story is played: what happenings act on, and laws look at. */
export interface World {
  readonly story: Story;
  readonly agenda: Agenda;
  readonly dice: Dice;
  readonly engine: Engine;
  readonly weather: Weather;
  readonly cloud: Cloud;
  readonly board: JobBoard;
  readonly book: PolicyBook;
  readonly wishes: Wishes;
  readonly words: Words;
  readonly replicas: readonly Replica[];
  readonly history: History;
  /** Whether any clock of ours was wrong at any time; what people did when is then uncertain. */
  clocksWereWrong: boolean;
  /** The world is out of its order until so much later; then it needs time to find back. */
  disturb(ms: number): void;
  /** Since when nothing has been out of order. */
  readonly calmSince: number;
  /** What this world is allowed for finding back into its order. */
  readonly patienceMs: number;
  /**
   * Calls `act` right when this replica sends its so many-th write or request with an effect, from
   * now on: where a crash hurts.
   */
  trap(replica: Replica, sendings: number, act: () => void): void;
  /** A law was broken: the story ends here. */
  violate(law: string, what: string): void;
}
