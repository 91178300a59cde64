// The holidays of countries, states and regions. date-holidays knows them, offline; here they
// become stretches of wall time, whatever the zone and language of the machine. Its tables take a
// tenth of a second to load, so they are loaded when the first calendar asks for them.

import { createRequire } from 'node:module';
import type Holidays from 'date-holidays';
import { closest } from '../time/closest.ts';
import { dayMs, type Wall, wallOf } from '../time/wall.ts';
import type { WallSpan } from '../time/yearly.ts';
import type { TextResult } from './text-fault.ts';

/** The kinds of holidays that the tables tell apart. */
export const holidayTypes = ['public', 'bank', 'optional', 'school', 'observance'] as const;
export type HolidayType = (typeof holidayTypes)[number];

/** When people are off: the days set by law, and the half and whole days that offices keep too. */
export const defaultHolidayTypes: readonly HolidayType[] = ['public', 'bank'];

// Before them nothing was paused, and beyond them the tables of lunar calendars end.
export const firstHolidayYear = 1970;
export const lastHolidayYear = 2100;

/** A country, state or region whose holidays are known: `['US', 'LA', 'NO']`. */
export type HolidayPlace = readonly string[];

/** One holiday of one year. */
export interface Holiday extends WallSpan {
  /** In English where the tables have it. */
  readonly title: string;
}

type Library = typeof Holidays;

let library: Library | undefined;

function holidayLibrary(): Library {
  library ??= createRequire(import.meta.url)('date-holidays') as Library;
  return library;
}

/** Reads `US`, `US-NY` or `US-LA-NO`. */
export function readPlace(text: string): TextResult<HolidayPlace> {
  const tables = new (holidayLibrary())();
  const parts = text.split('-');
  let index = 0;
  for (const [level, part] of parts.entries()) {
    const above = parts.slice(0, level);
    const known = namesBelow(tables, above);
    if (!Object.hasOwn(known, part)) {
      const kind = ['country', 'state', 'region'][level] ?? 'part of a region';
      const message = `no holidays are known for the ${kind} \`${part}\``;
      const hint = hintFor(above.join('-'), part, known);
      return { fault: { code: 'place-unknown', index, message, hint } };
    }
    index += part.length + 1;
  }
  return { value: parts };
}

type Names = Readonly<Record<string, string>>;

/** The codes below a place, each with what it is called. */
function namesBelow(tables: Holidays, [country, state, region]: readonly string[]): Names {
  if (country === undefined) return tables.getCountries('en');
  if (state === undefined) return tables.getStates(country, 'en') ?? {};
  if (region === undefined) return tables.getRegions(country, state, 'en') ?? {};
  return {};
}

// More than this many codes help nobody.
const codesShownMax = 30;

function hintFor(above: string, part: string, known: Names): string {
  const codes = Object.keys(known);
  if (codes.length === 0) return `write \`${above}\``;
  const name = closest(part, Object.values(known));
  const meant =
    codes.find((code) => code.toLowerCase() === part.toLowerCase()) ??
    codes.find((code) => known[code] === name);
  if (meant !== undefined) return `did you mean ${above === '' ? '' : `${above}-`}${meant}?`;
  if (codes.length <= codesShownMax) return `known there: ${codes.join(', ')}`;
  return 'write a code of ISO 3166 such as `US`, `US-NY` or `DE-BY`';
}

/** Gives the holidays of these types that start in a year, as the tables list them. */
export function holidaysOf(
  place: HolidayPlace,
  types: readonly HolidayType[],
): (year: number) => readonly Holiday[] {
  const [country = '', state = '', region = ''] = place;
  const known = new Map<number, readonly Holiday[]>();
  // In UTC the wall and the instant are the same number.
  const options = { languages: ['en'], timezone: 'UTC' };
  const tables = new (holidayLibrary())({ country, state, region }, options);
  return (year) => {
    let holidays = known.get(year);
    if (holidays === undefined) {
      const all = tables.getHolidays(year);
      holidays = all.filter(({ type }) => types.includes(type)).map(holidayOf);
      known.set(year, holidays);
    }
    return holidays;
  };
}

interface Listed {
  /** `2026-04-02 00:00:00`, and ` -0600` behind it for a day that begins at the sunset before. */
  readonly date: string;
  readonly start: Date;
  readonly end: Date;
  readonly name: string;
}

function holidayOf({ date, start, end, name }: Listed): Holiday {
  const lengthMs = end.getTime() - start.getTime();
  const title = name.replace(/ \(substitute day\)$/, '');
  const [year, month, day] = date.slice(0, 10).split('-').map(Number) as [number, number, number];
  const midnight: Wall = wallOf({ year, month, day });
  if (date.length > '2026-04-02 00:00:00'.length) {
    // Offices go by the days of the wall calendar: those that its length covers whole.
    const days = Math.max(1, Math.floor(lengthMs / dayMs));
    return { start: midnight, end: midnight + days * dayMs, title };
  }
  return { start: start.getTime(), end: end.getTime(), title };
}

/** Long enough for every rule that is not about one single year. */
const yearsLookedAt = [2020, 2021, 2022, 2023, 2024, 2025, 2026, 2027, 2028, 2029, 2030];

/** What the holidays of a place are called, of whatever type. */
export function holidayTitles(place: HolidayPlace): string[] {
  const listed = holidaysOf(place, holidayTypes);
  return [...new Set(yearsLookedAt.flatMap(listed).map(({ title }) => title))];
}
