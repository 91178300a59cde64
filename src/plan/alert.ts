/** Every kind of alert, and what it says. A closed list: docs/operations.md says what to do. */
export const ALERTS = {
  'key-refused': 'the API refuses our key; nothing is written, holds stay',
  'api-down': 'the API fails again and again; it is tried now and then',
  'clock-skew': 'our clock and that of the API differ; nothing new is paused',
  'pauses-capped': 'as many syncs were paused within an hour as may be',
  limit: 'a policy selects more syncs than its limit allows; it pauses nothing new',
  degraded: 'some syncs are not paused, long after their window opened',
  calendar: 'a calendar cannot be fetched, or not as it should be; the last good copy counts',
  'chain-rewritten': 'a seal in the database is not the one that was made',
  'journal-damaged': 'entries that were to be pruned do not fit their seals',
  'late-pause': 'a sync should have been paused by now',
  'late-resume': 'a sync should have been restored by now',
  fight: 'a sync was activated again after several pauses; it is left to whoever does that',
  'resync-kept': 'a full resync runs in a window and is not cancelled',
  'status-unknown': 'an execution has a status that nobody knows',
  'cancel-overdue': 'a cancelled execution has not ended',
  'cancel-unfinished': 'a sync is restored although its cancelled execution has not ended',
  'catch-up-failed': 'a run that a sync missed could not be started',
} as const;

export type AlertKind = keyof typeof ALERTS;

/** A kind, and what it is about where there may be several; equal names are one alert. */
export type AlertName = AlertKind | `${AlertKind}:${string}`;
