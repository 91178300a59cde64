// The policies of a run: a dozen of them, whose windows open and close every few seconds, overlap,
// and differ in rank and terms; drawn from the seed, written as YAML. Instants are whole seconds.

import { type Chance, chanceOf } from '../../src/sandbox/chance.ts';

/** From, and up to but not including; epoch milliseconds. */
export interface Window {
  readonly start: number;
  readonly end: number;
}

/** A policy and the file that it is written to. */
export interface PlannedPolicy {
  readonly file: string;
  readonly name: string;
  /** A matcher, as YAML in one line. */
  readonly select: string;
  readonly effect: 'pause.during' | 'pause.outside' | 'protect.during';
  readonly windows: readonly Window[];
  /** Further windows, as YAML in one line each. */
  readonly moreWindows: readonly string[];
  readonly priority: number;
  readonly terms: Terms;
  readonly isEnabled: boolean;
}

/** Further fields as YAML. */
export type Terms = Readonly<Record<string, string>>;

/** A policy that is read by the judge, too. */
export const CALM = 'calm';
export const CALM_PROTECTED = 'calm-protected';

/** Which syncs the two policies of the calm mean; the judge asks the same of the sandbox. */
export function isSelectedInCalm(sync: { kind: string; frequency: string }): boolean {
  return sync.kind === 'bulk' || sync.frequency === 'hourly';
}

export function isProtectedInCalm(sync: { kind: string; frequency: string }): boolean {
  return sync.kind === 'bulk' && sync.frequency === 'daily';
}

const CALM_SELECT = '[{ kind: bulk }, { frequency: hourly }]';
const CALM_PROTECTED_SELECT = '{ kind: bulk, frequency: daily }';

const TERMS: readonly [Terms, ...Terms[]] = [
  {},
  { in_flight: 'cancel' },
  { in_flight: '{ drain: 3s, then: cancel }' },
  { in_flight: '{ drain: 4s, then: leave }' },
  { in_flight: 'cancel', enforce: 'always' },
  { in_flight: 'cancel', resume: '{ spread: 4s }' },
  { on_delete: 'finish', in_flight: 'cancel' },
  { resume: '{ spread: 2s }', enforce: 'always', on_delete: 'finish' },
];

/** Other terms than the ones given. */
export function otherTerms(terms: Terms, draw: number): Terms {
  const others = TERMS.filter((each) => JSON.stringify(each) !== JSON.stringify(terms));
  return others[draw % others.length]!;
}

const TEAMS = ['Finance', 'Sales', 'Marketing', 'Support', 'Product', 'Ops', 'Sandbox'];

/** A policy for nobody: what is in force while the daemons start. */
export const IDLE: PlannedPolicy = policy('idle', { select: '{ name: "nobody at all" }' });

/** What the windows of a run are made from. */
export interface PlanOptions {
  readonly seed: number;
  /** The first windows open a few seconds later. */
  readonly start: number;
  /** None opens after this. */
  readonly until: number;
  /** The calm: a window over everything else, whose end comes when it has served. */
  readonly calm: Window;
}

/** The policies as they are before anybody edits them. */
export function planPolicies(options: PlanOptions): PlannedPolicy[] {
  const chanceFor = (name: string) => chanceOf(`chaos:${options.seed}:policy:${name}`);
  const drawn = (name: string, more: Partial<PlannedPolicy>): PlannedPolicy => {
    const chance = chanceFor(name);
    return policy(name, {
      windows: drawWindows(chance, options),
      priority: chance.whole(0, 3),
      terms: chance.pick(TERMS),
      ...more,
    });
  };
  return [
    ...TEAMS.map((team) => drawn(team.toLowerCase(), { select: `{ name: "${team}/*" }` })),
    drawn('snowflake', { select: '{ connection: "Snowflake*" }' }),
    drawn('catching-up', {
      select: '{ destination: "type:{salesforce,hubspot}", frequency: hourly }',
      terms: { in_flight: 'cancel', resume: '{ catch_up: always }' },
    }),
    drawn('leading', {
      select: '{ kind: bulk, source: "HubSpot" }',
      terms: { lead: '1s', resume: '{ catch_up: if_missed }' },
    }),
    drawn('outside', {
      select: '{ name: "Product/*", frequency: hourly }',
      effect: 'pause.outside',
      terms: { in_flight: 'cancel' },
    }),
    drawn('each-minute', {
      select: '{ name: "Support/*" }',
      windows: [],
      moreWindows: ['- { cron: "* * * * *", for: 12s }'],
    }),
    drawn('protected', {
      select: '[{ name: "*Invoices*" }, { name: "*Leads*" }]',
      effect: 'protect.during',
      priority: 2,
      terms: {},
    }),
    drawn('observer', { select: '{ name: "Ops/*" }', priority: 5_000, terms: { mode: 'observe' } }),
    policy(CALM, { select: CALM_SELECT, windows: [options.calm], priority: 1_000, terms: CANCEL }),
    policy(CALM_PROTECTED, {
      select: CALM_PROTECTED_SELECT,
      effect: 'protect.during',
      windows: [options.calm],
      priority: 2_000,
    }),
  ];
}

const CANCEL: Terms = { in_flight: 'cancel' };

function policy(name: string, more: Partial<PlannedPolicy>): PlannedPolicy {
  return {
    file: `${name}.yaml`,
    name,
    select: '{ all: true }',
    effect: 'pause.during',
    windows: [],
    moreWindows: [],
    priority: 0,
    terms: {},
    isEnabled: true,
    ...more,
  };
}

/** A policy may have 200 windows: in longer runs they are longer and farther apart. */
const LONGEST_MS = 40 * 60_000;

/** Windows of three to nine seconds, four to fourteen apart. */
function drawWindows(chance: Chance, { start, until }: PlanOptions): Window[] {
  const stretch = Math.max(1, (until - start) / LONGEST_MS);
  const draw = (from: number, to: number) => Math.round(chance.whole(from, to) * stretch) * 1_000;
  const windows: Window[] = [];
  let at = start + draw(2, 9);
  while (at < until) {
    const end = at + draw(3, 9);
    windows.push({ start: at, end });
    at = end + draw(4, 14);
  }
  return windows;
}

/** A policy must have a window, be it one that never comes. */
const NEVER = '- once: 2099-01-01T00:00Z/PT1H';

/** The text of a policy's file. */
export function render(planned: PlannedPolicy): string {
  const [effect, when] = planned.effect.split('.') as [string, string];
  return [
    'version: 1',
    'timezone: UTC',
    'policies:',
    `  ${planned.name}:`,
    `    select: ${planned.select}`,
    ...(planned.priority === 0 ? [] : [`    priority: ${planned.priority}`]),
    ...(planned.isEnabled ? [] : ['    enabled: false']),
    '    allow_always: true',
    ...Object.entries(planned.terms).map(([field, value]) => `    ${field}: ${value}`),
    `    ${effect}:`,
    `      ${when}:`,
    ...planned.windows.map((window) => `        - once: ${text(window.start)}/${text(window.end)}`),
    ...planned.moreWindows.map((line) => `        ${line}`),
    `        ${NEVER}`,
    '',
  ].join('\n');
}

function text(at: number): string {
  return new Date(at).toISOString().replace('.000', '');
}

/** The same policy, with an end for everything: what is open ends at `end`, nothing follows. */
export function ended(planned: PlannedPolicy, now: number, end: number): PlannedPolicy {
  const effect = planned.effect === 'pause.outside' ? 'pause.during' : planned.effect;
  const begun = planned.effect === 'pause.outside' ? [] : planned.windows;
  const windows = begun
    .filter(({ start }) => start <= now)
    .map((window) => ({ start: window.start, end: Math.min(window.end, end) }));
  return { ...planned, effect, windows, moreWindows: [], isEnabled: true };
}

/** The same policy, whose open or next window ends `byMs` later (earlier if that is negative). */
export function withOtherEnd(planned: PlannedPolicy, now: number, byMs: number): PlannedPolicy {
  const index = planned.windows.findIndex(({ end }) => end > now + 1_000);
  const window = planned.windows[index];
  if (window === undefined) return planned;
  const soonest = Math.max(window.start, ceilSecond(now)) + 1_000;
  const end = Math.max(soonest, window.end + byMs);
  return { ...planned, windows: planned.windows.with(index, { ...window, end }) };
}

/** The next whole second. */
export function ceilSecond(ms: number): number {
  return Math.ceil(ms / 1_000) * 1_000;
}
