// A judge that never convicts is worth nothing: each invariant gets a history that breaks it.

import { describe, expect, test } from 'vitest';
import type { ApiRequest, Change, Death, Entry, Evidence, SyncState } from './evidence.ts';
import { judge } from './judge.ts';
import { isClean, renderVerdict } from './report.ts';

const SYNC = 'model:1';
const sync: SyncState = {
  key: SYNC,
  kind: 'model',
  name: 'Sales/Accounts',
  active: true,
  frequency: 'hourly',
};

const change = (at: number, active: boolean, more: Partial<Change> = {}): Change => ({
  ...{ seq: at, at, sync: SYNC, name: sync.name, active, isDeleted: false, by: 'Automation' },
  ...more,
});

const entry = (at: number, type: string, more: Partial<Entry> = {}): Entry => ({
  ...{ seq: at, at, type, reason: `${type}.`, policy: 'nightly', sync: SYNC, hold: 'hold-1' },
  ...{ occurrence_start: null, occurrence_end: null, before: null, after: null, key: null },
  ...{ detail: null, ...more },
});

const post = (at: number, action: string, more: Partial<ApiRequest> = {}): ApiRequest => ({
  ...{ seq: at, at, method: 'POST', path: `/api/syncs/1/${action}`, sync: SYNC, action },
  ...{ body: action, key: `key-${action}`, caller: 'Automation', state: 'answered', status: 200 },
  ...{ effect: 'changed', fault: undefined, ...more },
});

const call = (at: number, action: string, outcome?: string): Entry =>
  entry(at, outcome === undefined ? 'call.intended' : 'call.answered', {
    key: `key-${action}`,
    detail: { action, outcome },
  });

/** A window from 1,000,000 on, in which a sync was paused, and after which it was restored. */
const T = 1_000_000;
const story: Evidence = {
  before: [sync],
  after: [sync],
  changes: [change(T + 120, false), change(T + 520, true)],
  requests: [post(T + 120, 'deactivate'), post(T + 520, 'activate')],
  entries: [
    entry(T, 'window.opened', { occurrence_start: T, occurrence_end: T + 500, sync: null }),
    entry(T + 100, 'hold.opened', { before: 'active' }),
    call(T + 110, 'deactivate'),
    call(T + 130, 'deactivate', 'ok'),
    entry(T + 140, 'hold.held'),
    entry(T + 500, 'window.closed', { occurrence_start: T, occurrence_end: T + 500, sync: null }),
    entry(T + 505, 'hold.resuming'),
    call(T + 510, 'activate'),
    call(T + 530, 'activate', 'ok'),
    entry(T + 540, 'hold.released'),
  ],
  leftovers: { holds: [], calls: [], alerts: [] },
  isSettled: true,
  calm: { from: T, reachedAt: T + 200, end: T + 500, strays: [] },
  deaths: [],
  log: [],
  harm: [],
  windows: [{ policy: 'nightly', start: T, end: T + 500 }],
  audit: { kept: 20, isWhole: true, says: '' },
  lost: 0,
};

const inactive = { ...sync, active: false };
const without = <R extends { type?: string; action?: string | undefined }>(
  list: readonly R[],
  what: string,
) => list.filter(({ type, action }) => type !== what && action !== what);
const told: Death = {
  ...{ daemon: 'daemon 1', at: T, tookMs: 50, lastLines: ['it said this'] },
  ...{ isMeant: true, asked: 'SIGTERM', exitCode: 0, signal: null },
};
const byItself: Death = { ...told, isMeant: false, asked: undefined, exitCode: 1 };

/** A pause without effect that was answered so, an edit of the name, and who is said to want it. */
const unpaused = (outcome: string): Partial<Evidence> => ({
  changes: [change(T + 200, true, { by: 'Ann', name: 'Sales/Renamed' })],
  requests: [post(T + 120, 'deactivate', { effect: 'none' })],
  entries: [
    ...story.entries.slice(0, 3),
    call(T + 130, 'deactivate', outcome),
    entry(T + 300, 'hold.yielded'),
    entry(T + 500, 'window.closed', { occurrence_start: T, occurrence_end: T + 500, sync: null }),
    entry(T + 540, 'hold.released'),
  ],
});

/** Broken promises, by the invariant that has to notice. */
const BROKEN: Readonly<Record<string, readonly Partial<Evidence>[]>> = {
  'a sync whose flag nobody touched ends as it began': [
    { after: [inactive], changes: story.changes.slice(0, 1), requests: [story.requests[0]!] },
    { after: [], changes: story.changes },
    // A person who only renames a sync leaves its flag to us.
    {
      after: [inactive],
      changes: [story.changes[0]!, change(T + 300, false, { by: 'Ann', name: 'Sales/Renamed' })],
      requests: [story.requests[0]!],
    },
  ],
  'a sync that was inactive is never activated': [
    { before: [inactive], changes: [], after: [inactive], requests: [post(T + 520, 'activate')] },
  ],
  'every activation of ours undoes a pause of ours': [
    { entries: story.entries.map((each) => ({ ...each, hold: 'hold-2', sync: 'model:2' })) },
    // Paused by a person before the hold was opened.
    { changes: [change(T - 9_000, false, { by: 'Ann' }), change(T + 520, true)] },
    // Paused by a person, while we had asked for nothing.
    {
      changes: [change(T + 120, false, { by: 'Ann' }), change(T + 520, true)],
      requests: [post(T + 520, 'activate')],
      entries: story.entries.filter(({ key }) => key !== 'key-deactivate'),
    },
    // Restored, then paused by a person, and then activated once more.
    {
      changes: [
        ...story.changes,
        change(T + 530, false, { by: 'Ann' }),
        change(T + 9_000, true, { seq: T + 9_000 }),
      ],
      entries: story.entries.map((each) =>
        each.type === 'hold.released' ? { ...each, at: T + 9_999 } : each,
      ),
    },
  ],
  'nothing that we paused stays paused': [
    // Touched, so that the first invariant says nothing of it.
    {
      after: [inactive],
      changes: [
        change(T - 9_000, false, { by: 'Ann' }),
        change(T - 8_000, true, { by: 'Ann' }),
        change(T + 120, false),
      ],
    },
  ],
  'the last wish of a person counts': [
    { after: [inactive], changes: [story.changes[0]!, change(T + 300, true, { by: 'Ann' })] },
    { after: [sync], changes: [...story.changes, change(T + 9_000, false, { by: 'Ann' })] },
  ],
  'no click and no deletion is made up': [
    { entries: [...story.entries, entry(T + 300, 'hold.yielded')] },
    { entries: [...story.entries, entry(T + 300, 'hold.gone')] },
    // A name was edited; but the pause had worked, or it was known that it had not.
    {
      changes: [story.changes[0]!, change(T + 290, false, { by: 'Ann' }), story.changes[1]!],
      entries: [...story.entries, entry(T + 300, 'hold.yielded')],
    },
    unpaused('rejected'),
    { ...unpaused('server-error'), changes: [] },
  ],
  'in the calm everything is as the policies want it': [
    { calm: { ...story.calm, strays: [{ at: T + 300, sync: SYNC }] } },
  ],
  'every changing request has a key of its own': [
    { requests: story.requests.map((each) => ({ ...each, key: undefined })) },
    { requests: story.requests.map((each) => ({ ...each, key: 'key-activate' })) },
  ],
  'a key has one effect at most': [{ requests: [...story.requests, post(T + 525, 'activate')] }],
  'every request was written down before it was sent': [
    { entries: without(story.entries, 'call.intended') },
    // Announced once, sent twice; and announced too late.
    { requests: [...story.requests, post(T + 525, 'activate', { effect: 'replayed' })] },
    { requests: [post(T + 105, 'deactivate'), story.requests[1]!] },
  ],
  'every effect is explained afterwards': [
    { requests: [...story.requests, post(T + 900, 'cancel', { key: 'key-activate', body: 'x' })] },
  ],
  'no start is repeated blindly': [
    { requests: [...story.requests, post(T + 535, 'start')] },
    {
      requests: [
        ...story.requests,
        post(T + 531, 'executions', { method: 'GET', key: undefined, effect: 'none' }),
        post(T + 532, 'start', { effect: 'none' }),
        post(T + 533, 'start', { effect: 'none' }),
      ],
    },
  ],
  'a sync has one open hold at a time': [
    { entries: [entry(T + 50, 'hold.opened', { hold: 'hold-0' }), ...story.entries] },
  ],
  'every window is told once': [
    { entries: without(story.entries, 'window.closed') },
    { windows: [...story.windows, { policy: 'nightly', start: T + 600, end: T + 700 }] },
  ],
  'when the dust has settled nothing is open': [
    { isSettled: false },
    { leftovers: { ...story.leftovers, holds: [{ id: 'hold-1', sync: SYNC, state: 'held' }] } },
    { leftovers: { ...story.leftovers, calls: [{ key: 'key', sync: SYNC, action: 'start' }] } },
    { leftovers: { ...story.leftovers, alerts: [{ name: 'api-down', reason: 'Down.' }] } },
  ],
  'the chain of the journal is whole': [
    { audit: { kept: 20, isWhole: false, says: 'Entry 7 was changed.' } },
    { audit: { kept: 0, isWhole: true, says: '' } },
  ],
  'the daemons end as they are told': [
    { deaths: [byItself] },
    { deaths: [{ ...byItself, exitCode: null, signal: 'SIGSEGV' }] },
    { deaths: [{ ...told, exitCode: 1 }] },
    { deaths: [{ ...told, tookMs: 31_000 }] },
    // It hung, and was killed in the end.
    { deaths: [{ ...told, exitCode: null, signal: 'SIGKILL', tookMs: 60_001 }] },
  ],
  'the daemons complain of nothing but outages': [
    { log: [{ daemon: 'daemon 1', text: 'TypeError: x is not a function' }] },
    {
      log: [
        {
          daemon: 'daemon 1',
          text: JSON.stringify({
            level: 50,
            err: { type: 'DatabaseError', code: '23505', message: 'x' },
          }),
        },
      ],
    },
  ],
};

const verdictOn = (more: Partial<Evidence>) => judge({ ...story, ...more });
const found = (more: Partial<Evidence>) =>
  verdictOn(more).findings.flatMap(({ invariant, violations }) =>
    violations.length > 0 ? [invariant] : [],
  );

test('a story in which all went well is acquitted', () => {
  expect(found({})).toEqual([]);
  expect(isClean(verdictOn({}))).toBe(true);
  const { tally } = verdictOn({});
  expect(tally).toMatchObject({ pauses: 1, activations: 1, holds: 1, entries: 10 });
});

describe('each invariant notices what breaks it:', () => {
  test.each(Object.entries(BROKEN))('%s', (invariant, histories) => {
    for (const history of histories) expect(found(history)).toContain(invariant);
  });

  test('and none of them is left out here', () => {
    expect(Object.keys(BROKEN)).toEqual(verdictOn({}).findings.map(({ invariant }) => invariant));
  });
});

describe('what is no violation:', () => {
  test('a person who touched a sync has the last word', () => {
    const off = [...story.changes, change(T + 9_000, false, { by: 'Ann' })];
    expect(found({ changes: off, after: [inactive] })).toEqual([]);
    const renamed = [...story.changes, change(T + 900, true, { by: 'Ann', name: 'Other' })];
    expect(found({ changes: renamed })).toEqual([]);
  });

  test('a pause by a person in the middle of a hold of ours is not seen as such', () => {
    const changes = [change(T + 119, false, { by: 'Ann' }), change(T + 520, true)];
    expect(found({ changes })).toEqual([]);
  });

  test('a pause by a person after a resume that nobody recorded is not seen as such', () => {
    const changes = [
      ...story.changes,
      change(T + 530, false, { by: 'Ann' }),
      change(T + 9_000, true),
    ];
    const killed = without(story.entries, 'call.answered').map((each) =>
      each.type === 'hold.released' ? { ...each, at: T + 9_999 } : each,
    );
    expect(found({ changes, entries: killed })).toEqual([]);
    // Nor is one that comes while we ask for the next pause, and are killed.
    const entries = [
      ...story.entries.slice(0, -1),
      call(T + 529, 'deactivate'),
      entry(T + 9_999, 'hold.released'),
    ];
    expect(found({ changes, entries })).toEqual([]);
  });

  test('an edit is taken for an activation where nobody knows whether our pause worked', () => {
    expect(found(unpaused('server-error'))).toEqual([]);
  });

  test('ends and complaints that belong to the harm', () => {
    const frozen = { who: 'postgres', what: 'SIGSTOP', from: T - 40_000, to: T - 20_000 };
    const deaths: Death[] = [
      { ...byItself, lastLines: ['error: The API refuses the key in …'] },
      { ...told, asked: 'SIGKILL', exitCode: null, signal: 'SIGKILL' },
      { ...told, tookMs: 31_000 },
      told,
    ];
    const away = { level: 50, err: { type: 'DatabaseError', message: 'connect ECONNREFUSED' } };
    const log = [away, { level: 40, msg: 'Waiting for the database.' }].map((record) => ({
      daemon: 'daemon 1',
      text: JSON.stringify(record),
    }));
    expect(found({ deaths, log, harm: [frozen] })).toEqual([]);
  });

  test('nothing can be judged when the log of the sandbox has holes', () => {
    expect(() => verdictOn({ lost: 1 })).toThrow('lost');
  });
});

test('the report tells the story of the sync that a violation is about', () => {
  const text = renderVerdict(verdictOn({ after: [inactive] })).join('\n');
  expect(text).toContain('✗ a sync whose flag nobody touched ends as it began: 1 times not');
  expect(text).toContain('Sales/Accounts was active and is inactive, and nobody touched it.');
  expect(text).toMatch(/journal {2}hold\.released/);
  expect(text).toMatch(/changed {2}active by Automation/);
  expect(text).toContain('✓ a key has one effect at most');
});
