// Names of zones as people write them. Only UTC and region/city names are taken: an abbreviation
// names several zones (Node takes EST for Panama), an offset knows no daylight saving time, and a
// misspelt name must never quietly mean another zone.

import { closest } from './closest.ts';
import { type Zone, zoneOf } from './zone.ts';

/** Why a name is no zone, and the name that was probably meant. */
export interface ZoneNameFault {
  /** One sentence without a full stop. */
  readonly error: string;
  readonly suggestion?: string;
}

const regions = [
  'Africa',
  'America',
  'Antarctica',
  'Arctic',
  'Asia',
  'Atlantic',
  'Australia',
  'Europe',
  'Indian',
  'Pacific',
];

/** Where most who write the abbreviation live. */
const abbreviations: Readonly<Record<string, string>> = {
  AEDT: 'Australia/Sydney',
  AEST: 'Australia/Sydney',
  AKDT: 'America/Anchorage',
  AKST: 'America/Anchorage',
  BST: 'Europe/London',
  CDT: 'America/Chicago',
  CEST: 'Europe/Berlin',
  CET: 'Europe/Berlin',
  CST: 'America/Chicago',
  EDT: 'America/New_York',
  EEST: 'Europe/Helsinki',
  EET: 'Europe/Helsinki',
  EST: 'America/New_York',
  HST: 'Pacific/Honolulu',
  IST: 'Asia/Kolkata',
  JST: 'Asia/Tokyo',
  MDT: 'America/Denver',
  MEST: 'Europe/Berlin',
  MET: 'Europe/Berlin',
  MST: 'America/Denver',
  NZDT: 'Pacific/Auckland',
  NZST: 'Pacific/Auckland',
  PDT: 'America/Los_Angeles',
  PST: 'America/Los_Angeles',
  SGT: 'Asia/Singapore',
  WEST: 'Europe/Lisbon',
  WET: 'Europe/Lisbon',
};

/** A place for each offset, in minutes: an example, since an offset alone names no place. */
const placesByOffset: Readonly<Record<number, string>> = {
  [-600]: 'Pacific/Honolulu',
  [-540]: 'America/Anchorage',
  [-480]: 'America/Los_Angeles',
  [-420]: 'America/Denver',
  [-360]: 'America/Chicago',
  [-300]: 'America/New_York',
  [-240]: 'America/Halifax',
  [-180]: 'America/Sao_Paulo',
  [-120]: 'America/Noronha',
  [-60]: 'Atlantic/Azores',
  0: 'UTC',
  60: 'Europe/Berlin',
  120: 'Europe/Helsinki',
  180: 'Europe/Istanbul',
  240: 'Asia/Dubai',
  300: 'Asia/Karachi',
  330: 'Asia/Kolkata',
  360: 'Asia/Dhaka',
  420: 'Asia/Bangkok',
  480: 'Asia/Singapore',
  540: 'Asia/Tokyo',
  600: 'Australia/Sydney',
  720: 'Pacific/Auckland',
};

/** The zone of this name, exact in spelling, or why there is none. */
export function parseZone(name: string): Zone | ZoneNameFault {
  if (isZoneName(name)) return zoneOf(name);
  const upper = name.trim().toUpperCase();
  const minutes = offsetMinutes(upper);
  if (minutes !== undefined) {
    return faultOf(
      name,
      'is an offset, not a place with its clock changes',
      placesByOffset[minutes],
    );
  }
  if (/^(?:ETC\/)?(?:UTC|UCT|GMT0?|Z|ZULU|UNIVERSAL|GREENWICH)$/.test(upper)) {
    return faultOf(name, 'is not how UTC is written here', 'UTC');
  }
  const place = abbreviations[upper];
  if (place !== undefined) return faultOf(name, 'is an abbreviation, not a place', place);
  const canonical = canonicalName(name);
  if (canonical !== undefined && canonical !== name && isZoneName(canonical)) {
    const isInRegion = regions.some((region) => upper.startsWith(`${region.toUpperCase()}/`));
    const what = isInRegion ? 'is not exact in upper and lower case' : 'is no region and city';
    return faultOf(name, what, canonical);
  }
  return faultOf(name, 'is no time zone', suggestFor(name));
}

/**
 * The zone that other programs mean by a name: also the tz database's older spellings, such as
 * `US/Eastern`, which say the same. Abbreviations stay unknown.
 */
export function zoneByLink(name: string): Zone | undefined {
  const zone = parseZone(name);
  if (!('error' in zone)) return zone;
  if (/^(?:Etc\/)?(?:UTC|UCT|GMT|Z|Zulu|Universal|Greenwich)$/.test(name)) return zoneOf('UTC');
  const canonical = name.includes('/') ? canonicalName(name) : undefined;
  return canonical === undefined ? undefined : zoneOf(canonical);
}

/** What `UTC+2`, `GMT-03:30`, `+0530` say; `Etc/GMT-2` counts west, POSIX fashion. */
function offsetMinutes(upper: string): number | undefined {
  const shape = /^(ETC\/)?(?:UTC|GMT|Z)?\s*([+-])(\d{1,2})(?::?(\d{2}))?$/.exec(upper);
  if (shape === null) return undefined;
  const isAhead = (shape[2] === '+') === (shape[1] === undefined);
  const minutes = Number(shape[3]) * 60 + Number(shape[4] ?? 0);
  return isAhead || minutes === 0 ? minutes : -minutes;
}

function faultOf(name: string, what: string, suggestion: string | undefined): ZoneNameFault {
  const error = `\`${name}\` ${what}`;
  return suggestion === undefined ? { error } : { error, suggestion };
}

/**
 * Intl takes names in any case, and lists only some of them. So the others, such as Asia/Kolkata,
 * are known by being taken and having the shape that all names have.
 */
function isZoneName(name: string): boolean {
  if (name === 'UTC' || listedNames().has(name)) return true;
  const [region, ...places] = name.split('/');
  if (!regions.includes(region!) || places.length === 0) return false;
  if (!places.every((place) => place.split(/[_-]/).every(isPlaceWord))) return false;
  return canonicalName(name) !== undefined;
}

const acronyms = ['ACT', 'IN', 'LHI', 'NSW'];

/** `York`, `McMurdo`, `DumontDUrville`; `of` in `Isle_of_Man`. */
function isPlaceWord(word: string): boolean {
  return /^(?:[A-Z][a-z]+|D(?=U))+$|^(?:of|es|au)$/.test(word) || acronyms.includes(word);
}

/** What this Node calls the zone; undefined when it knows no such name. */
function canonicalName(name: string): string | undefined {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    return undefined;
  }
}

let listed: ReadonlySet<string> | undefined;

function listedNames(): ReadonlySet<string> {
  const isPlace = (name: string) => regions.includes(name.split('/')[0]!);
  listed ??= new Set(Intl.supportedValuesOf('timeZone').filter(isPlace));
  return listed;
}

/** The most similar name; a city alone finds its region. */
function suggestFor(name: string): string | undefined {
  const names = ['UTC', ...listedNames()];
  const written = name.trim().replaceAll(' ', '_');
  const byCity = new Map(names.map((full) => [full.split('/').at(-1)!, full]));
  const city = written.includes('/') ? undefined : closest(written, byCity.keys());
  return closest(written, names) ?? (city === undefined ? undefined : byCity.get(city));
}
