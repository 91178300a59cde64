// One event of iCalendar (RFC 5545 3.6.1), from its lines to data. An event of which any part that
// says when it is cannot be understood is refused as a whole: half an event is another event.

import { parseDuration } from '../time/duration.ts';
import { dayMs } from '../time/wall.ts';
import type { IcsBlock, IcsLine } from './ics-lines.ts';
import { clockOf, type IcsReading, type Moment, readMoment, readMoments } from './ics-moment.ts';
import { type IcsProperty, readIcsProperty } from './ics-property.ts';
import { type IcsRule, readIcsRule } from './ics-rule.ts';

/** How long an event is: on the wall when it was said by its end or in days, else by the clock. */
export interface IcsLength {
  readonly by: 'wall' | 'clock';
  readonly ms: number;
}

/** A time without a rule: an RDATE with an end of its own (RFC 5545 3.8.5.2). */
export interface IcsPeriod {
  readonly start: Moment;
  readonly length: IcsLength;
}

/** One VEVENT that was understood. */
export interface IcsEvent {
  readonly line: number;
  readonly uid: string | undefined;
  readonly sequence: number;
  readonly title: string | undefined;
  readonly status: 'kept' | 'transparent' | 'cancelled';
  readonly start: Moment;
  /** Undefined when it takes no time, as a reminder does. */
  readonly length: IcsLength | undefined;
  readonly rule: IcsRule | undefined;
  readonly extra: readonly Moment[];
  readonly periods: readonly IcsPeriod[];
  readonly excluded: readonly Moment[];
  /** The instance of an event of the same UID that this one is in place of. */
  readonly instance: { readonly at: Moment; readonly andLater: boolean } | undefined;
}

/** Why an event is not taken, and the line to blame. */
export interface IcsRefusal {
  readonly line: number;
  /** One sentence without a full stop. */
  readonly message: string;
}

/** Beyond it a date is a mistake, and the zones of the future are anybody's guess. */
const lastYearDays = 84_006; // 2200-01-01
const lengthDaysMax = 366;

/** Reads an event, or says why it cannot be. */
export function readIcsEvent(
  block: IcsBlock,
): { readonly event: IcsEvent } | { readonly refusal: IcsRefusal } {
  const reader = createReader(block);
  const event = assemble(reader, block.line);
  const refusal = reader.refusal();
  if (refusal !== undefined) return { refusal };
  return event ? { event } : { refusal: { line: block.line, message: 'it has no DTSTART' } };
}

interface Reader {
  /** The value of the only property of a name, read; undefined when there is none or it is bad. */
  one<T>(name: string, read: (property: IcsProperty) => IcsReading<T>): T | undefined;
  /** The values of all properties of a name, together. */
  all<T>(name: string, read: (property: IcsProperty) => IcsReading<readonly T[]>): T[];
  /** Refuses the event for the property of this name. */
  refuse(name: string, message: string): undefined;
  refusal(): IcsRefusal | undefined;
}

function createReader(block: IcsBlock): Reader {
  let refused: IcsRefusal | undefined;
  const linesOf = (name: string) => block.lines.filter((line) => line.name === name);

  function refuseAt(line: number, message: string): undefined {
    refused ??= { line, message };
  }

  function readLine<T>(line: IcsLine, read: (property: IcsProperty) => IcsReading<T>) {
    const property = readIcsProperty(readableText(line));
    const reading = 'message' in property ? property : read(property);
    return 'value' in reading ? reading : refuseAt(line.line, `${line.name}: ${reading.message}`);
  }

  return {
    one(name, read) {
      const [line, second] = linesOf(name);
      if (second !== undefined) return refuseAt(second.line, `it has ${name} twice`);
      return line === undefined ? undefined : readLine(line, read)?.value;
    },
    all: (name, read) => linesOf(name).flatMap((line) => readLine(line, read)?.value ?? []),
    refuse(name, message) {
      return refuseAt(linesOf(name)[0]?.line ?? block.line, message);
    },
    refusal: () => refused,
  };
}

function readableText({ name, text }: IcsLine): string {
  // Of a title only its beginning is for people; some programs end rules with a semicolon.
  if (name === 'SUMMARY') return text.slice(0, titleLineMax);
  return name === 'RRULE' ? text.replace(/[;\s]+$/, '') : text;
}

function assemble(reader: Reader, line: number): IcsEvent | undefined {
  const status = statusOf(reader);
  const instance = readInstance(reader);
  const start = reader.one('DTSTART', readOneMoment);
  const known = {
    line,
    uid: reader.one('UID', readText),
    sequence: reader.one('SEQUENCE', readNumber) ?? 0,
    title: reader.one('SUMMARY', readText),
    status,
    instance,
  };
  if (start === undefined) return undefined;
  if (dayOf(start) >= lastYearDays) return reader.refuse('DTSTART', 'it is after the year 2199');
  const length = readLength(reader, start);
  // What takes no time has nothing to be understood.
  if (status !== 'kept') {
    const none = { length: undefined, rule: undefined, extra: [], periods: [], excluded: [] };
    return { ...known, start, ...none };
  }
  const rule = reader.one('RRULE', readIcsRule);
  if (rule !== undefined && (length?.ms ?? 0) > lengthDaysMax * dayMs) {
    return reader.refuse('RRULE', 'it comes back and is longer than a year');
  }
  reader.one('EXRULE', () => ({ message: 'rules of exclusion are not read' }));
  const added = reader.all('RDATE', readAdded);
  return {
    ...known,
    start,
    length,
    rule,
    extra: added.flatMap((one) => ('length' in one ? [] : [one])),
    periods: added.flatMap((one) => ('length' in one ? [one] : [])),
    excluded: reader.all('EXDATE', readMoments),
  };
}

function statusOf(reader: Reader): IcsEvent['status'] {
  const word = (name: string) => reader.one(name, readText)?.toUpperCase();
  if (word('STATUS') === 'CANCELLED') return 'cancelled';
  return word('TRANSP') === 'TRANSPARENT' ? 'transparent' : 'kept';
}

function readInstance(reader: Reader): IcsEvent['instance'] {
  return reader.one('RECURRENCE-ID', (property) => {
    const moment = readOneMoment(property);
    if ('message' in moment) return moment;
    const range = String(property.params.range ?? '').toUpperCase();
    if (range !== '' && range !== 'THISANDFUTURE') {
      return { message: `the range \`${range.slice(0, 40)}\` is not known` };
    }
    return { value: { at: moment.value, andLater: range !== '' } };
  });
}

function readLength(reader: Reader, start: Moment): IcsLength | undefined {
  const duration = reader.one('DURATION', readDurationValue);
  const end = reader.one('DTEND', readOneMoment);
  if (end === undefined) {
    if (duration !== undefined) return duration.ms === 0 ? undefined : duration;
    return start.kind === 'day' ? { by: 'wall', ms: dayMs } : undefined;
  }
  const between = lengthBetween(start, end);
  if ('message' in between) return reader.refuse('DTEND', between.message);
  return between.value.ms === 0 ? undefined : between.value;
}

/** An end on the same clock holds on the wall; on another clock it says how long it takes. */
function lengthBetween(start: Moment, end: Moment): IcsReading<IcsLength> {
  if (start.kind === 'day' && end.kind === 'day') {
    // Some programs write the last day where the day after it is meant.
    const days = end.day === start.day ? 1 : end.day - start.day;
    return days > 0 ? { value: { by: 'wall', ms: days * dayMs } } : inverted;
  }
  if (start.kind === 'day' || end.kind === 'day') {
    return { message: 'one of its ends is a day and the other a time' };
  }
  if (start.clock?.name === end.clock?.name) {
    const ms = end.wall - start.wall;
    return ms >= 0 ? { value: { by: 'wall', ms } } : inverted;
  }
  if (start.clock === undefined || end.clock === undefined) {
    return { message: 'one of its ends has a time zone and the other has none' };
  }
  const ms = end.clock.endInstant(end.wall) - start.clock.startInstant(start.wall);
  return ms >= 0 ? { value: { by: 'clock', ms } } : inverted;
}

const inverted = { message: 'it ends before it starts' };

function readOneMoment(property: IcsProperty): IcsReading<Moment> {
  const moments = readMoments(property);
  return 'value' in moments ? { value: moments.value[0]! } : moments;
}

/** An RDATE: a moment, or a period with its own end or length. */
function readAdded(property: IcsProperty): IcsReading<(Moment | IcsPeriod)[]> {
  if (property.type !== 'period') return readMoments(property);
  const clock = clockOf(property);
  if ('message' in clock) return clock;
  const periods: IcsPeriod[] = [];
  for (const value of property.values) {
    const [from = '', to = ''] = Array.isArray(value) ? value.map(String) : [];
    const start = readMoment(from, clock.value);
    if ('message' in start) return start;
    const end = /^[-+]?P/.test(to) ? undefined : readMoment(to, clock.value);
    if (end !== undefined && 'message' in end) return end;
    const length = end === undefined ? lengthOfText(to) : lengthBetween(start.value, end.value);
    if ('message' in length) return length;
    if (length.value.ms > 0) periods.push({ start: start.value, length: length.value });
  }
  return { value: periods };
}

function readDurationValue({ values }: IcsProperty): IcsReading<IcsLength> {
  return lengthOfText(String(values[0]));
}

/** Days and weeks are days on the wall; with hours beside them a day is 24 of them. */
function lengthOfText(text: string): IcsReading<IcsLength> {
  const reading = parseDuration(text.replace(/^\+/, ''));
  if (!text.replace(/^\+/, '').startsWith('P') || 'fault' in reading) {
    return { message: `\`${text.slice(0, 40)}\` is no length of time` };
  }
  return { value: { by: text.includes('T') ? 'clock' : 'wall', ms: reading.value } };
}

const titleMax = 200;
const titleLineMax = 10 * titleMax;

/** Text for people, in one line. */
function readText({ values }: IcsProperty): IcsReading<string | undefined> {
  const text = String(values[0] ?? '')
    .replace(/[\s\p{Cc}\p{Surrogate}]+/gu, ' ')
    .trim();
  return { value: text === '' ? undefined : text.slice(0, titleMax) };
}

function readNumber({ values }: IcsProperty): IcsReading<number> {
  return { value: Number.isSafeInteger(values[0]) ? (values[0] as number) : 0 };
}

function dayOf(moment: Moment): number {
  return moment.kind === 'day' ? moment.day : Math.floor(moment.wall / dayMs);
}
