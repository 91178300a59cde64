import { parseDuration } from '../time/duration.ts';
import { parseInstant } from '../time/instant.ts';
import type { Instant } from '../time/interval.ts';
import { isRealDate, type Wall, wallOf } from '../time/wall.ts';
import { zoneOf } from '../time/zone.ts';
import { Failure } from './failure.ts';

/** A time as a person types it: exact, or what a clock on some wall shows. */
export type When =
  | { readonly kind: 'exact'; readonly at: Instant }
  | { readonly kind: 'wall'; readonly wall: Wall };

const WALL = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d))?$/;

/**
 * Reads `2026-11-01`, `2026-11-01T01:30`, and with `Z` or an offset an exact instant. `option` is
 * named in the failure.
 */
export function parseWhen(text: string, option: string): When {
  const wall = readWall(text);
  if (wall !== undefined) return { kind: 'wall', wall };
  const exact = parseInstant(text);
  if ('value' in exact) return { kind: 'exact', at: exact.value };
  const examples = '2026-11-01, 2026-11-01T01:30 or 2026-11-01T05:30Z';
  throw new Failure(2, `${option}: ${JSON.stringify(text)} is no time such as ${examples}`);
}

function readWall(text: string): Wall | undefined {
  const match = WALL.exec(text);
  if (match === null) return undefined;
  const [year, month, day, hour, minute] = match.slice(1).map((part) => Number(part ?? 0));
  const date = { year: year!, month: month!, day: day! };
  if (!isRealDate(date) || hour! > 23 || minute! > 59) return undefined;
  return wallOf(date, hour! * 60 + minute!);
}

/** An exact instant, where no zone is known that a wall time could be of. */
export function requireExact(text: string, option: string): Instant {
  const when = parseWhen(text, option);
  if (when.kind === 'exact') return when.at;
  throw new Failure(2, `${option}: add Z or an offset to ${text}, since no zone is known here`);
}

/** The instant, where a wall time is one of `zone`; as a start it is the first such instant. */
export function instantIn(when: When, zone: string): Instant {
  return when.kind === 'exact' ? when.at : zoneOf(zone).startInstant(when.wall);
}

/** Reads a time (of UTC where it has no offset), or how long ago it was: `2h`. */
export function parsePast(text: string, option: string, now: Instant): Instant {
  const length = parseDuration(text);
  if ('value' in length) return now - length.value;
  return instantIn(parseWhen(text, option), 'UTC');
}

/** Reads a length such as `90s` or `1h30m` in milliseconds, or fails and names the option. */
export function requireLength(text: string, option: string): number {
  const length = parseDuration(text);
  if ('value' in length && length.value > 0) return length.value;
  const why = 'fault' in length ? length.fault.message : 'it must be longer than nothing';
  throw new Failure(2, `${option}: ${JSON.stringify(text)}: ${why}`);
}

/**
 * The instant, where a wall time is one of the zone that all of `zones` are; fails when they
 * differ, since then nobody knows which wall is meant.
 */
export function instantOf(when: When, option: string, zones: readonly string[]): Instant {
  const [zone, ...others] = new Set(zones);
  if (when.kind === 'exact' || (zone !== undefined && others.length === 0)) {
    return instantIn(when, zone ?? 'UTC');
  }
  const why = zone === undefined ? 'no zone is known here' : 'the policies are in several zones';
  throw new Failure(2, `${option}: add Z or an offset, since ${why}`);
}
