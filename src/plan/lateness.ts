import type { Instant } from '../time/interval.ts';
import type { Hold } from './hold.ts';
import { alerting, isTold, type Step } from './situation.ts';

/** An edge that is this late is worth waking somebody for (S60). */
const LATE_ALERT_MS = 5 * 60_000;

/** An alert, and how late the edge is that it speaks of. */
export interface Late {
  readonly alert: Step & { readonly kind: 'alert' };
  readonly latenessMs: number;
}

/**
 * What to tell of a hold whose pause or resume the API has not let happen yet; once, when it is
 * late. `isWanted` says whether the pause is still wanted; `due` is when its resume became due, as
 * far as the hold itself does not know.
 */
export function lateEdge(
  hold: Hold,
  isWanted: boolean,
  due: Instant,
  now: Instant,
): Late | undefined {
  if (isWanted && hold.state !== 'pausing') return undefined;
  const { end } = hold.occurrence;
  const since = isWanted ? hold.openedAt : (hold.resumeAt ?? (end <= now ? end : due));
  const latenessMs = now - since;
  if (latenessMs <= LATE_ALERT_MS) return undefined;
  const what = isWanted ? 'paused' : 'restored';
  const minutes = Math.floor(latenessMs / 60_000);
  const reason = `It should have been ${what} ${minutes} minutes ago; still trying.`;
  const alert = alerting(hold, isWanted ? 'late-pause' : 'late-resume', reason);
  return alert?.kind === 'alert' ? { alert, latenessMs } : undefined;
}

/** So many names make a sentence; nobody reads more. */
const NAMES_MAX = 3;

/** What people should know of resumes that are late; undefined when none is. */
export function lateResumes(holds: readonly Hold[]): string | undefined {
  const late = holds.filter((hold) => isTold(hold, 'late-resume'));
  if (late.length === 0) return undefined;
  const names = late.slice(0, NAMES_MAX).map(({ syncName }) => syncName);
  const more = late.length > NAMES_MAX ? ` and ${late.length - NAMES_MAX} more` : '';
  const what = late.length === 1 ? 'sync' : 'syncs';
  return `${late.length} ${what} should have been restored by now: ${names.join(', ')}${more}.`;
}
