import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Outcome } from '../../src/plan/outcome.ts';
import type { Polytomic } from '../../src/polytomic/polytomic.ts';
import { answering, type Canned, clientOf, ID, KEY, OTHER_ID, SECRET } from './rig.ts';

const calls: readonly ((client: Polytomic) => Promise<Outcome>)[] = [
  (client) => client.me(),
  (client) => client.listSyncs(),
  (client) => client.getSync(`model:${ID}`),
  (client) => client.getSync(`bulk:${ID}`),
  (client) => client.status(`model:${ID}`),
  (client) => client.executions(`bulk:${ID}`),
  (client) => client.setActive(`model:${ID}`, false, KEY),
  (client) => client.cancel(`bulk:${ID}`, KEY),
  (client) => client.start(`model:${ID}`, KEY),
];

const KINDS = [
  ...['ok', 'unknown', 'server-error', 'throttled', 'conflict', 'unauthorized', 'missing'],
  'rejected',
];

/** Values that the API does send, mixed with values that it never should. */
const value = fc.letrec((tie) => ({
  any: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.constantFrom(ID, OTHER_ID, SECRET, '', '\0', '\u{d800}', '2026-03-01T12:00:00Z', 'running'),
    fc.constantFrom<unknown>(null, true, false, 0, -1, 1e308),
    fc.string({ unit: 'binary' }),
    tie('object'),
    fc.array(tie('any'), { maxLength: 3 }),
  ),
  object: fc.dictionary(
    fc.constantFrom(
      ...[
        'id',
        'active',
        'name',
        'mode',
        'status',
        'message',
        'error',
        'key',
        'schedule',
        'target',
      ],
      ...[
        'model_ids',
        'updated_at',
        'updated_by',
        'source_connection_id',
        'schedules',
        'frequency',
      ],
      ...['current_execution', 'next_execution_time', 'completed_at', 'counts', 'total', 'type'],
      ...['connection_id', 'data', 'pagination', 'next_page_token', '__proto__', 'constructor'],
    ),
    tie('any'),
  ),
}));

const body = fc.oneof(
  { weight: 4, arbitrary: value.object.map((data) => ({ data })) },
  { weight: 2, arbitrary: fc.array(value.object, { maxLength: 3 }).map((data) => ({ data })) },
  { weight: 1, arbitrary: value.any },
  { weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
);

const status = fc.oneof(
  { weight: 3, arbitrary: fc.constant(200) },
  { weight: 1, arbitrary: fc.integer({ min: 200, max: 599 }) },
);

const headers = fc.record(
  {
    'retry-after': fc.string(),
    date: fc.string(),
    location: fc.string(),
    'x-polytomic-version': fc.string(),
  },
  { requiredKeys: [] },
);

test('whatever the server answers is an outcome with a reason fit to keep', async () => {
  let canned: Canned = {};
  const server = await answering(() => canned);
  const client = clientOf(server.url, { onVersionMismatch: expectFit });
  const kinds = new Set<string>();
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...calls), status, headers, body, async (call, ...answer) => {
      const [code, head, sent] = answer;
      canned = { status: code, headers: onlyLegal(head), body: sent };
      const outcome = await call(client);
      kinds.add(outcome.kind);
      expect(KINDS).toContain(outcome.kind);
      if (outcome.kind !== 'ok') expectFit(outcome.reason);
    }),
    { numRuns: 1500 },
  );
  expect(kinds).toContain('ok');
  expect(kinds).toContain('unknown');
}, 120_000);

function expectFit(text: string): void {
  expect(text.length).toBeLessThanOrEqual(500);
  expect(text).not.toMatch(/[\p{Cc}\p{Cs}]/u);
  expect(text).not.toContain(SECRET);
}

/** Node refuses to send header values with other characters. */
function onlyLegal(head: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const entries = Object.entries(head).map(([name, text = '']): [string, string] => [
    name,
    text.replace(/[^ -~]/g, ''),
  ]);
  return Object.fromEntries(entries);
}
