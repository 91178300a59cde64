import { type Zone, zoneOf } from '../time/zone.ts';
import { zoneByLink } from '../time/zone-name.ts';
import { windowsZones } from './windows-zones.ts';

/**
 * The zone that a TZID means: an IANA name or one of its older spellings, the name that Windows
 * gives it, or either behind the prefix that some programs write (RFC 5545 3.2.19, `/x.org/2026/`).
 * What a VTIMEZONE of another name says is not looked at: it ends where its author stopped.
 */
export function zoneOfTzid(tzid: string): Zone | undefined {
  const name = tzid.trim();
  if (Object.hasOwn(windowsZones, name)) return zoneByLink(windowsZones[name]!);
  const parts = name.split('/');
  // Argentina/Buenos_Aires below America is the longest kind of name.
  const ends = name.startsWith('/') ? [3, 2].map((count) => parts.slice(-count).join('/')) : [];
  for (const candidate of [name, ...ends]) {
    const zone = zoneByLink(candidate);
    if (zone !== undefined) return zone;
  }
  return undefined;
}

/** UTC. */
export const utc = zoneOf('UTC');
