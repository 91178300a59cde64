import {
  type OverrideDraft,
  planOverride,
  type SyncWish,
  type WindowWish,
  type WishRefusal,
} from '../plan/new-override.ts';
import { isOpen, type Override } from '../plan/override.ts';
import { createdSentence, effectOf, revokedSentence } from '../plan/override-effect.ts';
import { createdEntry, revokedEntry } from '../plan/override-entries.ts';
import { timeText } from '../plan/time-text.ts';
import { canonicalJson, sha256 } from '../policy/canonical.ts';
import { literalPattern } from '../policy/glob.ts';
import {
  describeSelector,
  type MatcherSource,
  readSelector,
  type SelectorSource,
} from '../policy/read-selector.ts';
import type { Sync } from '../policy/sync.ts';
import type { Queue } from '../queue/queue.ts';
import type { Instant } from '../time/interval.ts';
import type { Chance } from './clock.ts';
import type { Logger } from './log.ts';
import type {
  Operations,
  OverrideAnswer,
  OverrideRequest,
  OverrideRow,
  SyncOverrideRequest,
} from './operations.ts';
import { lookAtOverride, type OverrideParts, spokenAt, worldOf } from './override-edge.ts';
import { rowOf } from './override-row.ts';
import { overrideSchedule } from './override-schedule.ts';

/** Nobody keeps more exceptions than this apart; each is looked at for every sync. */
const OPEN_MAX = 200;

/** 48 bits of a random name: enough for millions, and short enough to be typed. */
const ID_LENGTH = 12;

/** As many names of syncs as fit into a line. */
const NAMES_MAX = 3;

export interface OverrideOperationParts extends OverrideParts {
  readonly chance: Chance;
  readonly log: Logger;
  /** Undefined for a command by hand, which can only put things on record. */
  readonly queue: Queue | undefined;
}

function refused(code: WishRefusal['code'], message: string): OverrideAnswer {
  return { kind: 'refused', code, message };
}

/** Puts an override on record, or says what that would do. `syncs` are all that are known. */
export async function createOverride(
  parts: OverrideOperationParts,
  request: OverrideRequest,
  syncs: readonly Sync[],
): Promise<OverrideAnswer> {
  const { store, overrides, clock } = parts;
  await overrides.refresh();
  const { key } = request;
  const digest = digestOf(request);
  const earlier = key === undefined ? undefined : await store.overrideOfRequest({ key, digest });
  if (earlier?.override !== undefined) return repeated(parts, earlier.outcome, earlier.override);
  const wish = wishOf(request);
  if ('refusal' in wish) return { kind: 'refused', ...wish.refusal };
  const now = clock.now();
  const policies = parts.keeper.policies();
  const planned = planOverride(wish, { now, policies, overrides: overrides.all(), syncs });
  if ('refusal' in planned) return { kind: 'refused', ...planned.refusal };
  const draft = newOverride(parts, planned.value, request, now);
  const effect = await effectOfNew(parts, draft, now);
  const message = createdSentence(draft, effect, now);
  if (request.isDryRun) return answer(parts, 'dry-run', draft, effect, message);

  const entry = createdEntry(draft, effect);
  const created = await store.createOverride(draft, { key, digest }, [entry], OPEN_MAX);
  if (created.outcome === 'too-many' || created.override === undefined) {
    const advice = 'revoke those that nobody needs, or write a policy';
    return refused('conflict', `${OPEN_MAX} overrides are open already; ${advice}.`);
  }
  if (created.outcome !== 'created') return repeated(parts, created.outcome, created.override);
  parts.recorder.announce([entry]);
  await followUp(parts, created.override);
  return answer(parts, 'created', created.override, effect, message);
}

/** Ends an override before its time. */
export async function revokeOverride(
  parts: OverrideOperationParts,
  request: Parameters<Operations['revoke']>[0],
): Promise<OverrideAnswer> {
  const { store, overrides, clock } = parts;
  await overrides.refresh();
  const found = findOverride(overrides.all(), request.id);
  if ('refusal' in found) return { kind: 'refused', ...found.refusal };
  const { override } = found;
  const now = clock.now();
  const change = {
    before: overrides.all(),
    after: overrides.all().filter((other) => other !== override),
  };
  const effect = effectOf(override, change, await worldOf(parts), Math.max(now, override.from));
  const { actor, reason } = request;
  const revocation = { at: now, actor, reason };
  const entry = revokedEntry(override, effect, revocation);
  const revoked = await store.revokeOverride(override.id, revocation, [entry]);
  if (revoked?.revoked) {
    parts.recorder.announce([entry]);
    await followUp(parts, revoked.override);
    const message = revokedSentence(override, effect, now);
    return answer(parts, 'revoked', revoked.override, effect, message);
  }
  const kept = revoked?.override ?? override;
  const nothing = { at: now, paused: [], restored: [], staysPaused: [], runsOn: [] };
  if (kept.revokedAt === undefined) {
    const when = timeText(kept.expires, 'UTC');
    return refused('conflict', `That override expired at ${when}; nothing is left to revoke.`);
  }
  const message = `${kept.revokedBy} revoked it at ${timeText(kept.revokedAt, 'UTC')} already.`;
  return answer(parts, 'known', kept, nothing, message);
}

/** The overrides, the newest first. */
export async function listOverrides(
  parts: OverrideParts,
  range: 'open' | 'all',
): Promise<readonly OverrideRow[]> {
  await parts.overrides.refresh();
  const now = parts.clock.now();
  const world = { all: parts.overrides.all(), policies: parts.keeper.policies(), now };
  return world.all
    .filter((override) => range === 'all' || isOpen(override, now))
    .sort((a, b) => b.number - a.number)
    .map((override) => rowOf(override, world, parts.inventory.all()));
}

/** Has it scheduled and looked at. It is on record, so what fails here costs time only. */
async function followUp(parts: OverrideOperationParts, override: Override): Promise<void> {
  const { queue, overrides, log } = parts;
  await overrides.refresh();
  if (queue === undefined) return;
  const schedule = overrideSchedule(override);
  try {
    if (override.revokedAt === undefined) await queue.upsertScheduler(schedule);
    else await queue.removeScheduler(schedule.id);
    await lookAtOverride({ ...parts, queue }, override, spokenAt(override));
  } catch (error) {
    log.warn({ err: error, override: override.id }, 'an override has to wait for the next sweep');
  }
}

async function repeated(
  parts: OverrideOperationParts,
  outcome: string,
  override: Override,
): Promise<OverrideAnswer> {
  if (outcome === 'conflict') {
    const whose = `${override.actor} (override ${override.id})`;
    return refused('conflict', `This idempotency key belongs to another request, of ${whose}.`);
  }
  const effect = await effectOfNew(parts, override, parts.clock.now());
  const message = 'The same request was made before; nothing was done.';
  return answer(parts, 'known', override, effect, message);
}

function answer(
  parts: OverrideOperationParts,
  outcome: (OverrideAnswer & { kind: 'ok' })['outcome'],
  override: Override,
  effect: (OverrideAnswer & { kind: 'ok' })['effect'],
  message: string,
): OverrideAnswer {
  const { overrides, keeper, inventory, queue, clock } = parts;
  const world = { all: overrides.all(), policies: keeper.policies(), now: clock.now() };
  const row = rowOf(override, world, inventory.all());
  return { kind: 'ok', outcome, override: row, effect, message, isEnforced: queue !== undefined };
}

async function effectOfNew(parts: OverrideOperationParts, override: Override, now: Instant) {
  const others = parts.overrides.all().filter(({ id }) => id !== override.id);
  const change = { before: others, after: [...others, override] };
  const at = Math.max(override.from, now);
  return effectOf(override, change, await worldOf(parts), at);
}

function newOverride(
  { chance }: OverrideOperationParts,
  draft: OverrideDraft,
  { actor, reason }: OverrideRequest,
  createdAt: Instant,
): Override {
  const id = chance.uuid().replaceAll('-', '').slice(0, ID_LENGTH);
  const frame = { id, actor, reason, createdAt };
  // The newest of all until the store has numbered it.
  return { ...draft, ...frame, number: Infinity };
}

/** Everything that was asked for, so that the same request is known again. */
function digestOf({ key: _, isDryRun: __, ...request }: OverrideRequest): string {
  const asked =
    'syncs' in request ? { ...request, syncs: request.syncs.map((s) => s.key) } : request;
  return sha256(canonicalJson(asked));
}

function wishOf(
  request: OverrideRequest,
): SyncWish | WindowWish | { readonly refusal: WishRefusal } {
  if (!('syncs' in request)) return request;
  const { syncs, select: given } = request as SyncOverrideRequest;
  const named: MatcherSource[] =
    syncs.length === 0 ? [] : [{ id: syncs.map(({ key }) => literalPattern(key)) }];
  const matchers = given === undefined ? [] : Array.isArray(given) ? given : [given];
  const source = [...named, ...matchers];
  const read = readSelector(source.length === 1 ? source[0] : source);
  if ('faults' in read) {
    return { refusal: { code: 'invalid', message: `${read.faults.join('; ')}.` } };
  }
  const { kind, from, until, forMs } = request;
  const { source: select, selects: covers } = read.value;
  const subject = [...namesOf(syncs), ...(given === undefined ? [] : [wordsOf(given)])].join(', ');
  return { kind, select, subject, covers, from, until, forMs };
}

function namesOf(syncs: readonly Sync[]): string[] {
  const names = syncs.slice(0, NAMES_MAX).map(({ name }) => name);
  const more = syncs.length - names.length;
  return more === 0 ? names : [...names, `${more} more`];
}

function wordsOf(select: unknown): string {
  return describeSelector(select as SelectorSource);
}

/** By its id, or by a beginning of it that no other one has. */
function findOverride(
  all: readonly Override[],
  id: string,
): { readonly override: Override } | { readonly refusal: WishRefusal } {
  const exact = all.find((override) => override.id === id);
  if (exact !== undefined) return { override: exact };
  const matches = id === '' ? [] : all.filter((override) => override.id.startsWith(id));
  const [only, second] = matches;
  if (only !== undefined && second === undefined) return { override: only };
  if (only === undefined) {
    const message = `No override is called ${JSON.stringify(id)}.`;
    return { refusal: { code: 'unknown', message } };
  }
  const ids = matches.map((override) => override.id).join(', ');
  return { refusal: { code: 'conflict', message: `${JSON.stringify(id)} may mean ${ids}.` } };
}
