// The calm in the middle of a run: nothing is harmed, one window is over everything, and sooner or
// later every sync has to be as the policies want it, and to stay so.

import type { Calm, SyncState } from './evidence.ts';
import { flagHistories } from './flags.ts';
import { sleep } from './pausing.ts';
import type { PolicyFolder } from './policy-folder.ts';
import { isProtectedInCalm, isSelectedInCalm } from './policy-plan.ts';
import type { Town } from './town.ts';

/** How long everything must stay as it is, and how long it may take to come to that. */
export interface CalmOptions {
  readonly town: Town;
  readonly folder: PolicyFolder;
  readonly stayMs: number;
  readonly limitMs: number;
  readonly say: (line: string) => void;
}

/** A busy second has a few looks. */
const LOOK_EVERY_MS = 300;

/** Waits for the calm to be reached, watches it, and lets its window end. */
export async function watchCalm(options: CalmOptions): Promise<Calm> {
  const { town, folder, stayMs, limitMs, say } = options;
  const from = Date.now();
  const strays: { at: number; sync: string }[] = [];
  let wrong = await wrongSyncs(town);
  while (wrong.length > 0 && Date.now() < from + limitMs) {
    await sleep(LOOK_EVERY_MS);
    wrong = await wrongSyncs(town);
  }
  const at = Date.now();
  const reachedAt = wrong.length === 0 ? at : undefined;
  const took = ((at - from) / 1_000).toFixed(1);
  say(
    reachedAt === undefined
      ? `calm      ${wrong.length} syncs are still not as the policies want them after ${took} s`
      : `calm      everything is as the policies want it, after ${took} s`,
  );
  strays.push(...wrong.map((sync) => ({ at, sync })));
  while (reachedAt !== undefined && Date.now() < reachedAt + stayMs) {
    await sleep(LOOK_EVERY_MS);
    strays.push(...(await wrongSyncs(town)).map((sync) => ({ at: Date.now(), sync })));
  }
  return { from, reachedAt, end: await folder.endCalm(), strays };
}

/** The syncs that nobody touched, and that are not as the two policies of the calm want them. */
async function wrongSyncs({ sandbox, before }: Town): Promise<string[]> {
  const [now, { changes }] = [await sandbox.syncs(), await sandbox.changes()];
  const histories = flagHistories(before, changes);
  return now
    .filter((sync) => {
      const history = histories.get(sync.key);
      if (history?.before === undefined || history.isTouched) return false;
      return isSelectedInCalm(sync) && sync.active !== wantedInCalm(sync, history.before);
    })
    .map(({ key }) => key);
}

function wantedInCalm(sync: SyncState, baseline: boolean): boolean {
  return isProtectedInCalm(sync) ? baseline : false;
}
