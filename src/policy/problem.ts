import type { ProblemCode } from './problem-codes.ts';

/**
 * How bad a problem is: an error refuses the whole set, a warning does not, and a note says what
 * somebody decided who wrote it, and others may want to know.
 */
export type Severity = 'error' | 'warning' | 'note';

/** Something wrong with a policy set, told so that a person can mend it at once. */
export interface Problem {
  readonly file: string;
  /** From 1; 1 where the whole file is meant. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  /** Where in the document: `policies.snowflake-maintenance.pause.during[0]`. */
  readonly path: string;
  readonly code: ProblemCode;
  readonly severity: Severity;
  /** One sentence. */
  readonly message: string;
  /** What to do about it. */
  readonly hint?: string | undefined;
}
