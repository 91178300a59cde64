import { StartError } from '../daemon/start-error.ts';
import { formatProblem } from '../policy/format-problem.ts';
import { StoreError } from '../store/failure.ts';
import { ListenError } from '../web/listen-error.ts';

/** Exit codes of the command line: 1 a problem, 2 wrong usage, 3 something cannot be reached. */
export type FailureCode = 1 | 2 | 3;

/** An expected end of a command: a sentence or a few lines on stderr, never a stack trace. */
export class Failure extends Error {
  readonly exitCode: FailureCode;
  /** What an answer that says no carries beside its sentence. */
  readonly result: unknown;

  constructor(
    exitCode: FailureCode,
    message: string,
    more: { readonly cause?: unknown; readonly result?: unknown } = {},
  ) {
    super(message, { cause: more.cause });
    this.name = 'Failure';
    this.exitCode = exitCode;
    this.result = more.result;
  }
}

/** The failure that an error stands for; undefined when it is none but a bug. */
export function failureOf(error: unknown): Failure | undefined {
  if (error instanceof Failure) return error;
  if (error instanceof ListenError) return new Failure(1, error.message, { cause: error });
  if (error instanceof StoreError) {
    const exitCode = error.code === 'database-unreachable' ? 3 : 1;
    return new Failure(exitCode, error.message, { cause: error });
  }
  if (error instanceof StartError) {
    const isAway = error.code === 'api' || failureOf(error.cause)?.exitCode === 3;
    const lines = [error.message, ...error.problems.map(formatProblem)];
    return new Failure(isAway ? 3 : 1, lines.join('\n'), { cause: error });
  }
  return undefined;
}
