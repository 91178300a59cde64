import { describe, expect, it } from 'vitest';
import type { Segment } from '../../src/time/timeline.ts';
import { loadText, policyText } from './fixtures.ts';

function timelineOf(...lines: string[]) {
  const { set, problems } = loadText(policyText(...lines));
  const [policy] = set?.policies ?? [];
  if (policy === undefined) throw new Error(JSON.stringify(problems));
  return policy.timeline;
}

/** The stretches that are on and meet two days of January 2026, as `start/end` in UTC. */
function onFrom(day: string, until: string, ...lines: string[]): string[] {
  const segments = timelineOf(...lines).segments(Date.parse(day), Date.parse(until));
  return [...segments].filter(({ on }: Segment) => on).map(rangeOf);
}

function rangeOf({ start, end }: Segment): string {
  const show = (instant: number) => new Date(instant).toISOString().slice(0, 16);
  return `${show(start)}/${show(end)}`;
}

describe('the timeline of a policy', () => {
  it('is on inside of `during`', () => {
    const lines = ['pause: { during: [{ weekly: Sun 02:00-06:00, timezone: UTC }] }'];
    expect(onFrom('2026-01-04', '2026-01-12', ...lines)).toEqual([
      '2026-01-04T02:00/2026-01-04T06:00',
      '2026-01-11T02:00/2026-01-11T06:00',
    ]);
  });

  it('is on except inside of `outside`', () => {
    const lines = ['pause: { outside: [{ weekly: Mon-Fri 08:00-19:00, timezone: UTC }] }'];
    expect(onFrom('2026-01-09T12:00Z', '2026-01-13', ...lines)).toEqual([
      '2026-01-09T19:00/2026-01-12T08:00',
      '2026-01-12T19:00/2026-01-13T08:00',
    ]);
  });

  it('is on where a policy protects', () => {
    const lines = ['protect: { during: [{ daily: 01:00-02:00, timezone: UTC }] }'];
    expect(onFrom('2026-01-01', '2026-01-02', ...lines)).toEqual([
      '2026-01-01T01:00/2026-01-01T02:00',
    ]);
  });

  it('S7: back-to-back windows are one pause', () => {
    const windows =
      '[{ daily: 01:00-02:00, timezone: UTC }, { daily: 02:00-03:00, timezone: UTC }]';
    expect(onFrom('2026-01-01', '2026-01-02', `pause: { during: ${windows} }`)).toEqual([
      '2026-01-01T01:00/2026-01-01T03:00',
    ]);
  });

  it('S17: is on in any of its windows, of one form or several', () => {
    const windows = [
      '{ monthly: 2nd Tue 20:00-23:00, timezone: UTC }',
      '{ yearly: Jan 13 22:00 for 2h, timezone: UTC }',
      '{ weekly: Wed 01:00-02:00, timezone: UTC }',
    ];
    expect(onFrom('2026-01-13', '2026-01-15', `pause: { during: [${windows}] }`)).toEqual([
      '2026-01-13T20:00/2026-01-14T00:00',
      '2026-01-14T01:00/2026-01-14T02:00',
    ]);
  });

  it('S20: has the edges of a very short window, to the second', () => {
    const window = '{ once: 2026-01-13T20:00:30/PT15S, timezone: UTC }';
    const timeline = timelineOf(`pause: { during: [${window}] }`);
    const opens = Date.parse('2026-01-13T20:00:30Z');
    expect(timeline.nextBoundary(Date.parse('2026-01-13'))).toBe(opens);
    expect(timeline.at(opens)).toBe(true);
    expect(timeline.nextBoundary(opens)).toBe(opens + 15_000);
    const { problems } = loadText(policyText(`pause: { during: [${window}] }`));
    expect(problems.map(({ code, severity }) => [code, severity])).toEqual([
      ['window-short', 'warning'],
    ]);
  });

  it('begins early by its lead, inside', () => {
    const lines = ['lead: 10m', 'pause: { during: [{ daily: 01:00-02:00, timezone: UTC }] }'];
    expect(onFrom('2026-01-01', '2026-01-02', ...lines)).toEqual([
      '2026-01-01T00:50/2026-01-01T02:00',
    ]);
  });

  it('begins early by its lead, outside: quieting starts before the window ends', () => {
    const lines = ['lead: 10m', 'pause: { outside: [{ daily: 08:00-19:00, timezone: UTC }] }'];
    expect(onFrom('2026-01-01T12:00Z', '2026-01-02', ...lines)).toEqual([
      '2026-01-01T18:50/2026-01-02T08:00',
    ]);
  });

  it('closes a gap that is no longer than its lead', () => {
    const windows =
      '[{ daily: 01:00-02:00, timezone: UTC }, { daily: 02:10-03:00, timezone: UTC }]';
    const lines = ['lead: 10m', `pause: { during: ${windows} }`];
    expect(onFrom('2026-01-01', '2026-01-02', ...lines)).toEqual([
      '2026-01-01T00:50/2026-01-01T03:00',
    ]);
  });

  it('S1, S2: a night belongs to the day on which it starts', () => {
    const lines = ['pause: { during: [{ weekly: Mon-Fri 22:00-06:00, timezone: UTC }] }'];
    // 2026-01-09 is a Friday.
    expect(onFrom('2026-01-09', '2026-01-12T23:00Z', ...lines)).toEqual([
      '2026-01-08T22:00/2026-01-09T06:00',
      '2026-01-09T22:00/2026-01-10T06:00',
      '2026-01-12T22:00/2026-01-13T06:00',
    ]);
  });

  it('S3: a range of days wraps', () => {
    const lines = ['pause: { during: [{ weekly: Sat-Mon 20:00 for 2h, timezone: UTC }] }'];
    expect(onFrom('2026-01-09', '2026-01-14', ...lines)).toEqual([
      '2026-01-10T20:00/2026-01-10T22:00',
      '2026-01-11T20:00/2026-01-11T22:00',
      '2026-01-12T20:00/2026-01-12T22:00',
    ]);
  });

  it('D7: an end on the wall and a length part at a clock change', () => {
    // In the night to 2026-03-08 New York loses an hour.
    const wall = ['pause: { during: [daily: 22:00-06:00] }'];
    const length = ['pause: { during: [daily: 22:00 for 8h] }'];
    const [from, to] = ['2026-03-08T04:00Z', '2026-03-08T05:00Z'];
    expect(onFrom(from, to, ...wall)).toEqual(['2026-03-08T03:00/2026-03-08T10:00']);
    expect(onFrom(from, to, ...length)).toEqual(['2026-03-08T03:00/2026-03-08T11:00']);
  });

  it('S22: is allowed to be constant only when the policy says so', () => {
    const always = timelineOf('allow_always: true', 'pause: { during: [daily: 00:00-24:00] }');
    expect(always.at(Date.UTC(2026, 5, 1))).toBe(true);
  });

  it('gives the occurrences of each window by themselves', () => {
    const { set } = loadText(
      policyText('pause: { during: [{ daily: 22:00-06:00, timezone: UTC }] }'),
    );
    const [first] = set!.policies[0]!.windows[0]!.occurrences(Date.UTC(2026, 0, 1));
    expect(first).toEqual({ start: Date.UTC(2025, 11, 31, 22), end: Date.UTC(2026, 0, 1, 6) });
  });
});
