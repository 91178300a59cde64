// The script of harm: what is done to whom, in which order, drawn from a seed. Each lane is a
// sequence of its own and lanes run side by side, so the same seed gives each victim the same
// history, while how these meet is up to the machine.

import { type Chance, chanceOf } from '../../src/sandbox/chance.ts';

/** Who or what is harmed; the acts of a lane follow each other. */
export type Lane =
  | 'daemon 1'
  | 'daemon 2'
  | 'redis'
  | 'postgres'
  | 'sandbox'
  | 'weather'
  | 'key'
  | 'folder'
  | 'people';

/** One act of a lane. Milliseconds everywhere. */
export type Harm =
  /** SIGKILL, and started again after a while. */
  | { readonly kind: 'kill'; readonly downMs: number }
  /** Ended in an orderly way, and started again. */
  | { readonly kind: 'stop'; readonly downMs: number }
  /** Ended at once, as a crash of the whole server is; for Postgres its `immediate` mode. */
  | { readonly kind: 'crash'; readonly downMs: number }
  /** SIGSTOP, and SIGCONT after a while. */
  | { readonly kind: 'freeze'; readonly forMs: number }
  | { readonly kind: 'flush' }
  | { readonly kind: 'hang-up' }
  | { readonly kind: 'faults'; readonly faults: readonly Fault[]; readonly forMs: number }
  | { readonly kind: 'revoke'; readonly forMs: number }
  | { readonly kind: 'click'; readonly action: Click; readonly which: number }
  | {
      readonly kind: 'edit';
      readonly edit: Edit;
      readonly which: number;
      readonly bySeconds: number;
      readonly forMs: number;
    };

/** What a person does in the vendor's own user interface. */
export type Click =
  | 'activate'
  | 'deactivate'
  | 'toggle'
  | 'toggle twice'
  | 'rename'
  | 'start'
  | 'cancel'
  | 'delete'
  | 'create';

/** What happens to the file of a policy; all but the first four are taken back after a while. */
export type Edit =
  | 'later end'
  | 'sooner end'
  | 'other terms'
  | 'other priority'
  | 'deleted'
  | 'renamed'
  | 'disabled'
  | 'broken';

/** A fault as the sandbox takes it. */
export type Fault = { readonly kind: string; readonly rate: number } & Record<string, unknown>;

/** An act, and how long nothing is done in its lane before it. */
export interface Act {
  readonly gapMs: number;
  readonly harm: Harm;
}

/** How dense the harm is. */
export interface Pace {
  /** The longest freeze; downtimes are shorter. */
  readonly longestMs: number;
  /** Gaps are multiplied by this. */
  readonly stretch: number;
  /** Whether there may be harm that takes a minute to heal by design. */
  readonly isLong: boolean;
}

/** Of all requests to the API so many are hit by some fault. */
export const FAULT_RATE = 0.3;

interface LaneRule {
  readonly gapMs: readonly [number, number];
  draw(chance: Chance, pace: Pace): Harm;
}

const RULES: Readonly<Record<Lane, LaneRule>> = {
  'daemon 1': { gapMs: [5_000, 16_000], draw: drawForDaemon },
  'daemon 2': { gapMs: [5_000, 16_000], draw: drawForDaemon },
  redis: { gapMs: [9_000, 24_000], draw: drawForRedis },
  postgres: { gapMs: [10_000, 26_000], draw: drawForPostgres },
  sandbox: {
    gapMs: [14_000, 35_000],
    draw: (chance, { longestMs }) => ({ kind: 'freeze', forMs: chance.whole(1_000, longestMs) }),
  },
  weather: { gapMs: [0, 2_000], draw: drawWeather },
  key: {
    gapMs: [50_000, 110_000],
    draw: (chance) => ({ kind: 'revoke', forMs: chance.whole(1_000, 6_000) }),
  },
  folder: { gapMs: [1_500, 6_000], draw: drawEdit },
  people: { gapMs: [150, 1_500], draw: drawClick },
};

/** The endless script of one lane in one storm; equal arguments give equal scripts. */
export function* scriptOf(seed: number, storm: number, lane: Lane, pace: Pace): Generator<Act> {
  const chance = chanceOf(`chaos:${seed}:${storm}:${lane}`);
  const { gapMs, draw } = RULES[lane];
  while (true) {
    const gap = chance.whole(...gapMs);
    yield { gapMs: Math.round(gap * pace.stretch), harm: draw(chance, pace) };
  }
}

function drawForDaemon(chance: Chance, { longestMs }: Pace): Harm {
  const draw = chance.next();
  const downMs = chance.whole(0, longestMs / 2);
  const forMs = chance.whole(1_000, longestMs);
  if (draw < 0.45) return { kind: 'kill', downMs };
  if (draw < 0.8) return { kind: 'freeze', forMs };
  return draw < 0.9 ? { kind: 'stop', downMs } : { kind: 'hang-up' };
}

function drawForRedis(chance: Chance, { longestMs }: Pace): Harm {
  const draw = chance.next();
  const downMs = chance.whole(0, longestMs / 2);
  const forMs = chance.whole(1_000, longestMs);
  if (draw < 0.3) return { kind: 'kill', downMs };
  return draw < 0.6 ? { kind: 'freeze', forMs } : { kind: 'flush' };
}

function drawForPostgres(chance: Chance, { longestMs }: Pace): Harm {
  const draw = chance.next();
  const downMs = chance.whole(0, longestMs / 2);
  const forMs = chance.whole(1_000, longestMs);
  if (draw < 0.35) return { kind: 'kill', downMs };
  return draw < 0.65 ? { kind: 'crash', downMs } : { kind: 'freeze', forMs };
}

const EDITS: readonly [Edit, ...Edit[]] = [
  'later end',
  'later end',
  'sooner end',
  'sooner end',
  'other terms',
  'other priority',
  'deleted',
  'renamed',
  'disabled',
  'broken',
];

function drawEdit(chance: Chance, { longestMs }: Pace): Harm {
  return {
    kind: 'edit',
    edit: chance.pick(EDITS),
    which: chance.whole(0, 999),
    bySeconds: chance.whole(2, 6),
    forMs: chance.whole(500, longestMs / 2),
  };
}

const CLICKS: readonly [Click, ...Click[]] = [
  'activate',
  'activate',
  'deactivate',
  'deactivate',
  'toggle',
  'toggle',
  'toggle',
  'toggle twice',
  'rename',
  'rename',
  'start',
  'start',
  'cancel',
  'delete',
  'create',
];

function drawClick(chance: Chance): Harm {
  return { kind: 'click', action: chance.pick(CLICKS), which: chance.whole(0, 999_999) };
}

const POST = { method: 'POST', route: '/api/**' };

/** Each kind of trouble with its weight. */
const TROUBLES: readonly (readonly [number, (chance: Chance) => Omit<Fault, 'rate'>])[] = [
  [5, () => ({ kind: 'status', status: 500 })],
  [4, () => ({ kind: 'record-500' })],
  [1, (chance) => ({ kind: 'status', status: 429, retryAfter: chance.whole(1, 2) })],
  [3, () => ({ kind: 'html', status: 503 })],
  [5, (chance) => ({ kind: 'latency', ms: chance.whole(100, 3_000) })],
  [3, () => ({ kind: 'reset' })],
  [4, () => ({ kind: 'reset-after' })],
  [1, () => ({ kind: 'stall' })],
  [3, () => ({ kind: 'truncate' })],
];

/** A call that is accepted and has no effect is called anew after a minute. */
const IGNORE: (typeof TROUBLES)[number] = [1, () => ({ kind: 'ignore', ...POST })];

/** Now and then nothing works at all. */
const OUTAGE_RATE = 0.1;

function drawWeather(chance: Chance, { longestMs, isLong }: Pace): Harm {
  if (chance.next() < OUTAGE_RATE) {
    const faults = [{ kind: 'html', status: 503, rate: 1 }];
    return { kind: 'faults', faults, forMs: chance.whole(1_000, longestMs / 2) };
  }
  const troubles = isLong ? [...TROUBLES, IGNORE] : TROUBLES;
  const shares = troubles.map(([weight, make]) => ({
    share: weight * chance.next(),
    fault: make(chance),
  }));
  const sum = shares.reduce((total, { share }) => total + share, 0);
  const faults = shares.map(({ share, fault }) => ({
    ...(fault as Fault),
    rate: (FAULT_RATE * share) / sum,
  }));
  return { kind: 'faults', faults, forMs: chance.whole(4_000, 12_000) };
}

/** An act in a few words, for the timeline. */
export function wordsFor(harm: Harm): string {
  switch (harm.kind) {
    case 'kill':
      return `SIGKILL, back after ${seconds(harm.downMs)}`;
    case 'stop':
      return `SIGTERM, back after ${seconds(harm.downMs)}`;
    case 'crash':
      return `stopped at once, back after ${seconds(harm.downMs)}`;
    case 'freeze':
      return `SIGSTOP for ${seconds(harm.forMs)}`;
    case 'flush':
      return 'FLUSHALL';
    case 'hang-up':
      return 'SIGHUP';
    case 'faults':
      return `${harm.faults.length === 1 ? 'an outage' : 'faults'} for ${seconds(harm.forMs)}`;
    case 'revoke':
      return `revoked for ${seconds(harm.forMs)}`;
    case 'click':
      return harm.action;
    case 'edit':
      return harm.edit;
  }
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}
