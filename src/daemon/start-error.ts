import type { Problem } from '../policy/problem.ts';

/**
 * Why a daemon did not start. Each is for a person, in one sentence, and none is a bug:
 *
 * - `credentials`  the API refuses the key that the environment names
 * - `api`          the API cannot be reached, and a person is waiting
 * - `policies`     the policy files were refused and no earlier set is on record
 * - `store`        the database cannot be opened (in use, not writable, newer, ...)
 */
export type StartErrorCode = 'credentials' | 'api' | 'policies' | 'store';

/** An expected failure to start; `message` is one sentence without secrets. */
export class StartError extends Error {
  override readonly name = 'StartError';
  readonly code: StartErrorCode;
  /** Only with `policies`. */
  readonly problems: readonly Problem[];

  constructor(
    code: StartErrorCode,
    message: string,
    more: { cause?: unknown; problems?: readonly Problem[] } = {},
  ) {
    super(message, { cause: more.cause });
    this.code = code;
    this.problems = more.problems ?? [];
  }
}
