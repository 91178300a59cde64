// One rule in four languages, and how each library walks it.

import { CronExpressionParser } from 'cron-parser';
import { Cron } from 'croner';
import { RRuleTemporal } from 'rrule-temporal';
import { loadPolicySet } from '../src/policy/load-policies.ts';

/** Walks all starts in `[from, to)`. */
export type Walk = (from: number, to: number) => Walked;

/** How many starts there were, and their sum, to compare. */
export interface Walked {
  readonly count: number;
  readonly sum: number;
}

/** A rule as each library wants it. */
export interface Rule {
  readonly name: string;
  readonly window: string;
  readonly cron: string;
  readonly rrule: string;
  /** The earliest time of day, which an RRULE takes from its DTSTART. */
  readonly firstTime: string;
}

/**
 * None starts at a time that New York skips in March: there rrule-temporal leaves an occurrence
 * out, the others move it, and all would be right by their own rules.
 */
export const RULES: readonly Rule[] = [
  {
    name: 'daily',
    window: 'daily: 22:00-06:00',
    cron: '0 22 * * *',
    rrule: 'FREQ=DAILY',
    firstTime: '220000',
  },
  {
    name: 'weekly',
    window: 'weekly: Sun 04:00-08:00',
    cron: '0 4 * * 0',
    rrule: 'FREQ=WEEKLY;BYDAY=SU',
    firstTime: '040000',
  },
  {
    name: 'monthly',
    window: 'monthly: 2nd Tue 20:00-23:00',
    cron: '0 20 * * 2#2',
    rrule: 'FREQ=MONTHLY;BYDAY=2TU',
    firstTime: '200000',
  },
  {
    name: 'cron',
    window: "cron: '30 9,13,17 * * 1-5', for: 2h",
    cron: '30 9,13,17 * * 1-5',
    rrule: 'FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR;BYHOUR=9,13,17;BYMINUTE=30',
    firstTime: '093000',
  },
];

/** The walkers by name; ours first. */
export const WALKERS: Readonly<Record<string, (rule: Rule, zone: string) => Walk>> = {
  curfew: curfewWalk,
  croner: cronerWalk,
  'cron-parser': cronParserWalk,
  'rrule-temporal': rruleTemporalWalk,
};

/** The occurrences of a policy's window, each with its start and its end. */
function curfewWalk({ window }: Rule, zone: string): Walk {
  const text = `version: 1
timezone: ${zone}
policies:
  bench:
    select: { all: true }
    pause: { during: [{ ${window} }] }
`;
  const { set, problems } = loadPolicySet([{ file: 'bench.yaml', text }]);
  const [compiled] = set?.policies[0]?.windows ?? [];
  if (compiled === undefined) throw new Error(JSON.stringify(problems));
  return (from, to) => {
    const walked = { count: 0, sum: 0 };
    for (const { start } of compiled.occurrences(from)) {
      if (start >= to) break;
      // One that began before the stretch still lasts in it; the others only know starts.
      if (start >= from) add(walked, start);
    }
    return walked;
  };
}

function cronerWalk({ cron }: Rule, zone: string): Walk {
  const job = new Cron(cron, { timezone: zone, paused: true });
  return (from, to) => {
    const walked = { count: 0, sum: 0 };
    let next = job.nextRun(new Date(from - 1));
    while (next !== null && next.getTime() < to) {
      add(walked, next.getTime());
      next = job.nextRun(next);
    }
    return walked;
  };
}

function cronParserWalk({ cron }: Rule, zone: string): Walk {
  return (from, to) => {
    const walked = { count: 0, sum: 0 };
    const expression = CronExpressionParser.parse(cron, { tz: zone, currentDate: from - 1 });
    for (let next = expression.next(); next.getTime() < to; next = expression.next()) {
      add(walked, next.getTime());
    }
    return walked;
  };
}

function rruleTemporalWalk({ rrule, firstTime }: Rule, zone: string): Walk {
  return (from, to) => {
    const walked = { count: 0, sum: 0 };
    const first = `${stamp(from).slice(0, 8)}T${firstTime}`;
    const until = stamp(to - 1_000);
    const rruleString = `DTSTART;TZID=${zone}:${first}\nRRULE:${rrule};UNTIL=${until}`;
    const rule = new RRuleTemporal({ rruleString, cache: false });
    for (const date of rule.all()) add(walked, date.epochMilliseconds);
    return walked;
  };
}

/** `20260101T050000Z` */
function stamp(instant: number): string {
  return new Date(instant).toISOString().replaceAll(/[-:]|\.000/g, '');
}

function add(walked: { count: number; sum: number }, start: number): void {
  walked.count += 1;
  walked.sum += start;
}
