// A small, fixed world to ask about: two syncs, one of them held.

import type { EvidenceQuestion } from '../../src/daemon/evidence.ts';
import { createLog } from '../../src/daemon/log.ts';
import type {
  ActionRequest,
  Operations,
  OverrideAnswer,
  OverrideRequest,
  OverrideRow,
  Status,
  SyncRow,
} from '../../src/daemon/operations.ts';
import type { JournalEntry } from '../../src/plan/entry.ts';
import type { SealDocument } from '../../src/plan/evidence.ts';
import type { JournalQuery } from '../../src/store/store.ts';

export const NOW = Date.UTC(2026, 10, 1, 5, 30);

export const INVOICES: SyncRow = {
  key: 'model:248df4b7-aa70-47b8-a036-33ac447e668d',
  kind: 'model',
  id: '248df4b7-aa70-47b8-a036-33ac447e668d',
  name: 'Finance/Invoices ✓',
  active: false,
  sources: [],
  destinations: [{ id: 'c1', name: 'Snowflake prod', type: 'snowflake' }],
  heldBy: 'snowflake-maintenance',
  holdState: 'held',
  baseline: 'active',
  until: NOW + 1_800_000,
};

const USAGE: SyncRow = {
  key: 'bulk:9d1c6a52-4b0e-4f6e-8f64-0a57a2a1b001',
  kind: 'bulk',
  id: '9d1c6a52-4b0e-4f6e-8f64-0a57a2a1b001',
  name: 'Usage',
  active: true,
  sources: [],
  destinations: [],
};

const ENTRY: JournalEntry = {
  seq: 7,
  at: NOW,
  type: 'hold.held',
  actor: 'curfew',
  reason: 'Paused for snowflake-maintenance.',
  sync: INVOICES.key,
  occurrence: { start: NOW, end: Infinity },
  latenessMs: 12,
};

/** Two seals, oldest first. */
export const SEALS: readonly SealDocument[] = [1, 2].map((number) => ({
  mark: `${number}:${'ab'.repeat(32)}`,
  seal: {
    format: 'curfew-seal-1',
    number,
    previous: null,
    firstSeq: number,
    lastSeq: number,
    count: 1,
    entries: 'cd'.repeat(32),
    madeAt: '2026-11-01T05:30:00.000Z',
    keyId: null,
  },
  signature: null,
}));

const OVERRIDE: OverrideRow = {
  id: '3f2a9c1b7d04',
  kind: 'hold',
  state: 'in effect',
  does: 'holds Usage until 2026-11-01T06:30Z',
  actor: 'ann',
  reason: 'Incident 12',
  createdAt: NOW,
  from: NOW,
  expires: NOW + 3_600_000,
  select: { id: USAGE.key },
  syncs: 1,
  superseded: 0,
};

const ANSWER: OverrideAnswer = {
  kind: 'ok',
  outcome: 'created',
  override: OVERRIDE,
  effect: { at: NOW, paused: ['Usage'], restored: [], staysPaused: [], runsOn: [] },
  message: 'Held until 2026-11-01T06:30Z: Usage is paused at once.',
  isEnforced: true,
};

/** What was asked of the operations, in order. */
export interface Asked {
  readonly queries: JournalQuery[];
  readonly evidence: EvidenceQuestion[];
  readonly actions: ActionRequest[];
  readonly overrides: OverrideRequest[];
  readonly revocations: Parameters<Operations['revoke']>[0][];
}

/** Operations over the fixed world; `over` replaces some of them. */
export function fixedOperations(over: Partial<Operations> = {}): Operations & { asked: Asked } {
  const asked: Asked = {
    queries: [],
    evidence: [],
    actions: [],
    overrides: [],
    revocations: [],
  };
  const rows = [INVOICES, USAGE];
  const status: Status = {
    now: NOW,
    version: '1.2.3',
    startedAt: NOW - 60_000,
    health: { isReady: true, parts: [{ name: 'database', isReady: true }] },
    policies: [],
    holds: [],
    overrides: [],
    inventory: { syncs: 2, readAt: NOW - 1_000 },
    alerts: [],
  };
  return {
    asked,
    health: async () => status.health,
    status: async () => status,
    syncs: async () => rows,
    async resolve(text) {
      const found = rows.filter((row) => [row.key, row.id, row.name].includes(text));
      if (text === 'Twice') return { kind: 'ambiguous', candidates: rows };
      if (found[0] !== undefined) return { kind: 'found', sync: found[0] };
      return { kind: 'none', hint: 'Usage' };
    },
    async journal(query) {
      asked.queries.push(query);
      return [ENTRY];
    },
    async *evidence(question) {
      asked.evidence.push(question);
      yield '{"seq":7,"seal":1}\n{"seq":8,"seal":1}\n';
      yield '{"seq":9,"seal":null}\n';
    },
    seals: async (limit) => SEALS.slice(-limit),
    explain: async (sync, at = NOW) => ({
      sync: sync.key,
      name: sync.name,
      at,
      state: 'baseline',
      because: ['No policy has an opinion about it now.'],
    }),
    planBasis: async () => ({
      now: NOW,
      inForce: { hash: 'abc', loadedAt: NOW, sources: [{ file: 'a.yaml', text: 'version: 1' }] },
      holds: [],
      syncs: rows,
      overrides: [
        {
          id: 'o1',
          number: 1,
          kind: 'hold',
          subject: 'Usage',
          createdAt: NOW,
          from: NOW,
          expires: NOW + 60_000,
          actor: 'ann',
          reason: 'a migration',
          covered: [USAGE.key],
        },
      ],
    }),
    syncStatus: async (key) => ({
      kind: 'ok',
      sync: { ...rows.find((row) => row.key === key)!, active: true },
      status: { current: undefined, last: undefined, nextAt: NOW + 60_000 },
    }),
    async act(request) {
      asked.actions.push(request);
      return {
        sync: request.sync,
        syncName: 'Usage',
        action: request.action,
        key: 'cf1-abc',
        outcome: 'ok',
        status: 200,
        attempts: 1,
        message: 'Done.',
      };
    },
    async override(request) {
      asked.overrides.push(request);
      return ANSWER;
    },
    overrides: async (range) => (range === 'all' ? [OVERRIDE, OVERRIDE] : [OVERRIDE]),
    async revoke(request) {
      asked.revocations.push(request);
      return { ...ANSWER, outcome: 'revoked' };
    },
    reload: async () => ({ ok: true, message: 'Nothing changed.' }),
    ...over,
  };
}

/** A log that keeps its lines to itself. */
export function quietLog(lines: string[] = []) {
  return createLog({ level: 'info', secrets: [], write: (line) => lines.push(line) });
}
