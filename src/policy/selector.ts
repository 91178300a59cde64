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
  const { kind, id, name, connection, source, destination } = matcher;
  return (
    (kind === undefined || kind.includes(sync.kind)) &&
    matchesText(id, sync.id, sync.key) &&
    matchesText(name, sync.name) &&
    matchesText(matcher.object, sync.object) &&
    matchesText(matcher.mode, sync.mode) &&
    matchesText(matcher.frequency, sync.frequency) &&
    matchesPerson(matcher.created_by, sync.createdBy) &&
    matchesConnection(source, sync.sources) &&
    matchesConnection(destination, sync.destinations) &&
    (connection === undefined ||
      matchesConnection(connection, sync.sources) ||
      matchesConnection(connection, sync.destinations))
  );
}

function matchesText(
  patterns: readonly Pattern[] | undefined,
  ...texts: readonly (string | undefined)[]
): boolean {
  if (patterns === undefined) return true;
  return patterns.some((pattern) =>
    texts.some((text) => text !== undefined && pattern.glob.matches(text)),
  );
}

function matchesPerson(patterns: readonly Pattern[] | undefined, person?: Person): boolean {
  return matchesText(patterns, person?.name, person?.id);
}

function matchesConnection(
  patterns: readonly ConnectionPattern[] | undefined,
  connections: readonly Connection[],
): boolean {
  if (patterns === undefined) return true;
  return patterns.some((pattern) =>
    connections.some(({ type, name, id }) =>
      pattern.asks === 'type' ? matchesText([pattern], type) : matchesText([pattern], name, id),
    ),
  );
}
