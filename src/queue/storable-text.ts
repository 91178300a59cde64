const LONE_SURROGATE = /\p{Surrogate}/gu;
const REPLACEMENT = '\ufffd';
/** Longer texts tell no more, and are copied with every job. */
const TEXT_MAX = 1_000;

/**
 * Text as every backend can keep it: Postgres refuses NUL and half surrogate pairs, and a job whose
 * error holds one can neither fail nor finish there; it runs again and again.
 */
export function storableText(text: string, max = TEXT_MAX): string {
  const short = text.length <= max ? text : `${text.slice(0, max - 1)}…`;
  return short.replaceAll('\0', '').replace(LONE_SURROGATE, REPLACEMENT);
}

/** An error that every backend can keep, whatever was thrown. */
export function storableError(thrown: unknown): Error {
  const error = new Error(storableText(messageOf(thrown)));
  const stack = thrown instanceof Error ? thrown.stack : undefined;
  error.stack = storableText(stack ?? error.message);
  return error;
}

/** The message of whatever was thrown; an empty one gives way to its cause, code or name. */
export function messageOf(thrown: unknown): string {
  if (typeof thrown === 'object' && thrown !== null && !(thrown instanceof Error))
    return 'an object';
  if (!(thrown instanceof Error)) return String(thrown);
  if (thrown.message !== '') return thrown.message;
  if (thrown instanceof AggregateError) return thrown.errors.map(messageOf).join('; ');
  return 'code' in thrown ? String(thrown.code) : thrown.name;
}
