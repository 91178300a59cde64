import { createLane, makeTables } from './bullmq.ts';
import { wire } from './connection.ts';
import { settledWithin, within } from './deadline.ts';
import type { Lane, LaneEvent, LaneOptions } from './lane.ts';
import type { RepeatStrategy } from './next-edge.ts';
import type { QueueConnection } from './queue.ts';
import { createErrorLog, type QueueName } from './queue-event.ts';
import { messageOf, storableText } from './storable-text.ts';
import { type TakeContext, takeBoundary, takeEnforcement } from './take.ts';

/** Limits in milliseconds; the defaults are for servers, tests want shorter ones. */
export interface QueueLimits {
  /** A worker that could not renew a job's lock for this long has lost the job. */
  readonly lockMs: number;
  /** How often workers look for jobs whose worker died. */
  readonly stalledMs: number;
  /** How long a caller waits for the backend to answer. */
  readonly commandMs: number;
  /** How long `open` waits for it; making the tables takes longer than a command. */
  readonly connectMs: number;
}

/** What a session is opened with. */
export interface SessionOptions {
  readonly connection: QueueConnection;
  readonly prefix: string;
  readonly concurrency: number;
  readonly limits: QueueLimits;
  readonly repeatStrategy: RepeatStrategy;
  readonly context: TakeContext;
  /** Gives up connecting. */
  readonly signal: AbortSignal;
}

/** The two queues while they are connected. */
export interface Session {
  readonly boundaries: Lane;
  readonly enforcement: Lane;
  /** Ends both lanes and their connections, in `graceMs` and a few seconds more. */
  end(graceMs: number): Promise<void>;
}

/** Boundary jobs only fan out; this many policies may meet at one instant without waiting. */
const BOUNDARY_CONCURRENCY = 10;
/** Connections that nobody uses any more end at once, unless their server says nothing. */
const DISCONNECT_WITHIN_MS = 2_000;

/** Connects; rejects with the backend's own reason when it does not answer in time. */
export async function openSession(options: SessionOptions): Promise<Session> {
  const { connection, prefix, concurrency, limits, repeatStrategy, context } = options;
  const report = createErrorLog(context.log, context.now);
  let lastError: unknown;
  const wires = wire(connection, limits.commandMs, (error) => {
    lastError = error;
  });
  const lane = (name: QueueName, more: Pick<LaneOptions, 'concurrency' | 'handle'>): Lane =>
    createLane({
      name: wires.backend === 'redis' ? name : sqlQueueName(prefix, name),
      prefix,
      wires,
      lockMs: limits.lockMs,
      stalledMs: limits.stalledMs,
      repeatStrategy,
      random: context.random,
      tell: (event) => tell(name, event),
      ...more,
    });
  const tell = (queue: QueueName, event: LaneEvent): void => {
    if (event.kind === 'error') report(queue, event.error);
    else if (event.kind === 'stalled') context.log({ kind: 'stalled', queue, job: event.job });
    else {
      const { job, attempt, error } = event;
      context.log({ kind: 'handler-threw', queue, job, attempt, message: error.message });
    }
  };
  const lanes: Lane[] = [];
  const end = async (graceMs: number): Promise<void> => {
    // A boundary job that is under way has jobs to add to the other lane.
    await Promise.all(lanes.map((each) => each.stop(graceMs)));
    await Promise.all(lanes.map((each) => each.end()));
    await settledWithin(DISCONNECT_WITHIN_MS, wires.end());
  };
  const givenUp = new AbortController();
  const connect = async (): Promise<Session> => {
    // In pools that it is lent BullMQ makes no tables.
    if (wires.backend === 'sql') await makeTables(wires.forWorkers);
    givenUp.signal.throwIfAborted();
    const boundaries = lane('boundaries', {
      concurrency: BOUNDARY_CONCURRENCY,
      handle: (job) => takeBoundary(context, job),
    });
    const enforcement = lane('enforcement', {
      concurrency,
      handle: (job, signal) => takeEnforcement(context, job, signal),
    });
    lanes.push(boundaries, enforcement);
    await Promise.all(lanes.map((each) => each.ready()));
    return { boundaries, enforcement, end };
  };
  try {
    return await within(limits.connectMs, 'connecting the queue', connect, options.signal);
  } catch (error) {
    givenUp.abort();
    await end(0);
    const reason = storableText(messageOf(lastError ?? error));
    throw new Error(`the queue's backend cannot be reached: ${reason}`, { cause: error });
  }
}

/** BullMQ's other backends have no prefix for keys, so there the queues' names carry it. */
export function sqlQueueName(prefix: string, name: QueueName): string {
  return `${prefix.replaceAll(/\W/g, '')}-${name}`;
}
