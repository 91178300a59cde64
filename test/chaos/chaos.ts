// One run of chaos: a storm, a calm, another storm; then the dust settles and the run is judged.

import { audit, keepSeals } from './audit.ts';
import { watchCalm } from './calm.ts';
import type { Evidence, ExpectedWindow, Harmed } from './evidence.ts';
import { judge, type Verdict } from './judge.ts';
import { until } from './pausing.ts';
import { openFolder, type PolicyFolder } from './policy-folder.ts';
import { ceilSecond, type PlannedPolicy, planPolicies } from './policy-plan.ts';
import { countOpen, readRecord } from './record.ts';
import { FAULT_RATE, type Lane, type Pace } from './script.ts';
import { playStorm } from './storm.ts';
import { buildTown, type Town, type TownOptions } from './town.ts';

/** What a run is made from. */
export interface ChaosOptions extends TownOptions {
  /** How long the two storms last together. */
  readonly stormMs: number;
  /** Told of what happens, line by line. */
  readonly say: (line: string) => void;
}

/** What healing may take at most before we give up: the longest wait of a retry, and some more. */
const LIMITS = { startMs: 90_000, calmMs: 4 * 60_000, dustMs: 8 * 60_000 };

/** How much of the storms comes before the calm. */
const FIRST_SHARE = 0.55;

/** Of a shorter run waiting would be most: a refused key, say, is tried again after a minute. */
const LONG_RUN_MS = 150_000;

/** Runs and judges. */
export async function runChaos(options: ChaosOptions): Promise<Verdict> {
  const startedAt = Date.now();
  const say = (line: string) => options.say(`${clock(Date.now() - startedAt)}  ${line}`);
  const town = await buildTown(options);
  try {
    return judge(await live(options, town, say));
  } finally {
    await town.leave();
  }
}

async function live(
  options: ChaosOptions,
  town: Town,
  say: (line: string) => void,
): Promise<Evidence> {
  const { stormMs, seed, engine } = options;
  const folder = await openFolder(town.policies);
  await town.openFor(engine === 'servers' ? 2 : 1);
  await mustBeReady(town);
  const start = ceilSecond(Date.now());
  const calmAt = start + ceilSecond(stormMs * FIRST_SHARE);
  const calm = { start: calmAt, end: calmAt + 24 * 3_600_000 };
  const planned = planPolicies({ seed, start, until: start + 2 * stormMs, calm });
  await folder.fill(planned);
  const [first, ...others] = town.daemons.map(({ name }) => name);
  const who = others.length === 0 ? `${first} is` : `${[first, ...others].join(' and ')} are`;
  say(`${who} at work; the API will fail in ${100 * FAULT_RATE} % of all requests`);

  const harm: Harmed[] = [];
  const pace = paceOf(stormMs);
  const storm = (number: number, lanes: readonly Lane[], forMs: number) =>
    playStorm({
      ...{ town, folder, seed, number, lanes, pace, forMs, say },
      onHarmed: (harmed) => harm.push(harmed),
    });
  await storm(1, lanesOf(options), Math.max(0, calmAt - Date.now()));
  const stayMs = Math.min(20_000, Math.max(3_000, stormMs / 20));
  const seen = await watchCalm({ town, folder, stayMs, limitMs: LIMITS.calmMs, say });
  const windows = expectedWindows(planned, folder, seen.end);
  const seals = await keepSeals(town);
  await storm(2, lanesOf(options), stormMs * (1 - FIRST_SHARE));

  const isSettled = await settle(town, folder, say);
  for (const daemon of town.daemons) await daemon.retire();
  const [after, { changes, lost }] = [await town.sandbox.syncs(), await town.sandbox.changes()];
  const log = await town.sandbox.requests();
  return {
    ...{ before: town.before, after, changes, isSettled, calm: seen, harm, windows },
    ...(await readRecord(town)),
    audit: await audit(town, seals),
    requests: log.requests,
    deaths: town.daemons.flatMap(({ deaths }) => deaths),
    log: town.daemons.flatMap((daemon) => daemon.log),
    lost: lost + log.lost,
  };
}

async function mustBeReady({ daemons }: Town): Promise<void> {
  const areReady = async () => {
    for (const daemon of daemons) if (!(await daemon.isReady())) return undefined;
    return true;
  };
  if ((await until(areReady, LIMITS.startMs)) !== undefined) return;
  throw new Error('the daemons did not come to work before anything happened to them');
}

/** Freezes of up to 20 s, in runs that have the time. */
function paceOf(stormMs: number): Pace {
  return {
    longestMs: Math.min(20_000, stormMs / 8),
    stretch: Math.min(1, Math.max(0.5, stormMs / LONG_RUN_MS)),
    isLong: isLong(stormMs),
  };
}

function isLong(stormMs: number): boolean {
  return stormMs >= LONG_RUN_MS;
}

function lanesOf({ engine, stormMs }: ChaosOptions): Lane[] {
  const always: Lane[] = ['daemon 1', 'sandbox', 'weather', 'folder', 'people'];
  const servers: Lane[] = engine === 'servers' ? ['daemon 2', 'redis', 'postgres'] : [];
  return [...always, ...servers, ...(isLong(stormMs) ? (['key'] as const) : [])];
}

/** The windows that were over when the daemons loaded their policies anew, of unedited ones. */
function expectedWindows(
  planned: readonly PlannedPolicy[],
  { edited }: PolicyFolder,
  before: number,
): ExpectedWindow[] {
  return planned
    .filter(({ name, effect }) => effect !== 'pause.outside' && !edited.has(name))
    .flatMap(({ name, windows, terms }) =>
      terms.lead === undefined ? windows.map((window) => ({ policy: name, ...window })) : [],
    )
    .filter(({ end }) => end < before);
}

/** Lets all windows end, and waits until the record is at rest. */
async function settle(
  town: Town,
  folder: PolicyFolder,
  say: (line: string) => void,
): Promise<boolean> {
  await folder.endAll();
  say('the last windows end');
  const from = Date.now();
  const atRest = await until(async () => {
    const { holds, alerts } = await countOpen(town);
    return holds + alerts === 0 ? true : undefined;
  }, LIMITS.dustMs);
  const took = ((Date.now() - from) / 1_000).toFixed(1);
  say(atRest ? `the dust has settled, after ${took} s` : `no rest after ${took} s`);
  return atRest ?? false;
}

function clock(ms: number): string {
  const seconds = Math.floor(ms / 1_000);
  return `${Math.floor(seconds / 60)}:${`${seconds % 60}`.padStart(2, '0')}`.padStart(6);
}
