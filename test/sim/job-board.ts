import type { EnforcementJob, QueueHandlers, SchedulerPlan } from '../../src/queue/queue.ts';
import { type Settlement, settle, waitAfterThrow } from '../../src/queue/settlement.ts';
import type { Instant } from '../../src/time/interval.ts';
import type { Agenda } from './agenda.ts';
import type { Dice } from './dice.ts';
import type { Life } from './life.ts';

/** A process that takes jobs. */
export interface Worker {
  readonly life: Life;
  readonly handlers: QueueHandlers;
  readonly concurrency: number;
  /** When the pattern has its next edge after an instant, as this process knows it. */
  nextEdge(pattern: string, after: Instant): Promise<Instant | undefined>;
  /** The jobs that it has, each with what aborts it. */
  readonly running: Map<Job, AbortController>;
  isStopping: boolean;
}

/** A job of either queue; `token` changes when its worker loses it. */
export interface Job {
  readonly id: string;
  readonly kind: 'enforcement' | 'boundary';
  readonly isUrgent: boolean;
  readonly rank: number;
  run(worker: Worker, signal: AbortSignal): Promise<Settlement>;
  state: 'delayed' | 'waiting' | 'active';
  token: number;
  attempts: number;
}

/** A scheduler and the edge that it waits for. */
export interface Scheduler {
  readonly plan: SchedulerPlan;
  next: Instant;
}

/** What BullMQ keeps: jobs and schedulers, and who works on them. */
export interface JobBoard {
  readonly schedulers: Map<string, Scheduler>;
  readonly jobs: Map<string, Job>;
  addEnforcement(id: string, job: EnforcementJob): void;
  /** Makes the job of a scheduler's next edge, in the place of one that was not taken yet. */
  schedule(plan: SchedulerPlan, next: Instant): void;
  removeScheduler(id: string): void;
  work(worker: Worker): void;
  /** Gives a job back that its worker will not finish. */
  handBack(job: Job, token: number, ms: number): void;
  /** The jobs of a process that was silent for too long are given to others. */
  loseLocks(life: Life): void;
  /** Everything is gone, as after FLUSHALL. */
  flush(): void;
}

/** A worker that died is found out within this time (src/queue/create-queue.ts). */
const STALLED_MS = { min: 10_000, max: 30_000 };

/** A worker that is free asks for work this often. */
const LOOK_AGAIN_MS = 500;

/** An empty board; `onThrow` is told what handlers throw. */
export function createJobBoard(
  agenda: Agenda,
  dice: Dice,
  onThrow: (life: Life, error: unknown) => void,
): JobBoard {
  const jobs = new Map<string, Job>();
  const schedulers = new Map<string, Scheduler>();
  const workers = new Set<Worker>();
  let quietUntil: Instant = 0;
  let ranks = 0;
  let isLooking = false;

  function add(id: string, kind: Job['kind'], isUrgent: boolean, waitMs: number, run: Job['run']) {
    if (jobs.has(id)) return;
    ranks += 1;
    const job: Job = {
      id,
      kind,
      isUrgent,
      rank: ranks,
      run,
      state: 'delayed',
      token: 0,
      attempts: 0,
    };
    jobs.set(id, job);
    delay(job, waitMs);
  }

  function delay(job: Job, ms: number): void {
    job.state = 'delayed';
    job.token += 1;
    const { token } = job;
    agenda.after(ms, () => {
      if (!isSame(job, token)) return;
      job.state = 'waiting';
      pump();
    });
  }

  /** Whether the job is still there and nobody has moved it meanwhile. */
  function isSame(job: Job, token: number): boolean {
    return jobs.get(job.id) === job && job.token === token;
  }

  function pump(): void {
    const waiting = [...jobs.values()]
      .filter(({ state, kind }) => {
        return state === 'waiting' && (kind === 'boundary' || agenda.now >= quietUntil);
      })
      .sort((a, b) => Number(b.isUrgent) - Number(a.isUrgent) || a.rank - b.rank);
    for (const job of waiting) {
      const free = [...workers].filter(({ life, running, concurrency, isStopping }) => {
        return life.isAlive && !life.isFrozen && !isStopping && running.size < concurrency;
      });
      if (free.length === 0) {
        lookLater();
        return;
      }
      give(job, dice.pick(free));
    }
  }

  /** Whoever is frozen takes jobs again when it thaws. */
  function lookLater(): void {
    if (isLooking) return;
    isLooking = true;
    agenda.after(LOOK_AGAIN_MS, () => {
      isLooking = false;
      pump();
    });
  }

  function give(job: Job, worker: Worker): void {
    const { life } = worker;
    job.state = 'active';
    job.token += 1;
    const { token } = job;
    const abort = new AbortController();
    worker.running.set(job, abort);
    life.onDeath(() => handBack(job, token, dice.whole(STALLED_MS.min, STALLED_MS.max)));
    const end = (act: () => void): void => {
      life.reach(dice.whole(1, 5), () => {
        worker.running.delete(job);
        if (isSame(job, token)) act();
        pump();
      });
    };
    life.reach(dice.whole(1, 5), () => {
      job.run(worker, abort.signal).then(
        (settlement) => end(() => apply(job, settlement, life)),
        (error: unknown) => {
          onThrow(life, error);
          job.attempts += 1;
          end(() => delay(job, waitAfterThrow(job.attempts, dice.next())));
        },
      );
    });
  }

  function apply(job: Job, settlement: Settlement, life: Life): void {
    switch (settlement.kind) {
      case 'complete':
        jobs.delete(job.id);
        return;
      case 'delay':
        // The process counted by its own clock.
        delay(job, settlement.until - life.clock.now());
        return;
      case 'throttle':
        quietUntil = Math.max(quietUntil, agenda.now + settlement.forMs);
        agenda.after(quietUntil - agenda.now, pump);
        delay(job, 0);
        return;
      case 'hand-back':
        delay(job, 0);
    }
  }

  function handBack(job: Job, token: number, ms: number): void {
    if (isSame(job, token) && job.state === 'active') delay(job, ms);
  }

  function schedule(plan: SchedulerPlan, next: Instant): void {
    const before = schedulers.get(plan.id);
    if (before !== undefined) {
      const pending = jobs.get(edgeId(before));
      if (pending?.state !== 'active') jobs.delete(edgeId(before));
    }
    const scheduler: Scheduler = { plan, next };
    schedulers.set(plan.id, scheduler);
    const waitMs = next - agenda.now + dice.whole(-1, 20);
    add(edgeId(scheduler), 'boundary', false, waitMs, (worker) => cross(scheduler, worker));
  }

  /** The worker that takes an edge makes the job of the next one, and then looks at this one. */
  async function cross(scheduler: Scheduler, worker: Worker): Promise<Settlement> {
    const { plan, next: edge } = scheduler;
    const { id, pattern } = plan;
    const next = await worker.nextEdge(pattern, Math.max(edge, worker.life.clock.now()));
    if (schedulers.get(id) === scheduler) {
      if (next === undefined) schedulers.delete(id);
      else schedule(plan, next);
    }
    await worker.handlers.boundary({ scheduler: id, pattern, edge });
    return { kind: 'complete' };
  }

  return {
    schedulers,
    jobs,
    addEnforcement(id, job) {
      add(id, 'enforcement', job.urgent ?? false, 0, async (worker, signal) =>
        settle(await worker.handlers.enforce(job, signal), worker.life.clock.now()),
      );
    },
    schedule,
    removeScheduler(id) {
      const scheduler = schedulers.get(id);
      if (scheduler === undefined) return;
      schedulers.delete(id);
      if (jobs.get(edgeId(scheduler))?.state !== 'active') jobs.delete(edgeId(scheduler));
    },
    work(worker) {
      workers.add(worker);
      worker.life.onDeath(() => workers.delete(worker));
      agenda.after(0, pump);
    },
    handBack,
    loseLocks(life) {
      for (const worker of workers) {
        if (worker.life !== life) continue;
        for (const job of worker.running.keys()) handBack(job, job.token, 0);
      }
    },
    flush() {
      jobs.clear();
      schedulers.clear();
    },
  };
}

/** The id of the job that an edge has. */
export function edgeId({ plan, next }: Scheduler): string {
  return `edge ${plan.id} ${next}`;
}
