// What a window means, by the rules of docs/policy-language.md, as slowly and plainly as possible:
// every day is asked whether the window starts on it. Shares no code with the program.

import { dayMs, type Span, sightedSpan, wallOf } from './wall-walk.ts';

/** A window as data. Days are counted from 1970-01-01. */
export interface WindowRule {
  readonly zone: string;
  /** Times of day at which it starts, in milliseconds. */
  readonly startsMs: readonly number[];
  readonly isDay: (day: number) => boolean;
  /** Not all of those times on every such day. */
  readonly isTime?: (day: number, ms: number) => boolean;
  /** How long it is on the wall, from a day on, or by the clock. */
  readonly length:
    | { readonly wallMs: number | ((day: number) => number) }
    | { readonly exactMs: number };
  /** Cron's `*` in the hour: it starts in every real hour (rule 6). */
  readonly everyHour?: boolean;
  /** The first and the last day on which it may start. */
  readonly from?: number;
  readonly until?: number;
}

/** A window between instants; needs no zone to be understood. */
export interface ExactRule {
  readonly zone: string;
  readonly exact: Span;
}

/** The times of a calendar. */
export interface CalendarWindowRule {
  readonly zone: string;
  readonly calendar: CalendarRule;
  readonly from?: number;
  readonly until?: number;
}

export type Rule = (WindowRule | ExactRule | CalendarWindowRule) & {
  /** Calendars whose time is cut out. */
  readonly except?: readonly CalendarRule[];
};

/** A calendar as data: all that it has, together. */
export interface CalendarRule {
  /** Of whoever asks if left out. */
  readonly zone?: string;
  /** Whole days, both ends included. */
  readonly days?: readonly { readonly first: number; readonly last: number }[];
  readonly events?: readonly (Omit<WindowRule, 'zone'> & { readonly zone?: string })[];
  readonly parts?: readonly CalendarRule[];
}

/** A policy as data. */
export interface PolicyRule {
  readonly windows: readonly Rule[];
  readonly outside?: boolean;
  readonly leadMs?: number;
}

/** When a policy is on within `range`, clipped to the days that the walk knows all about. */
export function spansOf({ windows, outside, leadMs = 0 }: PolicyRule, range: Span): Span[] {
  const inside = merge(windows.flatMap(occurrencesOf));
  const on = outside === true ? complement(inside) : inside;
  return merge(on.map(({ start, end }) => ({ start: start - leadMs, end })))
    .filter(({ start, end }) => start < range.end && end > range.start)
    .map(clip);
}

/** Cuts off what lies beyond the days that the walk knows all about. */
export function clip({ start, end }: Span): Span {
  return { start: Math.max(start, sightedSpan.start), end: Math.min(end, sightedSpan.end) };
}

/** From the beginning of one day to the beginning of another, by the wall of a zone. */
export function rangeOf(zone: string, from: string, to: string): Span {
  const wall = wallOf(zone);
  return { start: wall.startInstant(Date.parse(from)), end: wall.startInstant(Date.parse(to)) };
}

function occurrencesOf(rule: Rule): Span[] {
  const cuts = (rule.except ?? []).flatMap((calendar) => calendarSpans(calendar, rule.zone));
  return cuts.length === 0 ? wholeOccurrencesOf(rule) : cut(wholeOccurrencesOf(rule), cuts);
}

function wholeOccurrencesOf(rule: Rule): Span[] {
  if ('exact' in rule) return [rule.exact];
  if ('calendar' in rule) return calendarOccurrences(rule);
  return rule.everyHour === true ? inEveryHour(rule) : onEachDay(rule);
}

function calendarOccurrences({ zone, calendar, from, until }: CalendarWindowRule): Span[] {
  const wall = wallOf(zone);
  // Nobody looks behind the walk, so a day beyond it might as well be its end.
  const startOf = (day: number) => wall.startInstant(Math.min(day * dayMs, sightedSpan.end));
  const first = from === undefined ? -Infinity : startOf(from);
  const end = until === undefined ? Infinity : startOf(until + 1);
  return merge(calendarSpans(calendar, zone)).filter(({ start }) => start >= first && start < end);
}

function calendarSpans(calendar: CalendarRule, askersZone: string): Span[] {
  const { zone = askersZone, days = [], events = [], parts = [] } = calendar;
  const wall = wallOf(zone);
  return [
    ...days.map(({ first, last }) => ({
      start: wall.startInstant(first * dayMs),
      end: wall.endInstant((last + 1) * dayMs),
    })),
    ...events.flatMap((event) => onEachDay({ zone, ...event })),
    ...parts.flatMap((part) => calendarSpans(part, zone)),
  ];
}

/** What is left of each span: the gaps between the cuts, clipped to it. */
function cut(spans: readonly Span[], cuts: readonly Span[]): Span[] {
  const gaps = complement(merge(cuts));
  return spans.flatMap((span) =>
    gaps
      .map(({ start, end }) => ({
        start: Math.max(start, span.start),
        end: Math.min(end, span.end),
      }))
      .filter(({ start, end }) => start < end),
  );
}

const dayOf = (at: number) => Math.floor(at / dayMs);

/** Room for windows that begin before the days in sight, and to see them end within the walk. */
const daysAround = 10;

function onEachDay(rule: WindowRule): Span[] {
  const spans: Span[] = [];
  const last = dayOf(sightedSpan.end) + 1;
  for (let day = dayOf(sightedSpan.start) - daysAround; day <= last; day++) {
    if (!startsOn(rule, day)) continue;
    for (const ms of rule.startsMs) {
      if (rule.isTime?.(day, ms) !== false) spans.push(spanFrom(rule, day * dayMs + ms));
    }
  }
  return spans;
}

function startsOn({ isDay, from = -Infinity, until = Infinity }: WindowRule, day: number) {
  return day >= from && day <= until && isDay(day);
}

function spanFrom(rule: WindowRule, wallStart: number): Span {
  const wall = wallOf(rule.zone);
  const start = wall.startInstant(wallStart);
  if ('exactMs' in rule.length) return { start, end: start + rule.length.exactMs };
  const { wallMs } = rule.length;
  const lengthMs = typeof wallMs === 'number' ? wallMs : wallMs(dayOf(wallStart));
  const end = wall.endInstant(wallStart + lengthMs);
  // Wholly in the skipped time: moved behind it.
  return end > start ? { start, end } : spanFrom(rule, wallStart + wall.jumpAt(start));
}

function inEveryHour(rule: WindowRule): Span[] {
  if (!('exactMs' in rule.length)) throw new Error('a cron window has an exact length');
  const { exactMs } = rule.length;
  const starts = new Set(rule.startsMs);
  const spans: Span[] = [];
  wallOf(rule.zone).everyMinute((start, wall) => {
    const day = dayOf(wall);
    const ms = wall - day * dayMs;
    if (!starts.has(ms) || !startsOn(rule, day) || rule.isTime?.(day, ms) === false) return;
    spans.push({ start, end: start + exactMs });
  });
  return spans;
}

/** Ordered by start, each apart from the next. */
function merge(spans: readonly Span[]): Span[] {
  const merged: { start: number; end: number }[] = [];
  for (const { start, end } of spans.toSorted((a, b) => a.start - b.start)) {
    const last = merged.at(-1);
    if (last !== undefined && start <= last.end) last.end = Math.max(last.end, end);
    else merged.push({ start, end });
  }
  return merged;
}

function complement(merged: readonly Span[]): Span[] {
  const starts = [-Infinity, ...merged.map(({ end }) => end)];
  const ends = [...merged.map(({ start }) => start), Infinity];
  return starts.map((start, index) => ({ start, end: ends[index]! }));
}
