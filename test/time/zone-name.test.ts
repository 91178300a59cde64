import { describe, expect, it } from 'vitest';
import { parseZone } from '../../src/time/zone-name.ts';

describe('the name of a zone', () => {
  it.each([
    'UTC',
    'America/New_York',
    'Asia/Kolkata',
    'Asia/Calcutta',
    'Europe/Kyiv',
    'America/Argentina/Buenos_Aires',
    'America/Port-au-Prince',
    'Europe/Isle_of_Man',
    'Antarctica/DumontDUrville',
    'Antarctica/McMurdo',
  ])('may be %s', (name) => {
    expect(parseZone(name)).toMatchObject({ name });
  });

  it('may be every region and city that Node lists', () => {
    const listed = Intl.supportedValuesOf('timeZone').filter((name) => !name.startsWith('Etc/'));
    expect(listed.filter((name) => 'error' in parseZone(name))).toEqual([]);
  });

  it.each([
    ['EST', 'America/New_York'],
    ['PST', 'America/Los_Angeles'],
    ['CET', 'Europe/Berlin'],
    ['UTC+2', 'Europe/Helsinki'],
    ['+02:00', 'Europe/Helsinki'],
    ['Etc/GMT+5', 'America/New_York'],
    ['GMT', 'UTC'],
    ['Etc/UTC', 'UTC'],
    ['utc', 'UTC'],
    ['US/Eastern', 'America/New_York'],
    ['america/new_york', 'America/New_York'],
    ['America/New_york', 'America/New_York'],
    ['America/New York', 'America/New_York'],
    ['New York', 'America/New_York'],
    ['Amercia/New_York', 'America/New_York'],
    ['Europe/Berln', 'Europe/Berlin'],
    ['Berlin', 'Europe/Berlin'],
  ])('may not be %s, which suggests %s (D10)', (name, suggestion) => {
    expect(parseZone(name)).toMatchObject({ suggestion, error: expect.stringContaining(name) });
  });

  it('gets no suggestion where nothing is like it', () => {
    expect(parseZone('Mars/Olympus')).toEqual({ error: '`Mars/Olympus` is no time zone' });
    expect(parseZone('')).toEqual({ error: '`` is no time zone' });
  });
});
