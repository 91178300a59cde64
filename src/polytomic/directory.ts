import type { Connection, Sync } from '../policy/sync.ts';
import type { Row } from './shapes.ts';

/** Which model reads which connection; undefined when its connection is not told. */
export interface Model {
  readonly id: string;
  readonly connectionId: string | undefined;
}

/** What is known of connections, to turn rows into syncs. */
export interface Directory {
  /** Whether the row names nothing that the directory has never heard of. */
  covers(row: Row): boolean;
  /** The sync; from then on the row is covered, what is not listed being known by its id alone. */
  resolve(row: Row): Sync;
}

/**
 * Builds a directory. `models` is undefined where the key may not read them: the sources of model
 * syncs are then unknown, and a selector by source does not match them.
 */
export function createDirectory(
  connections: readonly Connection[],
  models: readonly Model[] | undefined,
): Directory {
  const byId = new Map(connections.map((connection) => [connection.id, connection]));
  const readBy = models && new Map(models.map((model) => [model.id, model.connectionId]));

  const find = (id: string): Connection => {
    const connection = byId.get(id) ?? { id };
    byId.set(id, connection);
    return connection;
  };
  const sourceIds = (row: Row): (string | undefined)[] => [
    ...row.sourceIds,
    ...row.modelIds.map((id) => readBy?.get(id)),
  ];
  const all = (ids: readonly (string | undefined)[]): Connection[] =>
    [...new Set(ids)].filter((id) => id !== undefined).map(find);

  return {
    covers: (row) =>
      row.modelIds.every((id) => readBy === undefined || readBy.has(id)) &&
      [...sourceIds(row), ...row.destinationIds].every((id) => id === undefined || byId.has(id)),
    resolve(row) {
      for (const id of row.modelIds) if (!readBy?.has(id)) readBy?.set(id, undefined);
      const { sourceIds: _, modelIds: __, destinationIds, ...sync } = row;
      return { ...sync, sources: all(sourceIds(row)), destinations: all(destinationIds) };
    },
  };
}
