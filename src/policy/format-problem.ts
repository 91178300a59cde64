import type { Problem } from './problem.ts';

/** One line for people and editors: `policies/a.yaml:12:7: error zone-unknown: … (hint)`. */
export function formatProblem(problem: Problem): string {
  const { file, line, column, severity, code, message, hint } = problem;
  const advice = hint === undefined ? '' : ` (${hint})`;
  return `${file}:${line}:${column}: ${severity} ${code}: ${message}${advice}`;
}
