import type { Problem } from './problem.ts';
import type { ProblemCode } from './problem-codes.ts';
import { problemCodes } from './problem-codes.ts';

/** Something wrong at an offset of one file's text; becomes a `Problem` with line and column. */
export interface Fault {
  readonly code: ProblemCode;
  /** In UTF-16 code units from the start of the text. */
  readonly offset: number;
  /** Where in the document, as in `Problem.path`. */
  readonly path: string;
  readonly message: string;
  readonly hint?: string | undefined;
}

/** Takes one fault; how it is told is not the finder's business. */
export type Report = (fault: Fault) => void;

/** Collects problems from all files, each once, and gives them back in a fixed order. */
export interface ProblemLog {
  add(problem: Omit<Problem, 'severity'>): void;
  hasErrors(): boolean;
  /** Ordered by file, line, column, code and message. */
  all(): Problem[];
}

/** Creates an empty log. What an alias repeats is told once: same place, same code, same words. */
export function createProblemLog(): ProblemLog {
  const problems = new Map<string, Problem>();
  return {
    add(problem) {
      const { file, line, column, code, message } = problem;
      const identity = JSON.stringify([file, line, column, code, message]);
      if (problems.has(identity)) return;
      problems.set(identity, { ...problem, severity: problemCodes[code].severity });
    },
    hasErrors: () => [...problems.values()].some((problem) => problem.severity === 'error'),
    all: () => [...problems.values()].sort(byPlace),
  };
}

/** Orders problems by file, line, column, code and message. */
export function byPlace(a: Problem, b: Problem): number {
  return (
    compareText(a.file, b.file) ||
    a.line - b.line ||
    a.column - b.column ||
    compareText(a.code, b.code) ||
    compareText(a.message, b.message)
  );
}

/** Orders texts by code units, so that no locale has a say. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
