import { describe, expect, it } from 'vitest';
import { loadPolicySet } from '../../src/policy/load-policies.ts';
import type { Policy, PolicySource } from '../../src/policy/policy.ts';
import { briefly, fixtureNow } from './fixtures.ts';

interface Written {
  readonly calendars: readonly string[];
  readonly effect?: string;
  readonly windows: readonly string[];
  readonly zone?: string;
}

function textOf({ calendars, windows, effect = 'during', zone = 'America/New_York' }: Written) {
  return [
    'version: 1',
    `timezone: ${zone}`,
    'calendars:',
    ...calendars.map((line) => `  ${line}`),
    'policies:',
    '  p:',
    '    select: { all: true }',
    `    pause: { ${effect}: [${windows.map((window) => `{ ${window} }`).join(', ')}] }`,
    '',
  ].join('\n');
}

function policyOf(written: Written, more: readonly PolicySource[] = []): Policy {
  const source = { file: 'a.yaml', text: textOf(written) };
  const { set, problems } = loadPolicySet([source, ...more], { now: fixtureNow });
  const [policy] = set?.policies ?? [];
  if (policy === undefined) throw new Error(JSON.stringify(problems));
  return policy;
}

const utc = (instant: number) => new Date(instant).toISOString().slice(0, 16);

/** The pauses that meet these days. */
function pauses(policy: Policy, from: string, to: string): string[] {
  return [...policy.timeline.segments(Date.parse(from), Date.parse(to))]
    .filter(({ on }) => on)
    .map(({ start, end }) => `${utc(start)}/${utc(end)}`);
}

/** The occurrences of a window that end after a day and start before another. */
function occurrences(policy: Policy, from: string, to: string, index = 0): string[] {
  const found: string[] = [];
  for (const { start, end } of policy.windows[index]!.occurrences(Date.parse(from))) {
    if (start >= Date.parse(to)) break;
    found.push(`${utc(start)}/${utc(end)}`);
  }
  return found;
}

const feed = (text: string): PolicySource => ({
  file: 'https://vendor.example/a.ics',
  text,
  kind: 'calendar',
});
const feedOf = (...events: readonly string[]) => {
  const blocks = events.map((lines) => `BEGIN:VEVENT\n${lines}\nEND:VEVENT\n`);
  return feed(`BEGIN:VCALENDAR\n${blocks.join('')}END:VCALENDAR\n`);
};
const vendor = 'vendor: { ics: "https://vendor.example/a.ics" }';

describe('S23: a holiday in office hours', () => {
  // 2026-11-26 is Thanksgiving, a Thursday.
  const hours = 'weekly: Mon-Fri 08:00-19:00, except: us';
  const calendars = ['us: { holidays: US }'];

  it('has none: what pauses outside of them is paused all day', () => {
    const policy = policyOf({ calendars, windows: [hours], effect: 'outside' });
    expect(pauses(policy, '2026-11-25T14:00Z', '2026-11-28T01:00Z')).toEqual([
      '2026-11-26T00:00/2026-11-27T13:00',
      '2026-11-28T00:00/2026-11-30T13:00',
    ]);
  });

  it('may be left out by its name', () => {
    const kept = ['us: { holidays: US, without: [Thanksgiving Day, Columbus Day] }'];
    const policy = policyOf({ calendars: kept, windows: [hours] });
    expect(occurrences(policy, '2026-11-26', '2026-11-27')).toEqual([
      '2026-11-26T13:00/2026-11-27T00:00',
    ]);
  });

  it('is no window: what pauses inside of them is not paused that day', () => {
    const policy = policyOf({ calendars, windows: [hours] });
    expect(pauses(policy, '2026-11-25', '2026-11-28')).toEqual([
      '2026-11-25T13:00/2026-11-26T00:00',
      '2026-11-27T13:00/2026-11-28T00:00',
    ]);
  });

  it('cuts a night where its day begins and ends', () => {
    const policy = policyOf({ calendars, windows: ['daily: 22:00-06:00, except: us'] });
    expect(occurrences(policy, '2026-11-25T12:00Z', '2026-11-28T12:00Z')).toEqual([
      '2026-11-26T03:00/2026-11-26T05:00',
      '2026-11-27T05:00/2026-11-27T11:00',
      '2026-11-28T03:00/2026-11-28T11:00',
    ]);
  });
});

describe('S24: the zone of a holiday', () => {
  const windows = ['calendar: close', 'calendar: close, timezone: Asia/Tokyo'];

  it('is that of the window', () => {
    const policy = policyOf({ calendars: ['close: { dates: 2026-03-31 }'], windows });
    const [newYork, tokyo] = [0, 1].map((index) =>
      occurrences(policy, '2026-03-01', '2026-05-01', index),
    );
    expect(newYork).toEqual(['2026-03-31T04:00/2026-04-01T04:00']);
    expect(tokyo).toEqual(['2026-03-30T15:00/2026-03-31T15:00']);
  });

  it('is that of the calendar, if it names one', () => {
    const calendars = ['close: { dates: 2026-03-31, timezone: Europe/Berlin }'];
    const policy = policyOf({ calendars, windows });
    expect(pauses(policy, '2026-03-01', '2026-05-01')).toEqual([
      '2026-03-30T22:00/2026-03-31T22:00',
    ]);
  });

  it('is handed to the calendars that one includes, unless they name their own', () => {
    const calendars = [
      'all: { include: [close, tokyo], timezone: Europe/Berlin }',
      'close: { dates: 2026-03-31 }',
      'tokyo: { dates: 2026-04-15, timezone: Asia/Tokyo }',
    ];
    const policy = policyOf({ calendars, windows: ['calendar: all'] });
    expect(pauses(policy, '2026-03-01', '2026-05-01')).toEqual([
      '2026-03-30T22:00/2026-03-31T22:00',
      '2026-04-14T15:00/2026-04-15T15:00',
    ]);
  });
});

describe('a calendar of dates', () => {
  it('has whole days, both ends of a range included, and adds up what overlaps', () => {
    const calendars = [
      'close: { dates: [2026-12-29/2027-01-02, 2027-01-01/2027-01-03, 2027-03-14] }',
    ];
    const policy = policyOf({ calendars, windows: ['calendar: close'] });
    expect(pauses(policy, '2026-01-01', '2028-01-01')).toEqual([
      '2026-12-29T05:00/2027-01-04T05:00',
      // 23 hours.
      '2027-03-14T05:00/2027-03-15T04:00',
    ]);
  });
});

describe('a window of a calendar', () => {
  it('may be limited to what starts between two dates', () => {
    const calendars = [
      'close: { dates: [2026-01-30/2026-02-02, 2026-02-10, 2026-02-28/2026-03-02] }',
    ];
    const windows = ['calendar: close, from: 2026-02-01, until: 2026-02-28'];
    expect(pauses(policyOf({ calendars, windows }), '2026-01-01', '2027-01-01')).toEqual([
      '2026-02-10T05:00/2026-02-11T05:00',
      '2026-02-28T05:00/2026-03-03T05:00',
    ]);
  });

  it('may be cut by another calendar', () => {
    const calendars = ['close: { dates: 2026-03-30/2026-04-02 }', 'good: { dates: 2026-03-31 }'];
    const policy = policyOf({ calendars, windows: ['calendar: close, except: good'] });
    expect(occurrences(policy, '2026-01-01', '2027-01-01')).toEqual([
      '2026-03-30T04:00/2026-03-31T04:00',
      '2026-04-01T04:00/2026-04-03T04:00',
    ]);
  });
});

describe('calendars of several files', () => {
  const shared = { file: 'shared.yaml', text: 'version: 1\ncalendars:\n  us: { holidays: US }\n' };

  it('are known to all of them, also from a file without a policy', () => {
    const policy = policyOf({ calendars: ['all: { include: us }'], windows: ['calendar: all'] }, [
      shared,
    ]);
    expect(pauses(policy, '2026-12-20', '2026-12-31')).toEqual([
      '2026-12-25T05:00/2026-12-26T05:00',
    ]);
  });

  it('have names of their own: two of one name are an error with both places', () => {
    const text = textOf({ calendars: ['us: { holidays: US }'], windows: ['calendar: us'] });
    const { problems } = loadPolicySet([{ file: 'a.yaml', text }, shared]);
    expect(problems).toEqual([
      expect.objectContaining({
        file: 'shared.yaml',
        line: 3,
        code: 'calendar-duplicate',
        message: 'there is already a calendar `us` at a.yaml:4:3',
      }),
    ]);
  });

  it('are looked at even when their name is taken', () => {
    const text = textOf({ calendars: ['us: { holidays: US }'], windows: ['calendar: us'] });
    const second = `version: 1
calendars:
  us: { holidays: Narnia, timezone: Mars }
  us-too: { include: us }
  more: { include: us }
`;
    const third = 'version: 1\ncalendars:\n  more: { include: [nobody] }\n  us: { holidays: XX }\n';
    const { set, problems } = loadPolicySet([
      { file: 'a.yaml', text },
      { file: 'b.yaml', text: second },
      { file: 'c.yaml', text: third },
    ]);
    expect(set).toBeUndefined();
    expect(problems.map(({ file, line, code }) => `${file}:${line} ${code}`)).toEqual([
      'b.yaml:3 calendar-duplicate',
      'b.yaml:3 place-unknown',
      'b.yaml:3 zone-unknown',
      'c.yaml:3 calendar-duplicate',
      'c.yaml:3 calendar-unknown',
      'c.yaml:4 calendar-duplicate',
      'c.yaml:4 place-unknown',
    ]);
  });
});

describe('what is wrong with calendars', () => {
  const messages = (calendars: readonly string[], windows: readonly string[]) =>
    loadPolicySet([{ file: 'a.yaml', text: textOf({ calendars, windows }) }]).problems.map(
      ({ message, hint }) => `${message} (${hint})`,
    );

  it('is told with the way that leads in a circle', () => {
    const calendars = ['a: { include: [b] }', 'b: { include: c }', 'c: { include: [b] }'];
    expect(messages(calendars, ['calendar: a'])).toEqual([
      'this calendar includes itself: b → c → b (leave one of them out)',
    ]);
  });

  it('is told with what was probably meant', () => {
    const calendars = ['us-holidays: { holidays: US, without: Colombus Day }'];
    expect(messages(calendars, ['calendar: us-hollidays'])).toEqual([
      'US has no holiday `Colombus Day` (did you mean Columbus Day?)',
      'there is no calendar `us-hollidays` in any file (did you mean us-holidays?)',
    ]);
  });

  it('is told once, not again for every window that refers to it', () => {
    const calendars = ['us: { holidays: ZZ }', 'all: { include: us }'];
    expect(messages(calendars, ['calendar: us', 'calendar: all'])).toHaveLength(1);
  });
});

describe('S19: a list without an entry', () => {
  it('is an error, in a calendar and in a window', () => {
    const codes = (calendars: readonly string[], windows: readonly string[]) =>
      briefly(loadPolicySet([{ file: 'a.yaml', text: textOf({ calendars, windows }) }])).map(
        (line) => line.split(' ')[2],
      );
    const daily = 'daily: 08:00-19:00';
    expect(codes(['c: { dates: [] }'], [daily])).toEqual(['list-empty']);
    expect(codes(['c: { include: [] }'], [daily])).toEqual(['list-empty']);
    expect(codes(['c: { holidays: US, types: [] }'], [daily])).toEqual(['list-empty']);
    expect(codes(['c: { holidays: US }'], [`${daily}, except: []`])).toEqual(['list-empty']);
  });
});

describe('S17: calendars that make a window always or never open', () => {
  it('are found out', () => {
    const calendars = ['all: { dates: 1900-01-01/2999-12-31 }'];
    const load = (effect: string) => {
      const text = textOf({ calendars, windows: ['daily: 08:00-19:00, except: all'], effect });
      return briefly(loadPolicySet([{ file: 'a.yaml', text }])).map((line) => line.split(' ')[2]);
    };
    expect(load('outside')).toEqual(['never-runs']);
    expect(load('during')).toEqual(['never-pauses']);
  });

  it('are no error when somebody else writes them: tomorrow they may have something', () => {
    const windows = ['calendar: vendor'];
    const source = { file: 'a.yaml', text: textOf({ calendars: [vendor], windows }) };
    const { set, problems } = loadPolicySet([source, feedOf()]);
    expect(problems.map(({ code }) => code)).toEqual(['calendar-empty', 'window-never-opens']);
    expect(set?.policies[0]?.timeline.nextBoundary(0)).toBeUndefined();
  });
});

describe('an iCalendar text of a set', () => {
  const windows = ['calendar: vendor'];
  const hashes = (source: PolicySource) => {
    const text = textOf({ calendars: [vendor], windows });
    const { set } = loadPolicySet([{ file: 'a.yaml', text }, source]);
    return { set: set!.hash, policy: set!.policies[0]!.hash, sources: set!.sources };
  };
  const event = 'UID:1\nDTSTART:20260301T020000Z\nDURATION:PT1H\nSUMMARY:Upgrade';
  const before = hashes(feedOf(event));

  it('is a source of the set, from which it can be loaded again', () => {
    expect(before.sources.map(({ file, kind }) => [file, kind])).toEqual([
      ['a.yaml', undefined],
      ['https://vendor.example/a.ics', 'calendar'],
    ]);
    const again = loadPolicySet(before.sources);
    expect(again.set?.hash).toBe(before.set);
    expect(pauses(again.set!.policies[0]!, '2026-01-01', '2027-01-01')).toEqual([
      '2026-03-01T02:00/2026-03-01T03:00',
    ]);
  });

  it('makes another set when it changes, and another policy when its times do', () => {
    const renamed = hashes(feedOf(event.replace('Upgrade', 'Update')));
    expect(renamed.set).not.toBe(before.set);
    expect(renamed.policy).toBe(before.policy);
    const moved = hashes(feedOf(event.replace('T02', 'T03')));
    expect(moved.policy).not.toBe(before.policy);
  });

  it('that nothing refers to is no part of it', () => {
    const text = textOf({ calendars: ['us: { holidays: US }'], windows: ['calendar: us'] });
    const { set } = loadPolicySet([{ file: 'a.yaml', text }, feedOf(event)]);
    expect(set?.sources.map(({ file }) => file)).toEqual(['a.yaml']);
  });

  it('says what is on, for people', () => {
    const calendars = [vendor, 'us: { holidays: US }', 'all: { include: [vendor, us] }'];
    const policy = policyOf(
      { calendars, windows: ['calendar: vendor', 'daily: 00:00-24:00, except: all'] },
      [feedOf(event, event.replace('UID:1', 'UID:2').replace('Upgrade', 'Backup'))],
    );
    const [open, cut] = policy.windows;
    const at = Date.UTC(2026, 2, 1, 2, 30);
    expect(open!.eventsAt(at).map(({ calendar, title }) => `${calendar} ${title}`)).toEqual([
      'vendor Upgrade',
      'vendor Backup',
    ]);
    expect(cut!.exceptionsAt(at)).toEqual(open!.eventsAt(at));
    const christmas = Date.UTC(2026, 11, 25, 12);
    expect(cut!.exceptionsAt(christmas)).toEqual([{ calendar: 'us', title: 'Christmas Day' }]);
    expect(open!.eventsAt(christmas)).toEqual([]);
    expect(cut!.exceptionsAt(Date.UTC(2026, 11, 27))).toEqual([]);
    const hours = policyOf({
      calendars: ['us: { holidays: US }'],
      windows: ['weekly: Mon-Fri 08:00-19:00, except: us'],
    }).windows[0]!;
    expect(hours.exceptionsAt(christmas)).toHaveLength(0);
    expect(hours.exceptionsAt(christmas + 3 * 3_600_000)).toHaveLength(1);
  });
});

describe('the hash of a policy with calendars', () => {
  const hashOf = (calendars: readonly string[], window = 'daily: 08:00-19:00, except: c') =>
    policyOf({ calendars, windows: [window] }).hash;
  const hash = hashOf(['c: { holidays: US }']);

  it('stays when only a name or a description changes', () => {
    expect(hashOf(['d: { holidays: US }'], 'daily: 08:00-19:00, except: d')).toBe(hash);
    expect(hashOf(['c: { holidays: US, description: x }'])).toBe(hash);
    expect(hashOf(['c: { holidays: US, types: [public, bank] }'])).toBe(hash);
  });

  it.each([
    ['another place', ['c: { holidays: US-NY }']],
    ['other types', ['c: { holidays: US, types: public }']],
    ['a holiday left out', ['c: { holidays: US, without: Columbus Day }']],
    ['a zone of its own', ['c: { holidays: US, timezone: UTC }']],
    ['dates instead', ['c: { dates: 2026-01-01 }']],
    [
      'more included',
      ['c: { include: [d, e] }', 'd: { holidays: US }', 'e: { dates: 2026-01-01 }'],
    ],
  ])('changes with %s', (_, calendars) => {
    expect(hashOf(calendars)).not.toBe(hash);
  });

  it('changes with `except` and without', () => {
    const without = ['daily: 08:00-19:00', 'calendar: c'];
    const policy = policyOf({ calendars: ['c: { dates: 2999-01-01 }'], windows: without });
    expect(policy.hash).not.toBe(hash);
  });
});
