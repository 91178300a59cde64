import { expect, test } from 'vitest';
import * as shapes from '../../src/polytomic/shapes.ts';
import { ID, OTHER_ID } from './rig.ts';

const BARE = { id: ID, active: true };

test('a model sync from the list and alone give the same row', () => {
  const common = {
    ...BARE,
    name: 'Contacts',
    mode: 'updateOrCreate',
    organization_id: 'org',
    model_ids: ['m1', 'm2'],
    schedule: { frequency: 'hourly', minute: '5' },
    created_by: { id: 'u', name: 'Ada', type: 'user' },
    updated_by: null,
    updated_at: '2026-03-01T12:00:00.123456Z',
  };
  const listed = { ...common, target_connection_id: 'c', target_object: 'Contact' };
  const alone = { ...common, target: { connection_id: 'c', object: 'Contact' } };
  expect(shapes.modelRow.parse(listed)).toEqual({
    key: `model:${ID}`,
    kind: 'model',
    id: ID,
    name: 'Contacts',
    active: true,
    mode: 'updateOrCreate',
    object: 'Contact',
    frequency: 'hourly',
    organizationId: 'org',
    createdBy: { id: 'u', name: 'Ada', type: 'user' },
    updatedBy: undefined,
    updatedAt: Date.UTC(2026, 2, 1, 12, 0, 0, 123),
    sourceIds: [],
    modelIds: ['m1', 'm2'],
    destinationIds: ['c'],
  });
  expect(shapes.modelRow.parse(alone)).toEqual(shapes.modelRow.parse(listed));
});

test('a row needs an id and its activity, and nothing else', () => {
  for (const shape of [shapes.modelRow, shapes.bulkRow]) {
    const nulls = Object.fromEntries(
      ['name', 'mode', 'schedule', 'model_ids', 'target', 'updated_by', 'schedules'].map((name) => [
        name,
        null,
      ]),
    );
    expect(shape.parse({ ...nulls, ...BARE })).toEqual(shape.parse(BARE));
    expect(shape.parse(BARE)).toMatchObject({ name: ID, destinationIds: [], modelIds: [] });
    expect(shape.safeParse({ id: ID }).success).toBe(false);
    expect(shape.safeParse({ id: ID, active: null }).success).toBe(false);
    expect(shape.safeParse({ active: true }).success).toBe(false);
    expect(shape.safeParse({ active: true, id: 'schedules' }).success).toBe(false);
    expect(shape.safeParse({ active: true, id: `${ID}/../${OTHER_ID}` }).success).toBe(false);
  }
});

test.each([
  ['default_schedule', { default_schedule: { frequency: 'daily' }, additional_schedules: [] }],
  ['schedule', { schedule: { frequency: 'daily', multi: null } }],
  ['schedules', { schedules: [{ frequency: 'daily' }, { frequency: 'weekly' }] }],
  ['the first that is there', { default_schedule: null, schedule: { frequency: 'daily' } }],
])('a bulk schedule is read from %s', (_, raw) => {
  expect(shapes.bulkRow.parse({ ...BARE, ...raw }).frequency).toBe('daily');
});

test('S38: the syncs that a model sync runs after are known by kind and id', () => {
  const after = (run_after: unknown) =>
    shapes.modelRow.parse({ ...BARE, schedule: { frequency: 'runafter', run_after } }).runsAfter;
  expect(after({ sync_ids: [ID], bulk_sync_ids: [OTHER_ID] })).toEqual([
    `model:${ID}`,
    `bulk:${OTHER_ID}`,
  ]);
  expect(after({ sync_ids: null, bulk_sync_ids: [ID] })).toEqual([`bulk:${ID}`]);
  for (const none of [undefined, null, {}, { sync_ids: [], bulk_sync_ids: null }]) {
    expect(after(none)).toBeUndefined();
  }
});

test('words that nobody has heard of survive', () => {
  const row = { ...BARE, mode: 'teleport', schedule: { frequency: 'lunar' } };
  expect(shapes.bulkRow.parse(row)).toMatchObject({ mode: 'teleport', frequency: 'lunar' });
  const run = { id: 'x', status: 'pondering', type: 'psychic' };
  expect(shapes.execution.parse(run)).toMatchObject({ status: 'pondering', type: 'psychic' });
});

test('a secret in the raw object does not come along', () => {
  const raw = { ...BARE, encryption_passphrase: 'marker', target: { configuration: 'marker' } };
  expect(JSON.stringify(shapes.modelRow.parse(raw))).not.toContain('marker');
});

test('a NUL in a name is gone before a database sees it', () => {
  expect(shapes.modelRow.parse({ ...BARE, name: 'a\0b\u{d800}' }).name).toBe('a b ');
});

const DONE = '2026-03-01T12:00:00Z';

test.each([
  ['completed', undefined, true],
  ['canceled', undefined, true],
  ['failed', undefined, true],
  ['interrupted', undefined, false],
  ['interrupted', DONE, true],
  ['errors', null, false],
  ['errors', DONE, true],
  ['canceling', undefined, false],
  ['canceling', DONE, false],
  ['running', DONE, false],
  ['cancelled', DONE, false],
  ['pondering', DONE, false],
  [undefined, DONE, false],
  // The server's zero time is no time.
  ['interrupted', '0001-01-01T00:00:00Z', false],
])('an execution %s, completed at %s: terminal is %s', (status, completed_at, isTerminal) => {
  expect(shapes.execution.parse({ id: 'x', status, completed_at }).isTerminal).toBe(isTerminal);
});

test('both kinds of executions count their records', () => {
  const bulk = { id: 'x', status: 'running', record_count: 7, is_resync: true };
  expect(shapes.execution.parse(bulk)).toMatchObject({ records: 7, isResync: true });
  const model = { id: 'x', status: 'running', counts: { total: 9, insert: null } };
  expect(shapes.execution.parse(model)).toMatchObject({ records: 9, isResync: false });
});

test.each([
  ['absent', {}],
  ['null', { current_execution: null }],
  ['empty', { current_execution: {} }],
  ['all null', { current_execution: { id: null, status: null, errors: [] } }],
])('a current execution that is %s means idle', (_, raw) => {
  const status = shapes.syncStatus.parse(raw);
  expect(status).toEqual({ current: undefined, last: undefined, nextAt: undefined });
});

test('a current execution is judged by its status, not by being there', () => {
  const over = shapes.syncStatus.parse({ current_execution: { id: 'x', status: 'completed' } });
  expect(over.current?.isTerminal).toBe(true);
  const vague = shapes.syncStatus.parse({ current_execution: { id: 'x' } });
  expect(vague.current).toMatchObject({ status: 'unknown', isTerminal: false });
});

test('something that runs without a name is not taken for idle', () => {
  const raw = { current_execution: { status: 'running' } };
  expect(shapes.syncStatus.safeParse(raw).success).toBe(false);
});

test.each([
  ['2026-03-01T12:00:00Z', Date.UTC(2026, 2, 1, 12)],
  ['2026-03-01T12:00:00.5+02:00', Date.UTC(2026, 2, 1, 10, 0, 0, 500)],
  ['2026-03-01t12:00:00z', Date.UTC(2026, 2, 1, 12)],
  ['2026-03-01T12:00:00', undefined],
  ['2026-03-01', undefined],
  ['2026-13-01T12:00:00Z', undefined],
  ['0001-01-01T00:00:00Z', undefined],
  ['soon', undefined],
  ['', undefined],
])('the time %s is read as %s', (next_execution_time, nextAt) => {
  expect(shapes.syncStatus.parse({ next_execution_time }).nextAt).toBe(nextAt);
});
