import type { SyncRow } from '../daemon/operations.ts';
import { entryIn } from '../plan/evidence.ts';
import { createLeftPaused, type LeftPaused } from '../plan/left-paused.ts';
import type { Wire } from '../web/wire.ts';
import { withCurfew } from './asking.ts';
import type { Check } from './doctor-checks.ts';
import { readText } from './evidence-source.ts';
import { Failure } from './failure.ts';
import { linesOf } from './lines.ts';
import type { Surroundings } from './surroundings.ts';

/**
 * Compares an exported journal with how things are: a sync that Curfew paused by that journal, that
 * is still paused, and that no hold knows of, is one that nothing will ever restore (S58).
 */
export async function* examineJournal(
  surroundings: Surroundings,
  file: string,
): AsyncGenerator<Check> {
  const name = 'journal';
  const left = await leftPausedIn(file);
  const rows = await withCurfew(surroundings, (curfew) => curfew.get<Wire<SyncRow>[]>('/v1/syncs'));
  const byKey = new Map(rows.map((row) => [row.key as string, row]));
  const orphans = left.filter(({ sync }) => {
    const row = byKey.get(sync);
    return row !== undefined && !row.active && row.heldBy === undefined;
  });
  if (orphans.length === 0) {
    const message = `${file}: of what it says was paused, nothing is left without a hold`;
    yield { name, state: 'ok', message };
  }
  for (const { sync, syncName, policy, at } of orphans) {
    const message =
      `${byKey.get(sync)?.name ?? syncName ?? sync} is paused, by ${policy ?? 'Curfew'} at ` +
      `${at}, and no hold knows of it: nothing will restore it`;
    const advice = `if it should run: curfew sync activate ${sync} --reason "lost hold"`;
    yield { name, state: 'fail', message, advice };
  }
}

async function leftPausedIn(file: string): Promise<readonly LeftPaused[]> {
  const left = createLeftPaused();
  let entries = 0;
  for await (const line of linesOf(readText(file))) {
    const entry = entryIn(line);
    if (entry === undefined) continue;
    entries += 1;
    left.take(entry);
  }
  if (entries > 0) return left.all();
  throw new Failure(2, `${file} holds no entry of a journal; curfew audit export writes one`);
}
