// When the events of an iCalendar text take place, in the zone of whoever asks. What happens once
// is a list of intervals; what comes back stays a rule, asked about the time that somebody looks
// at.

import { onDuring } from '../time/fixed.ts';
import type { Instant, Interval } from '../time/interval.ts';
import { lasting } from '../time/lasting.ts';
import { occurrencesOf } from '../time/occurrences.ts';
import { createRuleStarts } from '../time/rrule.ts';
import { endingOnTheWall, intervalOnTheWall, type Series } from '../time/series.ts';
import { union } from '../time/spans.ts';
import { clipStarts, type Starts } from '../time/starts.ts';
import { eitherOf, fixedStarts, leavingOut, startsLater } from '../time/starts-sets.ts';
import type { Timeline } from '../time/timeline.ts';
import { dayMs, dayOfWall, type Wall, wallOf } from '../time/wall.ts';
import type { Zone } from '../time/zone.ts';
import { clockOfHappening, type Happening, type IcsCalendar } from './ics-calendar.ts';
import type { IcsLength } from './ics-event.ts';
import { type Moment, wallIn } from './ics-moment.ts';
import type { IcsRule } from './ics-rule.ts';

/** Events in a zone. */
export interface IcsTimes {
  readonly timeline: Timeline;
  /** Those that are on at an instant; without their titles where they have none. */
  eventsAt(instant: Instant): readonly { readonly title: string | undefined }[];
  /** How many have a time that ends after an instant. */
  countAfter(instant: Instant): number;
}

/** The times of all events; floating ones and whole days are in `zone`. */
export function timesOfIcs({ happenings }: IcsCalendar, zone: Zone): IcsTimes {
  const events = happenings.map((happening) => timesOf(happening, zone));
  const fixed = onDuring(events.flatMap(({ intervals }) => intervals));
  const recurring = events.flatMap(({ timelines }) => timelines);
  return {
    timeline: union([fixed, ...recurring]),
    eventsAt: (instant) => events.filter((event) => isOn(event, instant)),
    countAfter: (instant) => events.filter((event) => isToCome(event, instant)).length,
  };
}

interface EventTimes {
  readonly title: string | undefined;
  readonly intervals: readonly Interval[];
  /** One, or one for each time that it changed. */
  readonly timelines: readonly Timeline[];
}

function isOn({ intervals, timelines }: EventTimes, instant: Instant): boolean {
  return (
    intervals.some(({ start, end }) => start <= instant && instant < end) ||
    timelines.some((timeline) => timeline.at(instant))
  );
}

function isToCome({ intervals, timelines }: EventTimes, instant: Instant): boolean {
  return (
    intervals.some(({ end }) => end > instant) ||
    timelines.some((timeline) => timeline.at(instant) || timeline.segmentAt(instant).end < Infinity)
  );
}

/** Outside of these years it is nobody's window, and a zone's table for each year has its price. */
const [firstWall, lastWall] = [1970, 2200].map((year) => wallOf({ year, month: 1, day: 1 })) as [
  Wall,
  Wall,
];

function timesOf(happening: Happening, readersZone: Zone): EventTimes {
  const { title, rule } = happening;
  const zone = clockOfHappening(happening) ?? readersZone;
  const pieces = piecesOf(happening, zone);
  if (rule !== undefined) {
    const timelines = pieces.map((piece) => occurrencesOf(seriesOf(piece, zone)).timeline);
    return { title, intervals: [], timelines };
  }
  const intervals = pieces.flatMap(({ starts, length }) =>
    [...walk(starts)].map((wall) => intervalFrom(wall, length, zone)),
  );
  return { title, intervals, timelines: [] };
}

function* walk(starts: Starts): Iterable<Wall> {
  for (let wall = starts.after(firstWall - 1); wall < lastWall; wall = starts.after(wall))
    yield wall;
}

function intervalFrom(wall: Wall, { by, ms }: IcsLength, zone: Zone): Interval {
  if (by === 'wall') return intervalOnTheWall(wall, wall + ms, zone);
  const start = zone.startInstant(wall);
  return { start, end: start + ms };
}

/** Starts that are all followed by the same length. */
interface Piece {
  readonly starts: Starts;
  readonly length: IcsLength;
}

function seriesOf({ starts, length: { by, ms } }: Piece, zone: Zone): Series {
  if (by === 'clock') return lasting(ms, starts, zone);
  return endingOnTheWall(starts, zone, { lengthOf: () => ms, longestMs: ms });
}

/** The starts as they were first meant, cut where something changes from then on. */
function piecesOf(happening: Happening, zone: Zone): Piece[] {
  const { length, excluded, changes } = happening;
  const starts = leavingOut(allStarts(happening, zone), isOneOf(excluded, zone));
  const cuts = changes
    .map((change) => ({ ...change, at: wallIn(change.from, zone) }))
    .sort((a, b) => a.at - b.at);
  const ends = [...cuts.map(({ at }) => at), Infinity];
  const pieces: Piece[] = [
    { starts: clipStarts(starts, { first: -Infinity, last: ends[0]! - 1 }), length },
  ];
  for (const [index, { at, start, length: changed }] of cuts.entries()) {
    if (changed === undefined) continue;
    const rest = clipStarts(starts, { first: at, last: ends[index + 1]! - 1 });
    pieces.push({ starts: startsLater(rest, wallIn(start, zone) - at), length: changed });
  }
  return pieces;
}

/** Its own start is always one of them (RFC 5545 3.8.5.3). */
function allStarts({ start, extra, rule }: Happening, zone: Zone): Starts {
  const first = wallIn(start, zone);
  const listed = fixedStarts([first, ...extra.map((moment) => wallIn(moment, zone))]);
  return rule === undefined ? listed : eitherOf([listed, ruleStarts(rule, first, zone)]);
}

function ruleStarts({ rule, until }: IcsRule, first: Wall, zone: Zone): Starts {
  if (until === undefined) return createRuleStarts(rule, first);
  // A day as the end is meant whole.
  const last = wallIn(until, zone) + (until.kind === 'day' ? dayMs - 1 : 0);
  return createRuleStarts({ ...rule, until: last }, first);
}

function isOneOf(moments: readonly Moment[], zone: Zone): (wall: Wall) => boolean {
  const days = new Set<number>();
  const walls = new Set<Wall>();
  for (const moment of moments) {
    if (moment.kind === 'day') days.add(moment.day);
    else walls.add(wallIn(moment, zone));
  }
  return (wall) => walls.has(wall) || days.has(dayOfWall(wall));
}
