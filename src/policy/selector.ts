import type { Glob } from './glob.ts';
import type { Connection, Person, Sync, SyncKind } from './sync.ts';

/** A glob with its text, which names it in hashes and sentences. */
export interface Pattern {
  readonly text: string;
  readonly glob: Glob;
}

/** A pattern over a connection: `type:snowflake` asks for its type, other texts for name or id. */
export interface ConnectionPattern extends Pattern {
  readonly asks: 'type' | 'name-or-id';
}

/** What one matcher asks for: all of its fields, and of each list any entry. */
export interface Matcher {
  readonly all?: true | undefined;
  readonly kind?: readonly SyncKind[] | undefined;
  readonly id?: readonly Pattern[] | undefined;
  readonly name?: readonly Pattern[] | undefined;
  readonly connection?: readonly ConnectionPattern[] | undefined;
  readonly source?: readonly ConnectionPattern[] | undefined;
  readonly destination?: readonly ConnectionPattern[] | undefined;
  readonly object?: readonly Pattern[] | undefined;
  readonly mode?: readonly Pattern[] | undefined;
  readonly frequency?: readonly Pattern[] | undefined;
  readonly created_by?: readonly Pattern[] | undefined;
}

/** Whether any of `select` matches the sync and none of `exclude` does. */
export function selectsSync(
  select: readonly Matcher[],
  exclude: readonly Matcher[],
  sync: Sync,
): boolean {
  return (
    select.some((matcher) => matchesSync(matcher, sync)) &&
    !exclude.some((matcher) => matchesSync(matcher, sync))
  );
}

/** Cheap questions first; a field that the API left out matches nothing. */
function matchesSync(matcher: Matcher, sync: Sync): boolean {
  const { kind, id, name, object, mode, frequency, connection, source, destination } = matcher;
  const { created_by: creator } = matcher;
  return (
    (kind === undefined || kind.includes(sync.kind)) &&
    (name === undefined || matchesText(name, sync.name)) &&
    (id === undefined || matchesText(id, sync.id) || matchesText(id, sync.key)) &&
    (object === undefined || matchesText(object, sync.object)) &&
    (mode === undefined || matchesText(mode, sync.mode)) &&
    (frequency === undefined || matchesText(frequency, sync.frequency)) &&
    (creator === undefined || matchesPerson(creator, sync.createdBy)) &&
    (source === undefined || matchesConnection(source, sync.sources)) &&
    (destination === undefined || matchesConnection(destination, sync.destinations)) &&
    (connection === undefined ||
      matchesConnection(connection, sync.sources) ||
      matchesConnection(connection, sync.destinations))
  );
}

function matchesText(patterns: readonly Pattern[], text: string | undefined): boolean {
  return text !== undefined && patterns.some((pattern) => pattern.glob.matches(text));
}

function matchesPerson(patterns: readonly Pattern[], person?: Person): boolean {
  return matchesText(patterns, person?.name) || matchesText(patterns, person?.id);
}

function matchesConnection(
  patterns: readonly ConnectionPattern[],
  connections: readonly Connection[],
): boolean {
  return patterns.some(({ asks, glob }) =>
    connections.some(({ type, name, id }) => {
      if (asks === 'type') return type !== undefined && glob.matches(type);
      return (name !== undefined && glob.matches(name)) || glob.matches(id);
    }),
  );
}
