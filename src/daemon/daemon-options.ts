import type { Logger } from 'pino';
import type { Chance, Clock } from './clock.ts';
import type { Config } from './config.ts';
import type { Waiting } from './operations.ts';

/** Who is told how a start and the work after it go. */
export interface Listeners {
  onWaiting(waiting: Waiting): void;
  /** Something failed, which may mean that a part is away. */
  onTrouble(): void;
}

/** What a process is made of. Nothing is read from the environment below this point. */
export interface DaemonOptions {
  readonly config: Config;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly log: Logger;
  readonly version: string;
  /** Decide and tell everything, act on nothing: `curfew run --observe`. */
  readonly isObserving?: boolean | undefined;
  /** Where the HTTP API of this process listens; told to those who find the data folder taken. */
  readonly address?: (() => string | undefined) | undefined;
  /** Told when the embedded database has died: nothing works after that, the process should end. */
  readonly onFatal?: ((error: Error) => void) | undefined;
  /** Told whenever start-up has to wait for something. */
  readonly onWaiting?: ((waiting: Waiting) => void) | undefined;
}
