import { stepsToPaused } from './pausing.ts';
import { stepsToBaseline } from './resuming.ts';
import { isFinishing, type Situation, type Step } from './situation.ts';

/**
 * The next step for one sync. Level-triggered and pure: it looks at what is wanted, what is on
 * record and what was read, never at what was done before, so that a crash anywhere leaves a
 * situation from which the same function goes on.
 */
export function nextStep(situation: Situation): Step {
  return isPauseWanted(situation) ? stepsToPaused(situation) : stepsToBaseline(situation);
}

/** Whether the sync is to be paused now. */
export function isPauseWanted(situation: Situation): boolean {
  return situation.decision.wanted === 'paused' || isFinishing(situation);
}
