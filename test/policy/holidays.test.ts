import { describe, expect, it } from 'vitest';
import {
  defaultHolidayTypes,
  firstHolidayYear,
  holidaysOf,
  holidayTitles,
  holidayTypes,
  lastHolidayYear,
  readPlace,
} from '../../src/policy/holidays.ts';

/** `2026-12-24T14:00/2026-12-25T00:00 Christmas Eve`. */
function listed(place: string, year: number, types = defaultHolidayTypes): string[] {
  const text = (wall: number) => new Date(wall).toISOString().slice(0, 16);
  return holidaysOf(
    place.split('-'),
    types,
  )(year).map(({ start, end, title }) => `${text(start)}/${text(end)} ${title}`);
}

describe('a place whose holidays are known', () => {
  it.each(['US', 'US-NY', 'US-LA-NO', 'DE-BY', 'GB-ENG', 'NZ', 'TR'])('%s', (text) => {
    expect(readPlace(text)).toEqual({ value: text.split('-') });
  });

  it.each([
    ['Austia', 0, 'did you mean AT?'],
    ['DE-Bavaria', 3, 'known there: BB, BE, BW'],
    ['DE-Bayren', 3, 'did you mean DE-BY?'],
    ['us-ny', 0, 'did you mean US?'],
    ['US-ny', 3, 'did you mean US-NY?'],
    ['DE-BX', 3, 'known there: BB, BE, BW'],
    ['TR-34', 3, 'write `TR`'],
    ['US-LA-NO-X', 9, 'write `US-LA-NO`'],
    ['Germany', 0, 'did you mean DE?'],
    ['USA', 0, 'ISO 3166'],
    ['', 0, 'ISO 3166'],
    ['constructor', 0, 'ISO 3166'],
  ])('%s is none, and the hint helps', (text, index, hint) => {
    expect(readPlace(text)).toMatchObject({ fault: { code: 'place-unknown', index } });
    const reading = readPlace(text);
    expect('fault' in reading && reading.fault.hint).toContain(hint);
  });
});

describe('holidays', () => {
  it('are whole days, and the observed day of one on a weekend is one too', () => {
    expect(listed('US', 2027)).toContain('2027-11-25T00:00/2027-11-26T00:00 Thanksgiving Day');
    expect(listed('US', 2026).filter((line) => line.endsWith('Independence Day'))).toEqual([
      '2026-07-03T00:00/2026-07-04T00:00 Independence Day',
      '2026-07-04T00:00/2026-07-05T00:00 Independence Day',
    ]);
  });

  it('may be the afternoon only, where the law says so', () => {
    expect(listed('DE', 2026)).toContain('2026-12-24T14:00/2026-12-25T00:00 Christmas Eve');
  });

  it('that begin at sunset are the days that the calendar on the wall shows for them', () => {
    expect(listed('IL', 2026)).toContain('2026-04-02T00:00/2026-04-03T00:00 Passover (Pesach)');
    expect(listed('TR', 2026)).toContain(
      '2026-03-20T00:00/2026-03-23T00:00 End of Ramadan (Eid al-Fitr)',
    );
  });

  it('count by their types: public and bank unless said otherwise', () => {
    expect(defaultHolidayTypes).toEqual(['public', 'bank']);
    const withOptional = listed('US', 2026, [...defaultHolidayTypes, 'optional']);
    const more = withOptional.filter((line) => !listed('US', 2026).includes(line));
    expect(more).toEqual(['2026-12-24T00:00/2026-12-25T00:00 Christmas Eve']);
    expect(listed('US', 2026, ['school'])).toEqual([]);
  });

  it('have names, without the mark of the observed day', () => {
    expect(holidayTitles(['US', 'NY'])).toContain('Columbus Day');
    expect(holidayTitles(['US', 'NY']).filter((title) => title.includes('substitute'))).toEqual([]);
  });

  it('are there, in order of time, for every country in the first and last year', () => {
    const countries = Object.keys(countryHint());
    expect(countries.length).toBeGreaterThan(150);
    for (const country of countries) {
      for (const year of [firstHolidayYear, 2026, lastHolidayYear]) {
        for (const { start, end } of holidaysOf([country], holidayTypes)(year)) {
          expect(end, `${country} ${year}`).toBeGreaterThan(start);
          expect(end - start, `${country} ${year}`).toBeLessThan(100 * 86_400_000);
        }
      }
    }
  }, 120_000);
});

/** Every country that is known: two letters that are taken. */
function countryHint(): Record<string, true> {
  const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
  const codes = letters.flatMap((first) => letters.map((second) => first + second));
  const known = codes.filter((code) => 'value' in readPlace(code));
  return Object.fromEntries(known.map((code) => [code, true]));
}
