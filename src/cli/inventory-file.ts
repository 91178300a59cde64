import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { z } from 'zod';
import type { OpenHold } from '../plan/plan-changes.ts';
import type { Sync } from '../policy/sync.ts';
import { printedSyncSchema, syncsOf } from '../policy/written-sync.ts';
import { parseInstant } from '../time/instant.ts';
import { Failure } from './failure.ts';

/** What a list of syncs says: the syncs, and what was held when it was printed. */
export interface InventoryFile {
  readonly syncs: readonly Sync[];
  readonly holds: readonly OpenHold[];
}

type PrintedSync = z.output<typeof printedSyncSchema>;

const rows = z.array(printedSyncSchema);

/** Reads a list of syncs: JSON or YAML, bare or below `syncs:`. */
export async function readInventoryFile(path: string): Promise<InventoryFile> {
  let written: unknown;
  try {
    written = parseText(await readFile(path, 'utf8'));
  } catch (error) {
    const why = error instanceof Error ? error.message.split('\n')[0] : String(error);
    throw new Failure(1, `${path} cannot be read: ${why}`, { cause: error });
  }
  const result = rows.safeParse(listOf(written));
  if (!result.success) throw notAList(path, result.error);
  const syncs = syncsOf(result.data);
  return { syncs, holds: result.data.flatMap((row, index) => holdOf(row, syncs[index]!)) };
}

/** The list, bare or below `syncs:`. */
function listOf(written: unknown): unknown {
  const isMapping = typeof written === 'object' && written !== null && 'syncs' in written;
  return isMapping ? written.syncs : written;
}

function notAList(path: string, { issues: [issue] }: z.ZodError): Failure {
  const [index, field] = issue?.path ?? [];
  if (typeof index !== 'number') {
    const hint = 'a list of syncs with id and name, or what `curfew syncs --format json` prints';
    return new Failure(1, `${path} is not ${hint}`);
  }
  const where = `${path}: sync ${index + 1}`;
  if (field === undefined) return new Failure(1, `${where} is not a mapping with id and name`);
  return new Failure(1, `${where}: \`${String(field)}\` is not as it should be`);
}

/** JSON is YAML, too, but thousands of syncs are read many times faster as what they are. */
function parseText(text: string): unknown {
  if (/^\s*[[{]/.test(text)) {
    try {
      return JSON.parse(text);
    } catch {
      // It may be YAML that begins with a bracket.
    }
  }
  return parse(text);
}

function holdOf({ heldBy, holdState, baseline, until }: PrintedSync, { key }: Sync): OpenHold[] {
  if (heldBy === undefined || baseline === undefined) return [];
  const end = until ? parseInstant(until) : { value: Infinity };
  return [
    {
      sync: key,
      state: holdState === 'yielded' ? 'yielded' : 'held',
      baseline,
      cause: heldBy,
      occurrence: { start: -Infinity, end: 'value' in end ? end.value : Infinity },
    },
  ];
}
