// Imports go down, and every dependency that we may have to replace has one door.

import { type Import, importsOf, packageOf } from './imports.ts';
import { type Finding, findingAt, type Rule, roomOf, type Source } from './source.ts';

/** Rooms of one floor do not know each other. */
const FLOORS: Readonly<Record<string, number>> = {
  time: 0,
  policy: 1,
  plan: 2,
  store: 3,
  polytomic: 3,
  queue: 3,
  feeds: 3,
  daemon: 4,
  report: 4,
  web: 5,
  cli: 6,
};

/** Stands in for the vendor: if it shared code with the client, both could be wrong together. */
const APART = 'sandbox';
const DOORS_TO_APART = ['cli'];

/** Packages that one file of `src` imports, so that one file changes when they do. */
const ONE_DOOR = [
  'bullmq',
  'ioredis',
  'pg',
  '@electric-sql/pglite',
  'undici',
  'cron-parser',
  'ical.js',
  'date-holidays',
];

/** Imports only from the same room or a lower floor. */
export const floors: Rule = (sources) =>
  sources.filter(isProduct).flatMap((source) => {
    const advice = adviceOnRoom(source.path);
    if (advice !== undefined) return [{ path: source.path, line: 1, rule: 'floors', advice }];
    return importsOf(source).flatMap((found) => {
      const advice = adviceOnImport(source.path, found);
      return advice === undefined ? [] : [findingAt(source, found.node, 'floors', advice)];
    });
  });

function adviceOnRoom(path: string): string | undefined {
  const room = roomOf(path);
  if (room === undefined) return 'put the file into a room';
  if (room === APART || room in FLOORS) return undefined;
  return `give the room ${room} a floor in test/support/tidy/floors.ts`;
}

function adviceOnImport(path: string, { target }: Import): string | undefined {
  if (target === undefined) return undefined;
  if (!target.startsWith('src/')) {
    return target === 'package.json' ? undefined : `${target} is no part of the product: move it`;
  }
  const from = roomOf(path) ?? '';
  const to = roomOf(target) ?? '';
  if (from === to) return undefined;
  if (from === APART) return `${APART} shares no code with the rest: write it again, on purpose`;
  if (to === APART) {
    return DOORS_TO_APART.includes(from)
      ? undefined
      : `only ${DOORS_TO_APART} may start the sandbox`;
  }
  const [here, there] = [FLOORS[from] ?? -1, FLOORS[to] ?? Number.POSITIVE_INFINITY];
  if (there < here) return undefined;
  const way = 'take it as an argument, or move it down';
  return `${from} (floor ${here}) cannot see ${to} (floor ${there}): ${way}`;
}

/** Each package of `ONE_DOOR` is imported by one file. */
export const oneDoor: Rule = (sources) =>
  ONE_DOOR.flatMap((name) => {
    const importers = sources.filter(isProduct).flatMap((source) => {
      const found = importsOf(source).find(({ specifier }) => packageOf(specifier) === name);
      return found === undefined ? [] : [{ source, node: found.node }];
    });
    const [first, ...others] = importers.sort((a, b) => a.source.path.localeCompare(b.source.path));
    return others.map(({ source, node }): Finding => {
      const advice = `${name} already has a door, ${first!.source.path}: go through it`;
      return findingAt(source, node, 'one door', advice);
    });
  });

function isProduct(source: Source): boolean {
  return source.path.startsWith('src/') && source.nodes.length > 0;
}
