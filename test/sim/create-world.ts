import { createBudget } from '../../src/daemon/budget.ts';
import { sleep } from '../../src/daemon/loop.ts';
import type { Ports } from '../../src/daemon/parts.ts';
import { createStore } from '../../src/store/create-store.ts';
import { isUnreachable } from '../../src/store/database.ts';
import { createAgenda } from './agenda.ts';
import { createCloud } from './cloud.ts';
import { diceOf } from './dice.ts';
import type { Engine } from './engine.ts';
import { createHistory } from './history.ts';
import { createJobBoard } from './job-board.ts';
import type { CallOnRecord, Law } from './law.ts';
import { beginLife, type Life } from './life.ts';
import { createPolicyBook } from './policy-book.ts';
import { polytomicOf } from './process-api.ts';
import { databaseOf } from './process-database.ts';
import { QUEUE_AWAY, queueOf } from './process-queue.ts';
import { CALLS_PER_SECOND, createReplica, type Replica } from './replica.ts';
import { type EffectRequest, openDoor, SELF } from './requests.ts';
import type { Story } from './story.ts';
import { createWeather } from './weather.ts';
import { createWishes } from './wishes.ts';
import { createWords } from './words.ts';
import type { World } from './world.ts';

/** A broken law ends a story. */
export class BrokenLaw extends Error {
  override readonly name = 'BrokenLaw';
  readonly law: string;

  constructor(law: string, what: string) {
    super(`${law}: ${what}`);
    this.law = law;
  }
}

/** A world before anything has happened in it, and what ends it when all is over. */
export interface Created {
  readonly world: World;
  /** Asks every law for its last word. */
  judge(): Promise<void>;
}

/** Creates the world of a story on an engine that is empty. */
export function createWorld(story: Story, engine: Engine, laws: readonly Law[]): Created {
  const { startsAt, isEmbedded } = story;
  const dice = diceOf(`chance ${story.seed}`);
  let broken: BrokenLaw | undefined;
  let calmSince = startsAt;
  const traps = new Set<{ readonly replica: Replica; left: number; readonly act: () => void }>();
  const records = new Map<string, CallOnRecord>();

  const agenda = createAgenda(startsAt, diceOf(`order ${story.seed}`), () => {
    for (const watch of watches) watch.step?.();
    if (broken !== undefined) throw broken;
  });
  const history = createHistory(agenda, startsAt);
  const weather = createWeather(agenda, dice, story.lies);
  const board = createJobBoard(agenda, dice, (life, error) => {
    const isExpected = isUnreachable(error) || (error as Error).message === QUEUE_AWAY;
    if (!isExpected) violate('nothing throws', `${life.name}: ${(error as Error).message}`);
  });
  const book = createPolicyBook(agenda, dice, story.policies);
  const wishes = createWishes(agenda, engine);
  const words = createWords(agenda, engine, book);
  const cloud = createCloud({
    agenda,
    dice,
    skewMs: story.apiSkewMs,
    touchesOnSame: story.touchesOnSame,
    onRun: (sync, run) => history.say('vendor', `an execution of ${sync.name} is ${run.status}`),
  });
  const door = openDoor({
    agenda,
    cloud,
    workMs: (fate) => (fate === 'slow' ? dice.whole(1_000, 30_000) : dice.whole(0, 40)),
    onLanding(landing) {
      const { request, sync, isChange } = landing;
      const news = isChange ? '' : ', which changes nothing';
      history.say('vendor', `${request.effect} ${sync.name} by ${request.life.name} lands${news}`);
      const record = records.get(request.key);
      if (record === undefined || record.actor === 'curfew') wishes.land(landing);
      else wishes.landByHand(landing);
      for (const watch of watches) watch.land?.(landing, record);
    },
    onMisuse: ({ effect, sync }, why) =>
      violate('a key means one thing', `${effect} ${sync}: ${why}`),
  });

  function violate(law: string, what: string): void {
    broken ??= new BrokenLaw(law, what);
  }

  function springTraps(life: Life): void {
    for (const trap of traps) {
      if (trap.replica.life !== life) continue;
      trap.left -= 1;
      if (trap.left > 0) continue;
      traps.delete(trap);
      trap.act();
    }
  }

  async function onLeave(
    request: EffectRequest,
    fate: Parameters<NonNullable<(typeof watches)[number]['leave']>>[2],
  ) {
    const record = await recordOf(engine, request.key, agenda.now);
    if (record !== undefined) records.set(request.key, record);
    const name = cloud.find(request.sync)?.name ?? request.sync;
    const fateText = fate === 'fine' ? '' : ` [${fate}]`;
    history.say(
      request.life.name,
      `--> ${request.effect} ${name} ${request.key.slice(0, 12)}${fateText}`,
    );
    for (const watch of watches) watch.leave?.(request, record, fate);
    springTraps(request.life);
  }

  function portsOf(life: Life): Ports {
    const store = createStore(
      databaseOf({
        engine,
        agenda,
        dice,
        weather,
        life,
        isEmbedded,
        session,
        onCommit: (entries) => history.commit(life.name, entries),
        onWord: words.refresh,
        onWrite: () => springTraps(life),
      }),
    );
    const budget = createBudget(store, CALLS_PER_SECOND, (ms) => sleep(life.timers, ms));
    return {
      store,
      polytomic: polytomicOf({
        life,
        agenda,
        dice,
        weather,
        cloud,
        door,
        skewMs: story.apiSkewMs,
        admit: story.hasBudget ? budget.admit : async () => undefined,
        onLeave,
        onAnswer(request, outcome) {
          history.say(life.name, `<-- ${request.effect}: ${outcome.kind}`);
          for (const watch of watches) watch.answer?.(request, outcome);
        },
      }),
      identity: { ...SELF, organizationId: 'org', organizationName: 'Northwind' },
      policyFiles: book.filesOf(life),
      timers: life.timers,
      databaseKind: isEmbedded ? 'embedded' : 'postgres',
      queueKind: isEmbedded ? 'embedded' : 'redis',
      createQueue: (options) => queueOf({ life, board, dice, weather }, options),
      close: async () => undefined,
    };
  }

  const session = { owner: undefined };
  const replicas = Array.from({ length: story.replicas }, (_, index) =>
    createReplica({
      name: 'abc'[index]!,
      agenda,
      sweepMs: story.sweepMs,
      beginLife: (name) => beginLife(name, agenda, dice),
      portsOf,
      isEmbedded,
      say: history.say,
    }),
  );
  const world: World = {
    story,
    agenda,
    dice,
    engine,
    weather,
    cloud,
    board,
    book,
    wishes,
    words,
    replicas,
    history,
    clocksWereWrong: false,
    disturb(ms) {
      calmSince = Math.max(calmSince, agenda.now + ms);
    },
    get calmSince() {
      return calmSince;
    },
    patienceMs: patienceOf(story),
    trap: (replica, left, act) => traps.add({ replica, left, act }),
    violate,
  };
  const watches = laws.map((law) => law.watch(world));
  return {
    world,
    async judge() {
      for (const watch of watches) await watch.end?.();
      if (broken !== undefined) throw broken;
    },
  };
}

/** Retries are up to five minutes apart, and what may have landed late is watched for one more. */
function patienceOf({ sweepMs, happenings }: Story): number {
  const hasFaults = happenings.some(({ kind }) => ['fault', 'backend trouble'].includes(kind));
  return sweepMs + 120_000 + (hasFaults ? 7 * 60_000 : 0);
}

async function recordOf(
  engine: Engine,
  key: string,
  now: number,
): Promise<CallOnRecord | undefined> {
  const [row] = await engine.run(
    `select c.actor, c.hold, c.state, c.attempts, c.outcome,
            (select count(*) from curfew.journal as j
              where j.sync = c.sync and j.key = c.key and j.type = 'call.intended') as intended
       from curfew.calls as c where c.key = $1`,
    [key],
    now,
  );
  return row as CallOnRecord | undefined;
}
