/**
 * SQLSTATE classes by which a Postgres says that it cannot serve now: connection exceptions,
 * authorization, no such database, resources, not in the right state, operator intervention, system
 * errors. What is in other classes (data, syntax, constraints, BullMQ's own) would fail again.
 */
const AWAY = /^(?:08|28|3D|53|55|57|58)/;

/** Whether an error means "no database at the moment" rather than an answer of the database. */
export function isServerAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error ? error.code : undefined;
  // BullMQ's errors have numbers; a driver's own (terminated, timed out) often have nothing.
  if (typeof code === 'number') return false;
  if (typeof code !== 'string') return !(error instanceof TypeError);
  const isSystemError = /^E[A-Z]{3}/.test(code);
  return isSystemError || AWAY.test(code);
}
