// Syncs as people write them in test files and lists, and as `curfew syncs --format json` prints
// them: one shape for both, so that what was printed can be pasted.

import { z } from 'zod';
import { mapping, oneOrMore } from './schema-leaf.ts';
import { type Connection, parseSyncKey, type Sync, type SyncKey, syncKey } from './sync.ts';

const text = z.string({ error: 'text' }).min(1).max(1_000);
const flag = z.boolean({ error: 'true or false' });
const word = text.optional();
const ids = { id: word, name: word, type: word };

// People name a connection, as selectors do, or its type as `type:snowflake`.
const connection = z
  .preprocess(
    (written) => (typeof written === 'string' ? namedConnection(written) : written),
    mapping('a connection: its name, or `type:snowflake`', ids),
  )
  .transform(({ id, name, type }): Connection => ({ id: id ?? name ?? type ?? '', name, type }));
const connections = oneOrMore('a connection, or a list of connections', connection).optional();

/** What is known about a written sync; all but the name can be left out. */
const known = {
  id: word.describe('The id, or `kind:id`; the name when there is none.'),
  kind: z.enum(['model', 'bulk'], { error: '`model` or `bulk`' }).optional(),
  name: text,
  active: flag.default(true),
  mode: word,
  object: word,
  frequency: word,
  source: connections,
  sources: connections,
  destination: connections,
  destinations: connections,
  createdBy: z.preprocess(
    (written) => (typeof written === 'string' ? { name: written } : written),
    mapping('a name', ids).optional(),
  ),
  runsAfter: oneOrMore('a sync, or a list of syncs', text)
    .optional()
    .describe('The syncs whose end starts this one: by name, id or `kind:id`.'),
};

const unread = z.unknown().optional();
/** What else a printed row has; of no use to policies. */
const unused = {
  key: unread,
  organizationId: unread,
  updatedBy: unread,
  updatedAt: unread,
  heldBy: unread,
  holdState: unread,
  baseline: unread,
  until: unread,
};

/** A sync in a test file, where a misspelt field is a fault. */
export const writtenSyncSchema = mapping('a sync such as `{ name: Finance/Invoices }`', {
  ...known,
  ...unused,
});

/** A sync in a list that a program may have printed, with fields of later versions. */
export const printedSyncSchema = z.object({
  ...known,
  heldBy: word,
  holdState: word,
  baseline: z.enum(['active', 'inactive']).optional(),
  until: z.string().nullish(),
});

type Written = z.output<typeof writtenSyncSchema> | z.output<typeof printedSyncSchema>;

/** The syncs that a list of written ones means. */
export function syncsOf(written: readonly Written[]): readonly Sync[] {
  const syncs = written.map(syncOf);
  return syncs.map((sync, index) => {
    const { runsAfter } = written[index]!;
    if (runsAfter === undefined) return sync;
    return { ...sync, runsAfter: runsAfter.map((parent) => keyOf(parent, syncs)) };
  });
}

function syncOf(written: Written): Sync {
  const { name, active, mode, object, frequency, createdBy } = written;
  const parsed = parseSyncKey(written.id ?? '');
  const kind = written.kind ?? parsed?.kind ?? 'model';
  const id = parsed?.id ?? written.id ?? name;
  return {
    key: syncKey(kind, id),
    kind,
    id,
    name,
    active,
    mode,
    object,
    frequency,
    createdBy,
    sources: written.sources ?? written.source ?? [],
    destinations: written.destinations ?? written.destination ?? [],
  };
}

/** By `kind:id`, id or name; what is not in the list is taken for the id of a model sync. */
function keyOf(parent: string, syncs: readonly Sync[]): SyncKey {
  const found = syncs.find(({ key, id, name }) => [key, id, name].includes(parent));
  if (found !== undefined) return found.key;
  const parsed = parseSyncKey(parent);
  return parsed === undefined ? syncKey('model', parent) : syncKey(parsed.kind, parsed.id);
}

function namedConnection(written: string): Connection {
  const type = /^type:(.+)$/.exec(written)?.[1];
  return type === undefined ? { id: written, name: written } : { id: written, type };
}
