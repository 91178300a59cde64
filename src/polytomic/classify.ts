import type { Failure, Outcome } from '../plan/outcome.ts';
import type { Instant } from '../time/interval.ts';
import type { Reason } from './reason.ts';
import type { Reply } from './wire.ts';

/** A day, as long as the server remembers a key; more is a mistake of the server. */
const RETRY_AFTER_MS_MAX = 24 * 60 * 60 * 1000;

/**
 * Says what a reply means (the classes of `Outcome`); `ok` carries the parsed JSON, its shape
 * unchecked. The status line is the answer: a body that fails after a 2xx leaves the effect
 * unknown, after a refusal it only costs us the sentence.
 */
export function classify(reply: Reply, reason: Reason, now: Instant): Outcome<unknown> {
  if (reply.kind === 'silence') {
    return reply.sent
      ? { kind: 'unknown', reason: reason(`no answer: ${reply.trouble}`) }
      : { kind: 'not-sent', reason: reason(`not sent: ${reply.trouble}`) };
  }
  const { status } = reply;
  if (status >= 200 && status < 300) return parseSuccess(reply, reason);
  const refusal = {
    status,
    reason: reason(`HTTP ${status}: ${sentence(reply)}`),
    retryAfterMs: parseRetryAfter(reply.headers['retry-after'], reply.headers.date, now),
  };
  // 408 is the server's own timeout: it does not say how far the request came.
  if (status === 408) return { kind: 'unknown', reason: refusal.reason };
  return { kind: refusalKind(status), ...refusal };
}

/** The delay that `Retry-After` asks for (RFC 9110 10.2.3), in milliseconds; a date is read on the
 * server's own clock where it tells it. Undefined when absent or unreadable. */
export function parseRetryAfter(
  header: string | undefined,
  date: string | undefined,
  now: Instant,
): number | undefined {
  if (header === undefined) return undefined;
  const clamp = (ms: number): number => Math.min(Math.max(Math.ceil(ms), 0), RETRY_AFTER_MS_MAX);
  if (/^\d+(\.\d+)?$/.test(header)) return clamp(Number(header) * 1000);
  const until = parseHttpDate(header);
  return until === undefined ? undefined : clamp(until - (parseHttpDate(date) ?? now));
}

/** An HTTP date (RFC 9110 5.6.7); `Date.parse` alone would take "5" for the year 2001. */
export function parseHttpDate(text: string | undefined): Instant | undefined {
  if (text === undefined || !/^[A-Z][a-z]+, .* GMT$/.test(text)) return undefined;
  const instant = Date.parse(text);
  return Number.isNaN(instant) ? undefined : instant;
}

type Answer = Extract<Reply, { kind: 'answer' }>;

function parseSuccess({ status, body, trouble }: Answer, reason: Reason): Outcome<unknown> {
  if (trouble !== undefined) {
    return { kind: 'unknown', reason: reason(`HTTP ${status}, but ${trouble}`) };
  }
  try {
    return { kind: 'ok', value: JSON.parse(body) };
  } catch {
    // The parser's message quotes the body, and a body may hold what must not be logged.
    return { kind: 'unknown', reason: `HTTP ${status}, but the body is not JSON` };
  }
}

function refusalKind(status: number): Exclude<Failure['kind'], 'not-sent' | 'unknown'> {
  if (status === 401 || status === 403) return 'unauthorized';
  if (status === 404) return 'missing';
  if (status === 409) return 'conflict';
  if (status === 429) return 'throttled';
  return status >= 500 ? 'server-error' : 'rejected';
}

/** What the server said: ApiError, then RestErrResponse, then the text of whatever it is. */
function sentence({ status, headers, body, trouble }: Answer): string {
  if (status < 400) return `redirect to ${headers.location ?? 'nowhere'}`;
  const { key, ...error } = parseObject(body);
  const message = [error.message, error.error, error.status].find(isWord);
  const said = [key, message].filter(isWord).join(': ');
  return said || withoutTags(body).trim() || (trouble ?? 'no further word');
}

function isWord(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

function parseObject(body: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

/** The text of an HTML page; linear in its length, where a pattern for tags would be quadratic. */
function withoutTags(html: string): string {
  const [first, ...rest] = html.split('<');
  return [first, ...rest.map((piece) => piece.slice(piece.indexOf('>') + 1))].join(' ');
}
