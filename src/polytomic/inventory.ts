import type { z } from 'zod';
import type { Outcome } from '../plan/outcome.ts';
import type { Sync } from '../policy/sync.ts';
import type { Caller } from './caller.ts';
import { createDirectory, type Directory } from './directory.ts';
import { readPages } from './pages.ts';
import { isSameId, type Place } from './place.ts';
import * as shapes from './shapes.ts';

/** Reads syncs and puts their connections to them. */
interface Inventory {
  /** Every sync, whole or not at all. */
  list(): Promise<Outcome<readonly Sync[]>>;
  /** One sync; one request, as long as its connections were seen before. */
  get(place: Place): Promise<Outcome<Sync>>;
}

/** The server's own page size, asked for by name so that it cannot change under us. */
const PAGE_LIMIT = '50';

/** Builds the reader of syncs; it remembers the connections and models that it read last. */
export function createInventory({ call }: Caller): Inventory {
  let directory: Directory | undefined;

  function readList<T extends { readonly id: string }>(
    path: string,
    item: z.ZodType<T>,
    parameters: Readonly<Record<string, string>> = {},
  ): Promise<Outcome<readonly T[]>> {
    const list = shapes.page(item);
    return readPages((token) => {
      const query = new URLSearchParams({ ...parameters, ...(token && { page_token: token }) });
      return call(list, query.size === 0 ? path : `${path}?${query}`);
    });
  }

  async function readDirectory(): Promise<Outcome<Directory>> {
    const [connections, models] = await Promise.all([
      readList('/api/connections', shapes.connection),
      readList('/api/models', shapes.model),
    ]);
    if (connections.kind !== 'ok') return connections;
    if (models.kind === 'ok') {
      return { kind: 'ok', value: createDirectory(connections.value, models.value) };
    }
    const isWithheld = 'status' in models && (models.status === 403 || models.status === 404);
    if (!isWithheld) return models;
    return { kind: 'ok', value: createDirectory(connections.value, undefined) };
  }

  async function list(): Promise<Outcome<readonly Sync[]>> {
    const [known, models, bulks] = await Promise.all([
      readDirectory(),
      readList('/api/syncs', shapes.modelRow, { limit: PAGE_LIMIT }),
      readList('/api/bulk/syncs', shapes.bulkRow, { limit: PAGE_LIMIT }),
    ]);
    if (known.kind !== 'ok') return known;
    if (models.kind !== 'ok') return models;
    if (bulks.kind !== 'ok') return bulks;
    directory = known.value;
    return { kind: 'ok', value: [...models.value, ...bulks.value].map(known.value.resolve) };
  }

  async function get({ kind, id, path }: Place): Promise<Outcome<Sync>> {
    const shape = kind === 'model' ? shapes.modelRow : shapes.bulkRow;
    const row = await call(shapes.envelope(shape), path);
    if (row.kind !== 'ok') return row;
    if (!isSameId(row.value.id, id))
      return { kind: 'unknown', reason: 'the answer is another sync' };
    if (directory?.covers(row.value)) return { kind: 'ok', value: directory.resolve(row.value) };
    const known = await readDirectory();
    if (known.kind !== 'ok') return known;
    directory = known.value;
    return { kind: 'ok', value: known.value.resolve(row.value) };
  }

  return { list, get };
}
