// The first half of loading: from texts to trees, and to the names of the iCalendar texts that they
// refer to. What those say has to be fetched, which is not for pure code; so the second half, in
// load-policies.ts, gets the trees and the texts together, and no file is parsed twice.

import { closest } from '../time/closest.ts';
import { type Cursor, descend, fieldsOf, reportAt } from './cursor.ts';
import { readIcsPlace, sourceName } from './ics-place.ts';
import type { FileZone } from './load-window.ts';
import { openSource } from './open-source.ts';
import type { PolicySource } from './policy.ts';
import { compareText, createProblemLog, type ProblemLog } from './problem-log.ts';
import { readShape } from './read-shape.ts';
import { fileSchema } from './schema.ts';
import { zoneSchema } from './schema-leaf.ts';

/** A policy file as a tree; nothing below its frame was looked at. */
export interface ParsedFile {
  readonly root: Cursor;
  /** What its windows fall back to. */
  readonly zone: FileZone;
}

/** An iCalendar text that a calendar of the set is made from. */
export interface IcsReference {
  /** The name that the text has among the sources of the set. */
  readonly name: string;
  readonly kind: 'path' | 'url';
  /** The calendar that it is for; the first one if there are several. */
  readonly calendar: string;
}

/** Files that were parsed, with all that is wrong so far. */
export interface ParsedPolicies {
  /** Ordered by path. */
  readonly sources: readonly PolicySource[];
  readonly files: readonly ParsedFile[];
  /** Each text once. */
  readonly references: readonly IcsReference[];
  readonly log: ProblemLog;
}

/** Parses policy files; the order of the sources does not matter. */
export function parsePolicies(sources: readonly PolicySource[]): ParsedPolicies {
  const log = createProblemLog();
  const ordered = [...sources].sort((a, b) => compareText(a.file, b.file));
  const files = ordered.flatMap((source) => parseFile(source, log) ?? []);
  const references = new Map<string, IcsReference>();
  for (const { root } of files) {
    for (const reference of referencesOf(root)) {
      if (!references.has(reference.name)) references.set(reference.name, reference);
    }
  }
  return { sources: ordered, files, references: [...references.values()], log };
}

function parseFile(source: PolicySource, log: ProblemLog): ParsedFile | undefined {
  const root = openSource(source, log);
  return root && { root, zone: loadFrame(root) };
}

/** The fields of a file, and the names in its mappings. */
const frameLevels = 2;

/** Reads the frame of a file and gives the zone that its windows fall back to. */
function loadFrame(root: Cursor): FileZone {
  const frame = readShape(fileSchema, root, frameLevels);
  if (root.tree.kind === 'map' && !['policies', 'calendars'].some((key) => descend(root, key))) {
    const message = 'there are neither `policies` nor `calendars`';
    reportAt(root, { code: 'field-missing', message });
  }
  if (frame !== undefined) return frame.timezone ?? 'missing';
  const timezone = descend(root, 'timezone');
  if (timezone === undefined) return misspells(root, 'timezone') ? 'faulty' : 'missing';
  // The frame has a fault, which may be elsewhere: the zone can still be good.
  const silent: Cursor = { ...timezone, report: () => {} };
  return readShape(zoneSchema, silent) ?? 'faulty';
}

function misspells(cursor: Cursor, field: string): boolean {
  return fieldsOf(cursor).some(([key]) => closest(key, [field]) !== undefined);
}

function referencesOf(root: Cursor): IcsReference[] {
  const calendars = descend(root, 'calendars');
  if (calendars === undefined) return [];
  return fieldsOf(calendars).flatMap(([calendar, cursor]) => {
    const place = icsPlaceOf(cursor);
    return place === undefined ? [] : [{ ...place, calendar }];
  });
}

/** Where a calendar's text is; undefined when it has none, or one whose fault is told later. */
function icsPlaceOf(cursor: Cursor): Pick<IcsReference, 'name' | 'kind'> | undefined {
  const tree = descend(cursor, 'ics')?.tree;
  if (tree?.kind !== 'scalar' || typeof tree.value !== 'string') return undefined;
  const place = readIcsPlace(tree.value);
  if ('fault' in place) return undefined;
  const { file } = cursor.placeOf(cursor.keyOffset);
  return { name: sourceName(place.value, file), kind: place.value.kind };
}
