import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { z } from 'zod';
import { type Connection, parseSyncKey, type Sync, syncKey } from '../policy/sync.ts';
import { Failure } from './failure.ts';

const connection = z.union([
  // People name a connection, as selectors do, or its type as `type:snowflake`.
  z.string().min(1).transform(namedConnection),
  z.object({ id: z.string(), name: z.string().optional(), type: z.string().optional() }),
]);
const connections = z.union([z.array(connection), connection.transform((one) => [one])]);

/** A sync as `curfew syncs --format json` prints it, or as a person writes it. */
const writtenSync = z.object({
  id: z.string().min(1),
  kind: z.enum(['model', 'bulk']).optional(),
  name: z.string().min(1),
  active: z.boolean().default(true),
  mode: z.string().optional(),
  object: z.string().optional(),
  frequency: z.string().optional(),
  source: connections.optional(),
  sources: connections.optional(),
  destination: connections.optional(),
  destinations: connections.optional(),
  createdBy: z.object({ id: z.string().optional(), name: z.string().optional() }).optional(),
});

const inventory = z.union([
  z.array(writtenSync),
  z.object({ syncs: z.array(writtenSync) }).transform(({ syncs }) => syncs),
]);

/** Reads a list of syncs: YAML or JSON, bare or below `syncs:`. */
export async function readInventoryFile(path: string): Promise<readonly Sync[]> {
  let written: unknown;
  try {
    written = parse(await readFile(path, 'utf8'));
  } catch (error) {
    const why = error instanceof Error ? error.message.split('\n')[0] : String(error);
    throw new Failure(1, `${path} cannot be read: ${why}`, { cause: error });
  }
  const result = inventory.safeParse(written);
  if (result.success) return result.data.map(syncOf);
  const hint = 'a list of syncs with id and name, or what `curfew syncs --format json` prints';
  throw new Failure(1, `${path} is not ${hint}`);
}

function namedConnection(text: string): Connection {
  const type = /^type:(.+)$/.exec(text)?.[1];
  return type === undefined ? { id: text, name: text } : { id: text, type };
}

function syncOf(written: z.infer<typeof writtenSync>): Sync {
  const { source, sources, destination, destinations, ...rest } = written;
  const parsed = parseSyncKey(written.id);
  const kind = written.kind ?? parsed?.kind ?? 'model';
  const id = parsed?.id ?? written.id;
  return {
    ...rest,
    key: syncKey(kind, id),
    kind,
    id,
    sources: sources ?? source ?? [],
    destinations: destinations ?? destination ?? [],
  };
}
