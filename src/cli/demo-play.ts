import { setTimeout as wait } from 'node:timers/promises';
import { policyOf } from '../plan/adjust.ts';
import { decide } from '../plan/decide.ts';
import type { Entry } from '../plan/entry.ts';
import type { PolicySet } from '../policy/policy.ts';
import type { Sync, SyncKey } from '../policy/sync.ts';
import type { Instant, Interval } from '../time/interval.ts';
import { judge, keyOf, type Verdict } from './demo-judge.ts';
import * as script from './demo-script.ts';
import { type Stage, type StagedSync, setStage } from './demo-stage.ts';
import { createVoice, type Voice } from './demo-voice.ts';
import { Failure } from './failure.ts';
import { lengthOf } from './moment.ts';
import { noFeeds, requireSet } from './policy-files.ts';
import { aborted, type Surroundings } from './surroundings.ts';

/** Plays the whole story; ends when told to, or after `forMs`. Gives the exit code. */
export async function playDemo(
  surroundings: Surroundings,
  isVerbose: boolean,
  forMs: number | undefined,
): Promise<number> {
  const stage = await setStage(surroundings, isVerbose);
  try {
    return await play(surroundings, stage, createVoice(surroundings), forMs);
  } finally {
    await stage.close();
  }
}

async function play(
  surroundings: Surroundings,
  stage: Stage,
  voice: Voice,
  forMs: number | undefined,
): Promise<number> {
  const { clock, stop } = surroundings;
  const startedAt = clock.now();
  const entries: Entry[] = [];
  const before = await stage.syncs();
  voice.opening(stage, before);
  voice.progress('Curfew starts on a new embedded database …');
  stage.daemon.listen((entry) => {
    entries.push(entry);
    voice.entry(entry);
  });
  await Promise.race([stage.daemon.start(), aborted(stop)]);
  if (stop.aborted) return ended(voice);

  const window = script.windowFrom(clock.now());
  const refused = await stage.addPolicies(script.DEMO_FILE, script.demoPolicies(window));
  if (refused !== undefined)
    throw new Failure(1, `the policies of the demo were refused: ${refused}`);
  const { policies } = await requireSet([stage.policies], clock.now(), noFeeds);
  voice.announce(window, stage.apiUrl);

  const until = createWaiting(surroundings, voice);
  await until(window.start - LOOK_EVERY_MS, 'The windows open');
  const opening = await stage.syncs();
  const running = new Set(opening.filter((sync) => sync.running !== null).map(keyOf));
  voice.runningNow(running);
  await until(window.start + script.PERSON_AFTER_MS, 'The windows are open; something happens');
  if (!stop.aborted) {
    await stage.person(script.PERSON, 'activate', script.PERSONS_SYNC);
    voice.person(script.PERSONS_SYNC);
  }
  await until(window.end, 'The windows close');
  const verdict = await settle(surroundings, stage, {
    before,
    running,
    entries,
    policies,
    window,
  });
  if (verdict === undefined) return ended(voice);
  voice.verdict(verdict, forMs !== undefined);
  if (forMs === undefined) await aborted(stop);
  else await until(startedAt + forMs, 'The demonstration ends');
  return verdict.problems.length === 0 ? 0 : 1;
}

/** Ctrl-C before the end of the story is no failure. */
function ended(voice: Voice): number {
  voice.say('Ended before the story was over; nothing is kept.');
  return 0;
}

/** Waits for an instant, with a countdown on a terminal; returns early when told to stop. */
function createWaiting({ clock, stop }: Surroundings, voice: Voice) {
  return async (at: Instant, what: string): Promise<void> => {
    while (!stop.aborted && clock.now() < at) {
      const leftMs = at - clock.now();
      voice.progress(`${what} in ${lengthOf(Math.ceil(leftMs / 1_000) * 1_000)} …`);
      await wait(Math.min(leftMs, 1_000), undefined, { signal: stop }).catch(() => undefined);
    }
  };
}

interface Played {
  readonly before: readonly StagedSync[];
  readonly running: ReadonlySet<SyncKey>;
  readonly entries: readonly Entry[];
  readonly policies: PolicySet['policies'];
  readonly window: Interval;
}

const LOOK_EVERY_MS = 500;

/** Looks until all is as it should be, or for as long as that may take; undefined when stopped. */
async function settle(
  { clock, stop }: Surroundings,
  stage: Stage,
  played: Played,
): Promise<Verdict | undefined> {
  for (;;) {
    if (stop.aborted) return undefined;
    const touched = await touchedSyncs(stage, played);
    const verdict = await judgeNow(stage, played, touched, clock.now());
    const isLate = clock.now() > played.window.end + script.SETTLE_MS;
    if (isLate || (verdict.problems.length === 0 && isReleased(played, touched))) return verdict;
    await wait(LOOK_EVERY_MS, undefined, { signal: stop }).catch(() => undefined);
  }
}

/**
 * The syncs that whoever watches had a word on, from another terminal: all that their overrides are
 * about, also those that were revoked, and those that they called the API for.
 */
async function touchedSyncs(
  stage: Stage,
  { entries, policies }: Played,
): Promise<ReadonlySet<SyncKey>> {
  const { overrides, syncs } = await stage.daemon.operations.planBasis();
  const byHand = entries.filter(({ actor, key }) => actor !== 'curfew' && key !== undefined);
  const touched = new Set(byHand.flatMap(({ sync }) => sync ?? []));
  for (const override of overrides) {
    if ('covered' in override) for (const key of override.covered) touched.add(key);
    else {
      const policy = policyOf(override, policies);
      for (const sync of syncs) if (policy?.selects(sync)) touched.add(sync.key);
    }
  }
  return touched;
}

/** Whether every hold that one of the demonstration's policies caused has ended, or went on. */
function isReleased({ entries, before, window }: Played, touched: ReadonlySet<SyncKey>): boolean {
  const open = new Set<SyncKey>();
  for (const { type, sync, at } of entries) {
    if (sync === undefined || at < window.start) continue;
    if (type === 'hold.opened') open.add(sync);
    if (type === 'hold.released' || type === 'hold.handed-over') open.delete(sync);
  }
  return !before.map(keyOf).some((key) => open.has(key) && !touched.has(key));
}

async function judgeNow(
  stage: Stage,
  played: Played,
  touched: ReadonlySet<SyncKey>,
  now: Instant,
): Promise<Verdict> {
  const { before, running, entries, policies } = played;
  const [after, requests, syncs] = await Promise.all([
    stage.syncs(),
    stage.requests(),
    stage.daemon.operations.syncs(),
  ]);
  const own = policies.filter(({ name }) => name === script.UPGRADE || name === script.QUIET);
  const isSelected = (sync: Sync) => own.some((policy) => policy.selects(sync));
  const pausedByOthers = new Map<SyncKey, string>();
  for (const sync of syncs) {
    const { wanted, cause } = decide(policies, [], sync, now);
    if (wanted === 'paused') pausedByOthers.set(sync.key, cause ?? '');
  }
  const persons = before.find(({ name }) => name === script.PERSONS_SYNC);
  return judge({
    before,
    running,
    after,
    entries,
    requests,
    selected: new Set(syncs.filter(isSelected).map(({ key }) => key)),
    pausedByOthers,
    touched,
    persons: keyOf(persons!),
  });
}
