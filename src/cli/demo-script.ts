import type { Policy } from '../policy/policy.ts';
import { formatUtc } from '../time/instant.ts';
import type { Instant, Interval } from '../time/interval.ts';

/** The window opens so long after the daemon is at work, and stays open so long. */
export const OPENS_AFTER_MS = 15_000;
export const WINDOW_MS = 30_000;
/** So long after the opening a person comes by. */
export const PERSON_AFTER_MS = 12_000;
/** Restoring takes seconds; this is for a machine that is busy with other things. */
export const SETTLE_MS = 25_000;
/** A story needs its end: shorter runs are refused. */
export const STORY_MS = 60_000;

/** What the demonstration adds to the shipped policies. */
export const DEMO_FILE = 'demo.yaml';
export const UPGRADE = 'snowflake-upgrade';
export const QUIET = 'marketing-quiet-time';

/** Who activates a sync in the middle of the window, and which. */
export const PERSON = 'Priya Patel';
export const PERSONS_SYNC = 'Sales/Renewals to Salesforce';

/** The window of a demonstration that begins at `now`, on whole seconds. */
export function windowFrom(now: Instant): Interval {
  const start = Math.ceil((now + OPENS_AFTER_MS) / 1_000) * 1_000;
  return { start, end: start + WINDOW_MS };
}

/** From setting the stage to the last look, with room for a slow machine. */
const SHOW_MS = 4 * 60_000;

/**
 * Whether a shipped policy would pause syncs of the story while it is told: what is paused already
 * cannot be seen being paused. Those of `pause.outside` are at work for most of the day, and the
 * story shows how one of them takes over.
 */
export function isInTheWay({ effect, when, timeline }: Policy, now: Instant): boolean {
  if (effect !== 'pause' || when !== 'during') return false;
  for (const { on } of timeline.segments(now, now + SHOW_MS)) if (on) return true;
  return false;
}

/** The policy file of the demonstration. Its priority puts it above whatever is open just now. */
export function demoPolicies({ start, end }: Interval): string {
  const window = `${formatUtc(start)}/${formatUtc(end)}`;
  return `# Written by \`curfew demo\`: a window of ${WINDOW_MS / 1_000} seconds, right now.
version: 1
timezone: UTC

policies:
  ${UPGRADE}:
    description: Snowflake is upgraded; what runs on it is cancelled.
    owner: data-platform@acme.example
    ticket: OPS-4502
    priority: 1000
    select: { connection: Snowflake* }
    pause:
      during:
        - once: ${window}
    in_flight: cancel

  ${QUIET}:
    description: No new marketing runs during the upgrade; running ones may finish.
    priority: 1000
    select: { name: Marketing/* }
    pause:
      during:
        - once: ${window}
    in_flight: leave
`;
}
