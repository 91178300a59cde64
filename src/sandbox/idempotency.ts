// Idempotent requests as the API's guide describes them: a key of 8 to 255 characters keeps the
// first outcome, errors and 500 included, for 24 hours, and 409 answers a key that is in flight.
// Not documented, decided here: keys belong to the organization; a different request under the same
// key is 422 (draft-ietf-httpapi-idempotency-key-header, 2.7); a replay carries no mark; what is
// refused before the request is looked at (401, 403, unreadable JSON) is not remembered.

import { type Answer, badRequest, refusal } from './answer.ts';

/** An answer as it went out. */
export interface Outcome {
  readonly status: number;
  readonly text: string | undefined;
}

export type Claim =
  | { readonly kind: 'first'; record(outcome: Outcome): void }
  | { readonly kind: 'replay'; readonly outcome: Outcome }
  | { readonly kind: 'refused'; readonly answer: Answer };

export interface IdempotencyKeys {
  /** `request` is the text that two requests share when they are the same. */
  claim(key: string, request: string, now: number): Claim;
}

const KEEP_MS = 24 * 60 * 60 * 1_000;

/** A day of the largest tests, about 50 MB; beyond it the oldest are forgotten early. */
const KEYS_MAX = 100_000;

interface Entry {
  readonly request: string;
  readonly claimedAt: number;
  outcome: Outcome | undefined;
}

/** Starts without any key. */
export function createIdempotencyKeys(): IdempotencyKeys {
  // In order of claiming, hence of expiry.
  const entries = new Map<string, Entry>();
  const forget = (isOld: (entry: Entry) => boolean) => {
    for (const [key, entry] of entries) {
      if (!isOld(entry)) return;
      entries.delete(key);
    }
  };
  return {
    claim(key, request, now) {
      if (!/^[A-Za-z0-9_-]{8,255}$/.test(key)) return refuse(badRequest(MALFORMED));
      forget(({ claimedAt }) => now - claimedAt >= KEEP_MS);
      const known = entries.get(key);
      if (known === undefined) {
        forget(() => entries.size >= KEYS_MAX);
        const entry: Entry = { request, claimedAt: now, outcome: undefined };
        entries.set(key, entry);
        return {
          kind: 'first',
          record(outcome) {
            entry.outcome = outcome;
          },
        };
      }
      if (known.request !== request) return refuse(REUSED);
      if (known.outcome === undefined) return refuse(IN_FLIGHT);
      return { kind: 'replay', outcome: known.outcome };
    },
  };
}

const MALFORMED = 'Idempotency-Key must have 8 to 255 characters of A-Z, a-z, 0-9, _ and -';
const REUSED = refusal(
  422,
  'idempotency_key_reused',
  'this idempotency key was used for a different request',
);
const IN_FLIGHT = refusal(
  409,
  'idempotency_key_in_flight',
  'a request with this idempotency key is still being handled',
);

function refuse(answer: Answer): Claim {
  return { kind: 'refused', answer };
}
