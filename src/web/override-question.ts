import { z } from 'zod';
import type { OverrideRequest } from '../daemon/operations.ts';
import type { Sync } from '../policy/sync.ts';
import { parseDuration } from '../time/duration.ts';
import { ACTOR_LENGTH_MAX, instant, name, plain, REASON_LENGTH_MAX } from './question.ts';
import { Refusal } from './refusal.ts';

/** A header of a UUID's length is usual; this leaves room for what others put around one. */
const KEY_LENGTH_MAX = 200;
/** More than anybody lists by hand; a selector says it better. */
const SYNCS_MAX = 50;

const length = z.string().transform((text, context) => {
  const reading = parseDuration(text);
  if ('value' in reading && reading.value > 0) return reading.value;
  const why = 'fault' in reading ? reading.fault.message : 'it must be longer than nothing';
  context.issues.push({ code: 'custom', message: why, input: text });
  return z.NEVER;
});

const key = plain(KEY_LENGTH_MAX).min(1);

/** What every wish for an override says. */
const frame = {
  reason: plain(REASON_LENGTH_MAX).min(1),
  actor: plain(ACTOR_LENGTH_MAX).optional(),
  key: key.optional(),
  dryRun: z.boolean().optional(),
};

const KINDS = 'one of hold, release, skip, end and extend';

/** The body of `POST /v1/overrides`. */
export const overrideBody = z.discriminatedUnion(
  'kind',
  [
    z
      .strictObject({
        kind: z.enum(['hold', 'release']),
        ...frame,
        /** By id, `kind:id` or exact name. */
        syncs: z.array(name).max(SYNCS_MAX).optional(),
        /** In the form of a policy's `select`; read where policies are. */
        select: z.unknown().optional(),
        from: instant.optional(),
        until: instant.optional(),
        for: length.optional(),
      })
      .refine((body) => (body.syncs ?? []).length > 0 || body.select !== undefined, {
        error: 'say which syncs: `syncs` or `select`',
      })
      .refine((body) => body.until === undefined || body.for === undefined, {
        error: 'either `until` or `for`',
      }),
    z.strictObject({
      kind: z.enum(['skip', 'end']),
      ...frame,
      policy: name,
      at: instant.optional(),
    }),
    z.strictObject({
      kind: z.enum(['extend']),
      ...frame,
      policy: name,
      by: length,
      at: instant.optional(),
    }),
  ],
  { error: KINDS },
);

export type OverrideBody = z.output<typeof overrideBody>;

/** `?all=true` of the list. */
export const overridesQuestion = z.strictObject({ all: z.enum(['true', 'false']).optional() });

/** The body of `POST /v1/overrides/:id/revoke`. */
export const revokeBody = z
  .strictObject({
    reason: plain(REASON_LENGTH_MAX).optional(),
    actor: plain(ACTOR_LENGTH_MAX).optional(),
  })
  .default({});

/** The client's name for a request: in the body or, as usual, in the header `Idempotency-Key`. */
export function keyOf(body: OverrideBody, header: unknown): string | undefined {
  if (header === undefined) return body.key;
  const read = key.safeParse(header);
  if (!read.success) throw new Refusal('request-invalid', 'Idempotency-Key: one line of text.');
  if (body.key === undefined || body.key === read.data) return read.data;
  throw new Refusal('body-invalid', 'key: it is not the one of the header Idempotency-Key');
}

/** The wish of a body, in the words of the floor below. */
export function requestOf(
  body: OverrideBody,
  syncs: readonly Sync[],
  by: { readonly actor: string; readonly key: string | undefined },
): OverrideRequest {
  const frame = { ...by, reason: body.reason, isDryRun: body.dryRun };
  switch (body.kind) {
    case 'hold':
    case 'release': {
      const { kind, select, from, until, for: forMs } = body;
      return { kind, syncs, select, from, until, forMs, ...frame };
    }
    case 'extend':
      return { kind: body.kind, policy: body.policy, at: body.at, byMs: body.by, ...frame };
    default:
      return { kind: body.kind, policy: body.policy, at: body.at, ...frame };
  }
}
