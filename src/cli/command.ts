import { type Command, Option } from 'commander';
import type { Surroundings } from './surroundings.ts';

/** What a command's work comes to: its exit code, 0 when it says nothing. */
export type Work<Args extends unknown[]> = (...args: Args) => Promise<number | undefined>;

/** What every command is added to. */
export interface Cli {
  readonly program: Command;
  readonly surroundings: Surroundings;
  /** Wraps the work of a command for commander, which knows nothing of exit codes. */
  action<Args extends unknown[]>(work: Work<Args>): (...args: Args) => Promise<void>;
}

export type Format = 'text' | 'json';

/** `--format text|json`, for every command that gives an answer. */
export function formatOption(): Option {
  return new Option('--format <format>', 'how to print the answer')
    .choices(['text', 'json'])
    .default('text');
}

/** Prints a document as the one thing on stdout. */
export function printJson({ stdout }: Surroundings, document: unknown): void {
  stdout.write(`${JSON.stringify(document, null, 2)}\n`);
}
