// The room `plan` is pure: it decides what is wanted, what to do about it, and how to say why.
// It takes `now` and chance as arguments; execution above it has nothing left to decide.

/**
 * What one attempt of an API call came to. The classes differ in what may be done next:
 *
 * - `ok`             the server answered 2xx with a body of the promised shape
 * - `not-sent`       the request never left (refused, DNS, connect timeout): retry freely
 * - `unknown`        it may have had its effect (timeout, reset, truncated or unreadable 2xx, 408)
 * - `server-error`   a definite 5xx; the server replays it under the same key for 24 hours
 * - `throttled`      429: nothing happened, wait
 * - `conflict`       409: ambiguous (running execution, or the key is in flight): read, then decide
 * - `unauthorized`   401 or 403: no retry storm, writing stops
 * - `missing`        404
 * - `rejected`       any other 4xx, or a redirect: a retry cannot help
 */
export type Outcome<T = unknown> =
  | { readonly kind: 'ok'; readonly value: T }
  | { readonly kind: 'not-sent'; readonly reason: string }
  | { readonly kind: 'unknown'; readonly reason: string }
  | ({ readonly kind: 'server-error' } & Refusal)
  | ({ readonly kind: 'throttled' } & Refusal)
  | ({ readonly kind: 'conflict' } & Refusal)
  | ({ readonly kind: 'unauthorized' } & Refusal)
  | ({ readonly kind: 'missing' } & Refusal)
  | ({ readonly kind: 'rejected' } & Refusal);

/** An answer that is not a success, as far as the server told. */
export interface Refusal {
  /** HTTP status. */
  readonly status: number;
  /** One sentence, sanitised: no secrets, no control characters, at most 500 characters. */
  readonly reason: string;
  /** How long the server asked us to wait (`Retry-After`), in milliseconds. */
  readonly retryAfterMs?: number | undefined;
}

export type OutcomeKind = Outcome['kind'];

/** The outcomes that are not `ok`; what a read passes on when it fails. */
export type Failure = Exclude<Outcome<never>, { kind: 'ok' }>;
