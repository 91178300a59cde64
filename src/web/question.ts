import { z } from 'zod';
import type { Operations } from '../daemon/operations.ts';
import { ENTRY_TYPES, type EntryType } from '../plan/entry.ts';
import { parseSyncKey, type Sync, type SyncKey } from '../policy/sync.ts';
import { parseInstant } from '../time/instant.ts';
import { Refusal, type RefusalCode } from './refusal.ts';

const NAME_LENGTH_MAX = 500;
/** A reason is a sentence or a few. */
export const REASON_LENGTH_MAX = 1_000;
/** Somebody's name. */
export const ACTOR_LENGTH_MAX = 200;
/** What the store gives at most for one question. */
const ENTRIES_MAX = 10_000;
/** What a question for the journal gets when it names no limit. */
const ENTRIES_DEFAULT = 100;
/** And one for seals. */
const SEALS_DEFAULT = 20;

/** What names a sync, a policy or an override. */
export const name = z.string().min(1).max(NAME_LENGTH_MAX);
/** RFC 3339 with an offset. */
export const instant = z.string().transform((text, context) => {
  const reading = parseInstant(text);
  if ('value' in reading) return reading.value;
  context.issues.push({ code: 'custom', message: reading.fault.message, input: text });
  return z.NEVER;
});
const whole = (max: number) => z.coerce.number().int().min(0).max(max);

const entryTypes = z
  .string()
  .transform((text) => text.split(','))
  .pipe(z.array(z.enum(Object.keys(ENTRY_TYPES) as [EntryType, ...EntryType[]])));

/** `?sync=&policy=&type=a,b&since=&until=&after=&limit=` of the journal. */
export const journalQuestion = z.strictObject({
  sync: name.optional(),
  policy: name.optional(),
  type: entryTypes.optional(),
  since: instant.optional(),
  until: instant.optional(),
  after: whole(Number.MAX_SAFE_INTEGER).optional(),
  limit: whole(ENTRIES_MAX).default(ENTRIES_DEFAULT),
});

/** `?sync=&policy=&type=a,b&since=&until=` of the journal as evidence, or `?seals=true` alone. */
export const evidenceQuestion = journalQuestion
  .omit({ after: true, limit: true })
  .extend({ seals: z.enum(['true', 'false']).default('false') })
  .refine(({ seals, ...filters }) => seals === 'false' || Object.keys(filters).length === 0, {
    error: 'only the whole journal has its seals: leave the other fields out',
    path: ['seals'],
  });

/** `?limit=` of the newest seals. */
export const sealsQuestion = z.strictObject({ limit: whole(ENTRIES_MAX).default(SEALS_DEFAULT) });

/** `?sync=&at=` of an explanation. */
export const explainQuestion = z.strictObject({ sync: name, at: instant.optional() });

/** One line of text, without control characters: it ends up in terminals and reports. */
export const plain = (max: number) =>
  z
    .string()
    .trim()
    .max(max)
    .regex(/^\P{Cc}*$/u);

/** What a person says with a call by hand. */
export const actionBody = z
  .strictObject({
    reason: plain(REASON_LENGTH_MAX).optional(),
    actor: plain(ACTOR_LENGTH_MAX).optional(),
  })
  .default({});

/** How the policy files are to be loaded. */
export const reloadBody = z.strictObject({ allowMassDelete: z.boolean().optional() }).default({});

/** Who asked, when neither a token nor the request says so. */
const SOMEBODY = 'somebody on this machine';

/** In whose name it is done. A token is somebody's own: nobody acts in another name with it. */
export function actorOf(token: string | undefined, given: string | undefined): string {
  return token ?? (given || SOMEBODY);
}

/** Reads a part of a request, or refuses it and names each field. */
export function readPart<T>(shape: z.ZodType<T>, part: unknown, code: RefusalCode): T {
  const result = shape.safeParse(part ?? undefined);
  if (result.success) return result.data;
  const sentences = result.error.issues.map(
    ({ path, message }) => `${path.length === 0 ? 'request' : path.join('.')}: ${message}`,
  );
  throw new Refusal(code, sentences.join('; '));
}

/** The sync that a text names, or a refusal that helps. */
export async function findSync(operations: Operations, text: string): Promise<Sync> {
  const resolution = await operations.resolve(text);
  switch (resolution.kind) {
    case 'found':
      return resolution.sync;
    case 'none': {
      const hint = resolution.hint === undefined ? '' : ` (did you mean ${resolution.hint}?)`;
      throw new Refusal('sync-unknown', `No sync is called ${JSON.stringify(text)}${hint}.`);
    }
    case 'ambiguous': {
      const keys = resolution.candidates.map((sync) => sync.key).join(', ');
      const message = `${JSON.stringify(text)} names several syncs: ${keys}. Use one of these.`;
      throw new Refusal('sync-ambiguous', message);
    }
  }
}

/** As `findSync`, but `kind:id` is taken as it is: the journal also knows deleted syncs. */
export async function findSyncKey(operations: Operations, text: string): Promise<SyncKey> {
  if (parseSyncKey(text) !== undefined) return text as SyncKey;
  return (await findSync(operations, text)).key;
}
