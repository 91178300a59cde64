import type { Outcome } from '../../src/plan/outcome.ts';
import type { Sync, SyncKey } from '../../src/policy/sync.ts';
import type { Execution, Polytomic, SyncStatus } from '../../src/polytomic/polytomic.ts';
import type { Instant } from '../../src/time/interval.ts';
import type { Agenda } from './agenda.ts';
import type { Cloud } from './cloud.ts';
import type { Dice } from './dice.ts';
import type { Life } from './life.ts';
import {
  type Door,
  type Effect,
  type EffectRequest,
  executionOf,
  refusal,
  SELF,
} from './requests.ts';
import type { ApiFate, Weather } from './weather.ts';

/** As in src/daemon/parts.ts: how long one attempt may take. */
const DEADLINE_MS = 10_000;

/** A request that is underway may land up to a minute after it left. */
const LATEST_LANDING_MS = 60_000;

export interface ApiParts {
  readonly life: Life;
  readonly agenda: Agenda;
  readonly dice: Dice;
  readonly weather: Weather;
  readonly cloud: Cloud;
  readonly door: Door;
  readonly skewMs: number;
  readonly admit: () => Promise<number | undefined>;
  /** Called at the instant at which a request with an effect leaves. */
  readonly onLeave: (request: EffectRequest, fate: ApiFate) => Promise<void>;
  readonly onAnswer: (request: EffectRequest, outcome: Outcome) => void;
}

type Serve = (fate: ApiFate, reply: (outcome: Outcome) => void) => void;

/** The vendor's API as one process sees it: the port of the client, over a road full of holes. */
export function polytomicOf(parts: ApiParts): Polytomic {
  const { life, agenda, dice, weather, cloud, door } = parts;
  const readAt = new Map<SyncKey, Instant>();
  const runsReadAt = new Map<SyncKey, Instant>();
  let skewMs: number | undefined;

  async function ask<T>(
    sync: SyncKey | undefined,
    serve: Serve,
    request?: () => EffectRequest,
  ): Promise<Outcome<T>> {
    // Who writes has asked before.
    if (request === undefined) await parts.admit();
    return new Promise((resolve) => {
      agenda.after(dice.whole(0, 2), async () => {
        if (!life.isAlive) return;
        const fate = weather.ofRequest(request === undefined, sync);
        const sent = request?.();
        if (sent !== undefined) await parts.onLeave(sent, fate);
        let isSettled = false;
        const settle = (outcome: Outcome, isAnswer: boolean): void => {
          if (isSettled) return;
          isSettled = true;
          callOff();
          if (isAnswer) skewMs = agenda.now + parts.skewMs - life.clock.now();
          if (sent !== undefined) parts.onAnswer(sent, outcome);
          resolve(outcome as Outcome<T>);
        };
        const callOff = life.reach(DEADLINE_MS, () => settle(silence('no answer'), false));
        travel(fate, serve, (outcome) => {
          const isAnswer = 'status' in outcome || outcome.kind === 'ok';
          life.reach(dice.whole(0, 10), () => settle(outcome, isAnswer));
        });
      });
    });
  }

  function travel(fate: ApiFate, serve: Serve, reply: (outcome: Outcome) => void): void {
    const arrive = (ms: number, answer: (outcome: Outcome) => void): void => {
      agenda.after(ms, () => serve(fate, answer));
    };
    const ms = dice.whole(1, 30);
    switch (fate) {
      case 'refused':
        reply({ kind: 'not-sent', reason: 'connection refused' });
        break;
      case 'lost':
        break;
      case 'late':
        arrive(dice.whole(DEADLINE_MS, LATEST_LANDING_MS), () => undefined);
        break;
      case 'reset-before':
        reply(silence('connection reset'));
        break;
      case 'reset-after':
        arrive(ms, () => reply(silence('connection reset')));
        break;
      case 'garbled':
        arrive(ms, () => reply(silence('HTTP 200, but the body is not JSON')));
        break;
      case 'bad-gateway':
        if (dice.is(0.5)) arrive(ms, () => undefined);
        reply(refusal('server-error', 502));
        break;
      case 'gateway-timeout':
        // The gateway gave up; what is behind it did not.
        arrive(dice.whole(ms, LATEST_LANDING_MS), () => undefined);
        reply(refusal('server-error', 504));
        break;
      case 'throttled':
        reply(refusal('throttled', 429, dice.is(0.5) ? dice.whole(0, 30_000) : undefined));
        break;
      case 'key-refused':
        reply(refusal('unauthorized', dice.pick([401, 403])));
        break;
      case 'missing':
        reply(refusal('missing', 404));
        break;
      default:
        arrive(ms, reply);
        break;
    }
  }

  /** A read, answered by what there is `lagMs` ago; a slow one takes its time before that. */
  function read<T>(sync: SyncKey | undefined, look: (at: Instant, fate: ApiFate) => Outcome<T>) {
    return ask<T>(sync, (fate, reply) => {
      if (fate === 'error' || fate === 'error-after') return reply(refusal('server-error', 500));
      const workMs = fate === 'slow' ? dice.whole(1_000, 20_000) : dice.whole(0, 20);
      agenda.after(workMs, () => {
        reply(look(agenda.now - (fate === 'lagging' ? dice.whole(1, 15_000) : 0), fate));
      });
    });
  }

  function act<T>(effect: Effect, sync: SyncKey, key: string) {
    let made: EffectRequest | undefined;
    const request = (): EffectRequest => {
      made ??= {
        life,
        sync,
        effect,
        key,
        leftAt: agenda.now,
        readAt: readAt.get(sync) ?? 0,
        runsReadAt: runsReadAt.get(sync) ?? 0,
      };
      return made;
    };
    const serve: Serve = (fate, reply) => door.receive(request(), fate, reply);
    return ask<T>(sync, serve, request);
  }

  async function getSync(key: SyncKey): Promise<Outcome<Sync>> {
    let at = 0;
    const outcome = await read(key, (asOf): Outcome<Sync> => {
      const sync = cloud.find(key);
      if (sync === undefined) return refusal('missing', 404);
      const view = cloud.viewAt(sync, asOf) ?? sync.views[0]!.view;
      at = asOf;
      return { kind: 'ok', value: view };
    });
    if (outcome.kind === 'ok') readAt.set(key, at);
    return outcome;
  }

  async function status(key: SyncKey): Promise<Outcome<SyncStatus>> {
    let at = 0;
    const outcome = await read(key, (): Outcome<SyncStatus> => {
      const sync = cloud.find(key);
      if (sync === undefined) return refusal('missing', 404);
      at = agenda.now;
      const current = sync.run && executionOf(sync.run);
      const last = sync.lastRun && executionOf(sync.lastRun);
      return {
        kind: 'ok',
        value: { current, last, nextAt: sync.active ? sync.nextRunAt : undefined },
      };
    });
    if (outcome.kind === 'ok') runsReadAt.set(key, at);
    return outcome;
  }

  function executions(key: SyncKey): Promise<Outcome<readonly Execution[]>> {
    return read(key, (): Outcome<readonly Execution[]> => {
      const sync = cloud.find(key);
      if (sync === undefined) return refusal('missing', 404);
      const runs = [sync.run, sync.lastRun].filter((run) => run !== undefined);
      return { kind: 'ok', value: runs.map(executionOf) };
    });
  }

  return {
    me: () => read(undefined, () => ({ kind: 'ok', value: { ...SELF, organizationId: 'org' } })),
    listSyncs: () =>
      read(undefined, (at, fate) => ({ kind: 'ok', value: listAt(cloud, at, fate, dice) })),
    getSync,
    status,
    executions,
    setActive: (sync, active, key) => act(active ? 'activate' : 'deactivate', sync, key),
    cancel: (sync, key) => act('cancel', sync, key),
    start: (sync, key) => act('start', sync, key),
    admit: parts.admit,
    skewMs: () => skewMs,
    close: async () => undefined,
  };
}

/** The list moves while it is paged: a short one lacks a sync that exists. */
function listAt(cloud: Cloud, at: Instant, fate: ApiFate, dice: Dice): readonly Sync[] {
  const views = cloud.syncs
    .filter(({ isDeleted }) => !isDeleted)
    .map((sync) => cloud.viewAt(sync, at))
    .filter((view) => view !== undefined)
    .sort((a, b) => (b.updatedAt ?? 0) - (a.updatedAt ?? 0) || (a.id < b.id ? -1 : 1));
  if (fate === 'short-list' && views.length > 0) views.splice(dice.whole(0, views.length - 1), 1);
  return views;
}

function silence(trouble: string): Outcome<never> {
  return { kind: 'unknown', reason: trouble };
}
