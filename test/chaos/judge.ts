// The invariants of a run, by the promise that each is, and what the run came to.

import { type Case, caseOf, type Invariant, type Violation } from './case.ts';
import type { Evidence } from './evidence.ts';
import * as calls from './judge-calls.ts';
import * as flags from './judge-flags.ts';
import * as record from './judge-record.ts';

/** What must hold in every run. */
const INVARIANTS: Readonly<Record<string, Invariant>> = {
  'a sync whose flag nobody touched ends as it began': flags.untouchedEndAsTheyBegan,
  'a sync that was inactive is never activated': flags.inactiveStayInactive,
  'every activation of ours undoes a pause of ours': flags.activationsUndoPauses,
  'nothing that we paused stays paused': flags.nothingIsLeftPaused,
  'the last wish of a person counts': flags.lastWishesCount,
  'no click and no deletion is made up': flags.nobodyIsMadeUp,
  'in the calm everything is as the policies want it': flags.calmIsKept,
  'every changing request has a key of its own': calls.everyRequestHasItsKey,
  'a key has one effect at most': calls.oneKeyOneEffect,
  'every request was written down before it was sent': calls.writtenBeforeDone,
  'every effect is explained afterwards': calls.effectsAreExplained,
  'no start is repeated blindly': calls.startsAreNotRepeatedBlindly,
  'a sync has one open hold at a time': record.oneHoldAtATime,
  'every window is told once': record.windowsAreToldOnce,
  'when the dust has settled nothing is open': record.nothingIsLeftOpen,
  'the chain of the journal is whole': record.chainIsWhole,
  'the daemons end as they are told': record.daemonsEndAsTold,
  'the daemons complain of nothing but outages': record.logsAreTidy,
};

/** How much happened: a run in which nothing did proves nothing. */
export interface Tally {
  readonly requests: number;
  readonly faults: number;
  /** Pauses and activations of ours that had an effect. */
  readonly pauses: number;
  readonly activations: number;
  readonly holds: number;
  readonly handOvers: number;
  readonly clicks: number;
  readonly edits: number;
  readonly kills: number;
  readonly freezes: number;
  readonly flushes: number;
  /** Windows that opened, each told once. */
  readonly windows: number;
  readonly entries: number;
}

/** What a run came to. */
export interface Verdict {
  readonly evidence: Evidence;
  readonly tally: Tally;
  readonly findings: readonly {
    readonly invariant: string;
    readonly violations: readonly Violation[];
  }[];
}

/** Tries every invariant. */
export function judge(evidence: Evidence): Verdict {
  if (evidence.lost > 0) throw new Error(`${evidence.lost} rows of the sandbox's logs were lost`);
  const one = caseOf(evidence);
  const findings = Object.entries(INVARIANTS).map(([invariant, find]) => ({
    invariant,
    violations: find(one),
  }));
  return { evidence, tally: tallyOf(one), findings };
}

function tallyOf({ requests, writes, entries, harm, holds }: Case): Tally {
  const effects = writes.filter(({ effect }) => effect === 'changed');
  const count = <T>(list: readonly T[], isMeant: (item: T) => boolean) =>
    list.filter(isMeant).length;
  return {
    requests: requests.length,
    faults: count(requests, ({ fault }) => fault !== undefined),
    pauses: count(effects, ({ action }) => action === 'deactivate'),
    activations: count(effects, ({ action }) => action === 'activate'),
    holds: holds.size,
    handOvers: count(entries, ({ type }) => type === 'hold.handed-over'),
    clicks: count(harm, ({ who }) => who === 'people'),
    edits: count(harm, ({ who }) => who === 'folder'),
    kills: count(harm, ({ what }) => /SIGKILL|at once/.test(what)),
    freezes: count(harm, ({ what }) => /SIGSTOP/.test(what)),
    flushes: count(harm, ({ what }) => what === 'FLUSHALL'),
    windows: count(entries, ({ type }) => type === 'window.opened'),
    entries: entries.length,
  };
}
