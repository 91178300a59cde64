// Two enforcers look at one sync at the same time, on one store and one API. Whenever one of them
// asks the store or the API for something, chance decides who goes on. Whatever it decides, all
// that can be seen afterwards is what one after the other would have left.

import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Enforcer } from '../../src/daemon/enforcer.ts';
import type { Polytomic } from '../../src/polytomic/polytomic.ts';
import type { Store } from '../../src/store/store.ts';
import { MINUTE } from '../plan/rig.ts';
import { writes } from '../support/sandbox.ts';
import { never, START, useBench, WINDOW } from './enforcer-rig.ts';

const bench = useBench();
const runs = Math.ceil(Number(process.env.CURFEW_TEST_RUNS ?? 500) / 10);

/** What these answer at once nobody can come between. */
const AT_ONCE: readonly (keyof Store | keyof Polytomic)[] = ['skewMs', 'close'];

/** Lets one of several go at a time, from one question to the next. */
interface Turnstile {
  /** A port whose every question waits for the turn of `name`. */
  through(name: string): <P extends object>(port: P) => P;
  /** Runs them all to their end; `choose` says which of those that wait goes on. */
  run(work: Record<string, () => Promise<void>>, choose: (among: number) => number): Promise<void>;
}

function createTurnstile(): Turnstile {
  const waiting = new Map<string, () => void>();
  let somethingHappened = (): void => undefined;
  return {
    through: (name) => (port) =>
      new Proxy(port, {
        get(target, property, receiver) {
          const value: unknown = Reflect.get(target, property, receiver);
          if (typeof value !== 'function' || AT_ONCE.includes(property as never)) return value;
          return async (...args: unknown[]) => {
            await new Promise<void>((go) => {
              waiting.set(name, go);
              somethingHappened();
            });
            return value.apply(target, args);
          };
        },
      }),
    async run(work, choose) {
      const running = new Set(Object.keys(work));
      const ended = Object.entries(work).map(([name, go]) =>
        go().finally(() => {
          running.delete(name);
          somethingHappened();
        }),
      );
      while (running.size > 0) {
        while ([...running].some((name) => !waiting.has(name))) {
          await new Promise<void>((resolve) => {
            somethingHappened = resolve;
          });
        }
        const names = [...running];
        const name = names[choose(names.length)];
        if (name === undefined) break;
        const go = waiting.get(name);
        waiting.delete(name);
        go?.();
      }
      await Promise.all(ended);
    },
  };
}

/** Looks until there is nothing left to do, as the queue does it. */
async function settle(enforcer: Enforcer): Promise<void> {
  for (let looks = 0; looks < 200; looks += 1) {
    const job = { sync: bench.model.key, cause: 'boundary', due: START } as const;
    const { kind } = await enforcer.enforce(job, never);
    if (kind !== 'retry' && kind !== 'throttled') return;
  }
  throw new Error('it never settled');
}

interface Left {
  readonly isActive: boolean;
  readonly holds: readonly string[];
  readonly openCalls: number;
  readonly effects: readonly boolean[];
  readonly entries: readonly string[];
}

let seen = 0;

async function left(): Promise<Left> {
  const requests = writes(await bench.sandbox.requests());
  const effects = requests.slice(seen).filter(({ effect }) => effect === 'changed');
  return {
    isActive: await bench.isActive(bench.model.key),
    holds: (await bench.store.openHolds()).map(({ state }) => state),
    openCalls: (await bench.store.openCalls()).length,
    effects: effects.map(({ body }) => body?.active === true),
    entries: bench.types(),
  };
}

/** As it was before anybody looked at it. */
async function startOver(): Promise<void> {
  await bench.person('activate', bench.model);
  await bench.forget();
  seen = writes(await bench.sandbox.requests()).length;
}

/** Two looks, each at its own time; `from` brings the sync to where they meet it. */
const MEETINGS = [
  { title: 'both pause it', from: undefined, times: [START, START + MINUTE] },
  { title: 'both resume it', from: START, times: [WINDOW.end, WINDOW.end + MINUTE] },
  { title: 'one still pauses, one resumes already', from: undefined, times: [START, WINDOW.end] },
  {
    title: 'one still holds, one resumes already',
    from: START,
    times: [START + MINUTE, WINDOW.end],
  },
] as const;

describe.each(MEETINGS)('S59: two replicas on one sync: $title', ({ from, times }) => {
  const [one, two] = times;
  let inTurn: readonly Left[];

  async function meet(choose: (among: number) => number): Promise<Left> {
    await startOver();
    if (from !== undefined) {
      await settle(
        bench.replica(
          'before',
          () => from,
          (port) => port,
        ),
      );
    }
    const turnstile = createTurnstile();
    const a = bench.replica('a', () => one, turnstile.through('a'));
    const b = bench.replica('b', () => two, turnstile.through('b'));
    await turnstile.run({ a: () => settle(a), b: () => settle(b) }, choose);
    return left();
  }

  beforeEach(async () => {
    inTurn = [await meet(() => 0), await meet((among) => among - 1)];
  });

  test('any interleaving leaves what some order would have left', async () => {
    const choices = fc.infiniteStream(fc.nat({ max: 1 }));
    await fc.assert(
      fc.asyncProperty(choices, async (stream) => {
        const result = await meet((among) => Number(stream.next().value) % among);
        expect(inTurn).toContainEqual(result);
      }),
      { numRuns: runs },
    );
  });
});
