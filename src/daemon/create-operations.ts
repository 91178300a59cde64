import { sealDocument } from '../plan/evidence.ts';
import { explain } from '../plan/explain.ts';
import type { Hold } from '../plan/hold.ts';
import { restrain } from '../plan/restraint.ts';
import { parseSyncKey, type Sync, type SyncKey } from '../policy/sync.ts';
import { closest } from '../time/closest.ts';
import { actByHand } from './by-hand.ts';
import { evidenceOf } from './evidence.ts';
import type { Operations, Resolution, SyncRow } from './operations.ts';
import { createOverride, listOverrides, revokeOverride } from './override-operations.ts';
import { planBasisOf } from './plan-basis.ts';
import type { OperationsParts, Running } from './running.ts';
import { healthOf, STARTING, statusOf } from './status.ts';

/** A dry run asks the API for nothing but to read, whoever wants it. */
export class ObservingError extends Error {
  override readonly name = 'ObservingError';
}

/** Nothing can be asked yet; the message says what start-up waits for. */
export class NotReadyError extends Error {
  override readonly name = 'NotReadyError';
}

/** Builds the one implementation that both the HTTP API and the command line use. */
export function createOperations(parts: OperationsParts): Operations {
  const { clock } = parts;

  function up(): Running {
    const running = parts.running();
    if (running === undefined) {
      throw new NotReadyError(parts.waitingFor()?.message ?? STARTING);
    }
    return running;
  }

  async function inventoryOf(running: Running): Promise<readonly Sync[]> {
    const { inventory, store, polytomic } = running;
    await inventory.refresh();
    // A daemon reads the list again and again; a command by hand does it when it is old.
    if (inventory.readAt === undefined || (running.queue === undefined && !inventory.isFresh())) {
      const readAt = clock.now();
      const listed = await polytomic.listSyncs();
      if (listed.kind === 'ok') {
        await store.saveInventory(listed.value, readAt);
        inventory.replace(listed.value, readAt);
      } else if (inventory.readAt === undefined) {
        throw new NotReadyError(`The API did not give the list of syncs: ${listed.reason}`);
      }
    }
    return inventory.all();
  }

  return {
    health: () => healthOf(parts),
    async status() {
      return statusOf(parts, up());
    },
    async syncs() {
      const running = up();
      const syncs = await inventoryOf(running);
      const holds = new Map((await running.store.openHolds()).map((hold) => [hold.sync, hold]));
      return syncs
        .map((sync) => rowOf(sync, holds.get(sync.key)))
        .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.key < b.key ? -1 : 1));
    },
    async resolve(text) {
      return resolveSync(await inventoryOf(up()), text);
    },
    async journal(query) {
      return up().store.journal(query);
    },
    evidence: (question) => evidenceOf(up().store, question),
    async seals(limit) {
      return (await up().store.newestSeals(limit)).map(sealDocument);
    },
    async explain(sync, at = clock.now()) {
      const { keeper, guards, overrides, store, inventory } = up();
      await overrides.refresh();
      const holds = await store.openHolds();
      const hold = holds.find((open) => open.sync === sync.key);
      const policies = restrain(keeper.policies(), guards.blocked(), hold?.cause);
      return explain(policies, overrides.all(), sync, hold, at, inventory.all());
    },
    async planBasis() {
      const running = up();
      const syncs = await inventoryOf(running);
      await running.overrides.refresh();
      return planBasisOf(running, syncs, clock.now());
    },
    async syncStatus(key) {
      const { polytomic } = up();
      const [read, status] = await Promise.all([polytomic.getSync(key), polytomic.status(key)]);
      if (read.kind !== 'ok') return { kind: 'failed', outcome: read.kind, message: read.reason };
      if (status.kind !== 'ok') {
        return { kind: 'failed', outcome: status.kind, message: status.reason };
      }
      return { kind: 'ok', sync: read.value, status: status.value };
    },
    async act(request) {
      const running = up();
      if (parts.isObserving) throw new ObservingError('This Curfew only observes (--observe).');
      const sync = await known(running, request.sync);
      const organization = (): string => running.identity.organizationId ?? '';
      return actByHand({ ...parts, ...running, organization }, request, sync);
    },
    async reload(how) {
      return up().reload(how);
    },
    async override(request) {
      const running = up();
      return createOverride({ ...parts, ...running }, request, await inventoryOf(running));
    },
    async overrides(range) {
      const running = up();
      await inventoryOf(running);
      return listOverrides({ ...parts, ...running }, range);
    },
    async revoke(request) {
      const running = up();
      await inventoryOf(running);
      return revokeOverride({ ...parts, ...running }, request);
    },
  };
}

async function known({ inventory, polytomic }: Running, key: SyncKey): Promise<Sync> {
  const cached = inventory.get(key);
  if (cached !== undefined) return cached;
  const read = await polytomic.getSync(key);
  if (read.kind === 'ok') return read.value;
  const parsed = parseSyncKey(key);
  const kind = parsed?.kind ?? 'model';
  const id = parsed?.id ?? key;
  return { key, kind, id, name: key, active: false, sources: [], destinations: [] };
}

/** Finds a sync by `kind:id`, by id, or by its exact name when only one has it. */
export function resolveSync(syncs: readonly Sync[], text: string): Resolution {
  const byKey = syncs.find((sync) => sync.key === text);
  if (byKey !== undefined) return { kind: 'found', sync: byKey };
  const matches = syncs.filter((sync) => sync.id === text || sync.name === text);
  const [first] = matches;
  if (first !== undefined && matches.length === 1) return { kind: 'found', sync: first };
  if (matches.length > 1) return { kind: 'ambiguous', candidates: matches };
  const hint = closest(
    text,
    syncs.map(({ name }) => name),
  );
  return { kind: 'none', hint };
}

function rowOf(sync: Sync, hold: Hold | undefined): SyncRow {
  if (hold === undefined) return sync;
  const { end } = hold.occurrence;
  return {
    ...sync,
    heldBy: hold.cause,
    holdState: hold.state,
    baseline: hold.baseline,
    until: Number.isFinite(end) ? end : undefined,
  };
}
