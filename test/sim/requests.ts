import type { Failure, Outcome } from '../../src/plan/outcome.ts';
import type { SyncKey } from '../../src/policy/sync.ts';
import type { Execution } from '../../src/polytomic/polytomic.ts';
import type { Instant } from '../../src/time/interval.ts';
import type { Agenda } from './agenda.ts';
import type { Cloud, CloudSync, Run } from './cloud.ts';
import type { Life } from './life.ts';
import type { ApiFate } from './weather.ts';

/** Who our key is at the vendor's. */
export const SELF = { id: 'curfew-key', name: 'Curfew', type: 'user' } as const;

export type Effect = 'activate' | 'deactivate' | 'cancel' | 'start';

/** A request that has an effect, from the moment it leaves. */
export interface EffectRequest {
  readonly life: Life;
  readonly sync: SyncKey;
  readonly effect: Effect;
  readonly key: string;
  readonly leftAt: Instant;
  /** As of when its sender last read the sync, and what ran: what it may have overlooked. */
  readonly readAt: Instant;
  readonly runsReadAt: Instant;
}

/** What a request did when it landed, the first under its key. */
export interface Landing {
  readonly request: EffectRequest;
  readonly sync: CloudSync;
  readonly at: Instant;
  /** Whether the flag was not so before. */
  readonly isChange: boolean;
  /** The execution that it ended, or started. */
  readonly run: Run | undefined;
}

/** The vendor's door for requests with effects: idempotency keys, and what they replay. */
export interface Door {
  /** A request arrives; `reply` is called once, when the vendor is done with it. */
  receive(request: EffectRequest, fate: ApiFate, reply: (outcome: Outcome) => void): void;
}

/** Opens the door. A key that comes with another wish than before is a bug of ours, and thrown. */
export function openDoor(parts: {
  readonly agenda: Agenda;
  readonly cloud: Cloud;
  readonly workMs: (fate: ApiFate) => number;
  readonly onLanding: (landing: Landing) => void;
  readonly onMisuse: (request: EffectRequest, why: string) => void;
}): Door {
  const { agenda, cloud, onLanding } = parts;
  const ledger = new Map<string, { readonly wish: string; outcome: Outcome | 'in-flight' }>();

  function land(request: EffectRequest, fate: ApiFate): Outcome {
    if (fate === 'error') return refusal('server-error', 500);
    if (fate === 'rejected') return refusal('rejected', 422);
    if (fate === 'forbidden') return refusal('unauthorized', 403);
    const sync = cloud.find(request.sync);
    if (sync === undefined) return refusal('missing', 404);
    const isIgnored = fate === 'ignored' && request.effect !== 'start';
    const outcome = isIgnored ? accepted(request) : perform(request, sync);
    if (isIgnored) sync.isDeceiving = true;
    return fate === 'error-after' ? refusal('server-error', 500) : outcome;
  }

  function perform(request: EffectRequest, sync: CloudSync): Outcome {
    const at = agenda.now;
    const { effect } = request;
    if (effect === 'start') {
      const run = cloud.start(sync, false);
      if (run === undefined) return refusal('conflict', 409);
      onLanding({ request, sync, at, isChange: true, run });
      return { kind: 'ok', value: executionOf(run) };
    }
    if (effect === 'cancel') {
      const run = cloud.cancel(sync);
      onLanding({ request, sync, at, isChange: run !== undefined, run });
      return accepted(request);
    }
    const isActive = effect === 'activate';
    const isChange = cloud.setActive(sync, isActive, SELF);
    // Deactivating a bulk sync asks for the end of its execution, too.
    const run = sync.seed.kind === 'bulk' && !isActive ? cloud.cancel(sync) : undefined;
    onLanding({ request, sync, at, isChange, run });
    return accepted(request);
  }

  return {
    receive(request, fate, reply) {
      const { key, sync, effect } = request;
      const wish = `${effect} ${sync}`;
      const known = ledger.get(key);
      if (known !== undefined) {
        if (known.wish !== wish) parts.onMisuse(request, `the key was used for: ${known.wish}`);
        const { outcome } = known;
        return reply(outcome === 'in-flight' ? refusal('conflict', 409) : outcome);
      }
      const record: { readonly wish: string; outcome: Outcome | 'in-flight' } = {
        wish,
        outcome: 'in-flight',
      };
      ledger.set(key, record);
      agenda.after(parts.workMs(fate), () => {
        record.outcome = land(request, fate);
        reply(record.outcome);
      });
    },
  };
}

/** An execution as the client would parse it. */
export function executionOf({ id, status, startedAt, createdAt, isResync }: Run): Execution {
  const isTerminal = status === 'completed' || status === 'canceled';
  return { id, status, startedAt, createdAt, isTerminal, isResync };
}

/** A refusal as the client would classify it. */
export function refusal<K extends Exclude<Failure['kind'], 'not-sent' | 'unknown'>>(
  kind: K,
  status: number,
  retryAfterMs?: number,
): Failure {
  return { kind, status, reason: `HTTP ${status}`, retryAfterMs } as Failure;
}

function accepted({ effect }: EffectRequest): Outcome {
  if (effect === 'cancel') return { kind: 'ok', value: { message: 'queued' } };
  return { kind: 'ok', value: { active: effect === 'activate' } };
}
