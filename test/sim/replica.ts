import pino from 'pino';
import { createOperations } from '../../src/daemon/create-operations.ts';
import { sleep } from '../../src/daemon/loop.ts';
import type { Operations } from '../../src/daemon/operations.ts';
import { assembleParts, type Ports } from '../../src/daemon/parts.ts';
import { type Runtime, startRuntime } from '../../src/daemon/runtime.ts';
import type { Agenda } from './agenda.ts';
import type { Life } from './life.ts';

/** One replica of Curfew: the process that runs it now, and the next one after a crash. */
export interface Replica {
  readonly name: string;
  /** The process that runs now; undefined while none does. */
  readonly life: Life | undefined;
  /** Whether it is up and does its work. */
  readonly isAtWork: boolean;
  /** Does nothing when a process runs. */
  start(): void;
  /** Ends the process at once; a successor comes `downMs` later. */
  crash(downMs: number): void;
  /** Ends it as a deployment would, with a successor. */
  restart(downMs: number): void;
  /** What people may ask it. */
  readonly operations: Operations | undefined;
}

export interface ReplicaParts {
  readonly name: string;
  readonly agenda: Agenda;
  readonly sweepMs: number;
  readonly beginLife: (name: string) => Life;
  /** All that a process reaches out to. */
  readonly portsOf: (life: Life) => Ports;
  /** Whether the database belongs to this one process. */
  readonly isEmbedded: boolean;
  readonly say: (who: string, what: string) => void;
}

/** The call budget of all replicas together. */
export const CALLS_PER_SECOND = 10;

/** A supervisor waits this long before it starts what could not start. */
const TRY_AGAIN_MS = 5_000;

/** A replica that does not run yet. */
export function createReplica(parts: ReplicaParts): Replica {
  const { name, agenda, say } = parts;
  let lives = 0;
  let life: Life | undefined;
  let runtime: Runtime | undefined;
  let operations: Operations | undefined;

  function start(): void {
    if (life !== undefined) return;
    lives += 1;
    const born = parts.beginLife(`${name}${lives}`);
    life = born;
    say(born.name, 'starts');
    bringUp(parts, born).then(
      (up) => {
        ({ runtime, operations } = up);
        say(born.name, 'is at work');
      },
      (error: unknown) => {
        say(born.name, `cannot start: ${error instanceof Error ? error.message : error}`);
        end(born, TRY_AGAIN_MS);
      },
    );
  }

  function end(ended: Life, downMs: number): void {
    ended.die();
    if (life !== ended) return;
    life = undefined;
    runtime = undefined;
    operations = undefined;
    agenda.after(downMs, start);
  }

  return {
    name,
    get life() {
      return life;
    },
    get isAtWork() {
      return runtime !== undefined;
    },
    get operations() {
      return operations;
    },
    start,
    crash(downMs) {
      if (life === undefined) return;
      say(life.name, 'is killed');
      end(life, downMs);
    },
    restart(downMs) {
      if (life === undefined || runtime === undefined) return;
      const ended = life;
      say(ended.name, 'is told to stop');
      const done = (): void => {
        say(ended.name, 'has stopped');
        end(ended, downMs);
      };
      runtime.stop().then(done, done);
    },
  };
}

/** What src/daemon/compose.ts does, over ports of this world. */
async function bringUp(
  parts: ReplicaParts,
  life: Life,
): Promise<{ runtime: Runtime; operations: Operations }> {
  const { clock, timers, chance } = life;
  const version = 'simulated';
  const log = pino(
    { level: 'warn', base: null, timestamp: false },
    { write: (line: string) => parts.say(life.name, `logs ${wordsOf(line)}`) },
  );
  const config = {
    sweepMs: parts.sweepMs,
    polytomic: { ratePerSecond: CALLS_PER_SECOND },
    sealKey: undefined,
    retentionMs: undefined,
    pausesPerHour: undefined,
    privateCalendars: false,
  };
  const options = { clock, chance, log, version, config };

  const ports = parts.portsOf(life);
  // As src/daemon/storage.ts does it: nobody else is alive who could hold a claim.
  if (parts.isEmbedded) await ports.store.dropClaims();
  const assembled = assembleParts(options, ports);
  const deaf = { onWaiting: () => undefined, onTrouble: () => undefined };
  const never = new AbortController().signal;
  const runtime = await startRuntime(assembled, options, deaf, never);
  const operations = createOperations({
    ...options,
    startedAt: clock.now(),
    sleep: (ms) => sleep(timers, ms),
    running: () => ({ ...assembled, queue: runtime.queue, reload: runtime.reload }),
    waitingFor: () => undefined,
  });
  return { runtime, operations };
}

/** Without stack traces, which name places of this machine. */
function wordsOf(line: string): string {
  const { msg, err } = JSON.parse(line) as { msg?: string; err?: { message?: string } };
  return [msg, err?.message].filter((word) => word !== undefined).join(': ');
}
