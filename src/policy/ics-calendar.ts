// What an iCalendar text says, put together: every event with the exceptions that other events of
// its UID make (RFC 5545 3.8.4.4), without those that take no time. Pure data; zones come later.

import { canonicalJson, sha256 } from './canonical.ts';
import { type IcsEvent, type IcsLength, type IcsRefusal, readIcsEvent } from './ics-event.ts';
import { findIcsBlocks } from './ics-lines.ts';
import type { IcsClock, Moment } from './ics-moment.ts';
import type { IcsRule } from './ics-rule.ts';

/** Something that takes place, once or again and again. */
export interface Happening {
  readonly line: number;
  readonly title: string | undefined;
  readonly start: Moment;
  readonly length: IcsLength;
  readonly rule?: IcsRule | undefined;
  /** Further starts. */
  readonly extra: readonly Moment[];
  /** Starts, or days, on which it does not take place. */
  readonly excluded: readonly Moment[];
  /** What becomes of it from some of its starts on. */
  readonly changes: readonly Change[];
}

/** From one start on it is at another time, or no more. */
export interface Change {
  readonly from: Moment;
  readonly start: Moment;
  /** Undefined when it takes no time from then on. */
  readonly length: IcsLength | undefined;
}

/** An iCalendar text that was understood. */
export interface IcsCalendar {
  readonly happenings: readonly Happening[];
  readonly refusals: readonly IcsRefusal[];
  /** How many events are cancelled or transparent, or take no time. */
  readonly free: number;
  /** Equal when nothing that people would notice differs: also not the order of the events. */
  readonly digest: string;
  /** Equal when the events are at the same times, whatever they are called. */
  readonly timesDigest: string;
}

/** Each costs a little whenever somebody asks for the next boundary. */
const recurringMax = 500;
/** As many as events; beyond it a rule was written out by a program. */
const datesMax = 20_000;

/** Reads an iCalendar text; bounded in time and memory, whatever the text. */
export function readIcs(text: string): IcsCalendar | { readonly fault: IcsRefusal } {
  const found = findIcsBlocks(text);
  if ('fault' in found) return found;
  const read = found.blocks.map(readIcsEvent);
  const refusals = read.flatMap((one) => ('refusal' in one ? [one.refusal] : []));
  const events = read.flatMap((one) => ('event' in one ? [one.event] : []));
  const happenings: Happening[] = [];
  for (const group of groupsOf(events)) happenings.push(...happeningsOf(group));
  const fault = tooMuchOf(happenings);
  if (fault !== undefined) return { fault };
  const untold = happenings.map(({ line, ...told }) => canonicalJson(told));
  const times = happenings.map(({ line, title, ...told }) => canonicalJson(told));
  return {
    happenings,
    refusals,
    free: events.filter((event) => event.status !== 'kept' || takesNoTime(event)).length,
    digest: sha256(untold.sort().join('\n')),
    timesDigest: sha256(times.sort().join('\n')),
  };
}

function tooMuchOf(happenings: readonly Happening[]): IcsRefusal | undefined {
  let recurring = 0;
  let dates = 0;
  for (const { line, rule, extra, excluded } of happenings) {
    if (rule !== undefined) recurring += 1;
    dates += extra.length + excluded.length;
    if (recurring > recurringMax) {
      return { line, message: `it has more than ${recurringMax} events that come back` };
    }
    if (dates > datesMax) {
      return { line, message: `its events list more than ${datesMax} dates beside their rules` };
    }
  }
  return undefined;
}

function takesNoTime({ length, periods }: IcsEvent): boolean {
  return length === undefined && periods.length === 0;
}

/** Those of one UID belong together; one without a UID stands alone. */
function groupsOf(events: readonly IcsEvent[]): Iterable<readonly IcsEvent[]> {
  const groups = new Map<unknown, IcsEvent[]>();
  for (const event of events) {
    const key = event.uid ?? event;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [event]);
    else group.push(event);
  }
  return groups.values();
}

function happeningsOf(group: readonly IcsEvent[]): Happening[] {
  const all = group.filter(({ instance }) => instance === undefined);
  // Not "the last one": some programs give all their events one UID, and none may be lost.
  const newest = Math.max(...all.map(({ sequence }) => sequence));
  const masters = all.filter(({ sequence }) => sequence === newest);
  if (masters.some(({ status }) => status === 'cancelled')) return [];
  const replacements = newestOfEach(group.filter(({ instance }) => instance !== undefined));
  return [
    ...masters.flatMap((master) => happeningsOfMaster(master, replacements)),
    ...replacements
      .filter(({ instance }) => masters.length === 0 || !instance!.andLater)
      .flatMap((event) => once(event)),
  ];
}

/** Of several that are in place of one instance, the newest; of equally new ones the last. */
function newestOfEach(replacements: readonly IcsEvent[]): IcsEvent[] {
  const newest = new Map<string, IcsEvent>();
  for (const event of replacements) {
    const key = canonicalJson(event.instance);
    if (event.sequence >= (newest.get(key)?.sequence ?? 0)) newest.set(key, event);
  }
  return [...newest.values()];
}

function happeningsOfMaster(master: IcsEvent, replacements: readonly IcsEvent[]): Happening[] {
  if (master.status !== 'kept') return [];
  const { line, title, start, length, rule, extra } = master;
  const excluded = [...master.excluded];
  const changes: Change[] = [];
  for (const { instance, start, length } of replacements) {
    if (instance?.andLater) changes.push({ from: instance.at, start, length });
    else excluded.push(instance!.at);
  }
  const periods = master.periods.map((period) => plain({ line, title, ...period, excluded }));
  if (length === undefined) return periods;
  const whole = { line, title, start, length, rule, extra, excluded, changes };
  return [whole, ...periods];
}

function once({ line, title, start, length, status }: IcsEvent): Happening[] {
  if (status !== 'kept' || length === undefined) return [];
  return [plain({ line, title, start, length, excluded: [] })];
}

function plain(
  one: Pick<Happening, 'line' | 'title' | 'start' | 'length' | 'excluded'>,
): Happening {
  return { ...one, extra: [], changes: [] };
}

/** The clock of a happening's starts. */
export function clockOfHappening({ start }: Happening): IcsClock {
  return start.kind === 'time' ? start.clock : undefined;
}
