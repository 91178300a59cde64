// Imports go down, and dependencies that we may have to replace have few doors.

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

/** The rooms that may have one file which imports a package, so that one changes when it does. */
const DOORS: Readonly<Record<string, readonly string[]>> = {
  bullmq: ['queue'],
  ioredis: ['queue'],
  // BullMQ works with pools of its own, apart from the store's.
  pg: ['store', 'queue'],
  '@electric-sql/pglite': ['store'],
  undici: ['polytomic'],
  'cron-parser': ['time'],
  'ical.js': ['policy'],
  'date-holidays': ['policy'],
};

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

/** Each package of `DOORS` is imported by one file of each room that is named there. */
export const oneDoor: Rule = (sources) =>
  Object.entries(DOORS).flatMap(([name, rooms]) => {
    const doors = new Map<string, string>();
    const importers = sources.filter(isProduct).sort((a, b) => a.path.localeCompare(b.path));
    return importers.flatMap((source): Finding[] => {
      const found = importsOf(source).find(({ specifier }) => packageOf(specifier) === name);
      if (found === undefined) return [];
      const room = roomOf(source.path) ?? '';
      const door = doors.get(room);
      doors.set(room, door ?? source.path);
      if (door === undefined && rooms.includes(room)) return [];
      const way = door === undefined ? `no business of ${room}` : `go through ${door}`;
      return [findingAt(source, found.node, 'one door', `${name} has its door: ${way}`)];
    });
  });

function isProduct(source: Source): boolean {
  return source.path.startsWith('src/') && source.nodes.length > 0;
}
