import type { Failure } from '../plan/outcome.ts';
import { verdictOn } from '../plan/retry.ts';
import type { Verdict } from '../plan/verdict.ts';
import type { CallerParts } from './caller.ts';

/** The first failure of a read is paced as if it were the third try: 2 to 4 seconds. */
const TRIES_BEFORE = 2;

/** A read that is refused for good is tried again when somebody may have mended it. */
const READ_REFUSED_MS = 5 * 60_000;

/**
 * The verdict on a read that failed, the `failures`th in a row for its sync: it is tried again like
 * any call, but nothing was at stake.
 */
export async function verdictOnRead(
  { gate, clock, chance }: Pick<CallerParts, 'gate' | 'clock' | 'chance'>,
  failure: Failure,
  failures: number,
): Promise<Verdict> {
  if (failure.kind === 'unauthorized' && (await gate.refused(failure.status, failure.reason))) {
    return { kind: 'retry', at: gate.nextProbeAt(), reason: failure.reason };
  }
  const verdict = verdictOn(failure, TRIES_BEFORE + failures, clock.now(), chance.random());
  if (verdict.kind !== 'give-up') return verdict;
  return { kind: 'retry', at: clock.now() + READ_REFUSED_MS, reason: verdict.reason };
}
