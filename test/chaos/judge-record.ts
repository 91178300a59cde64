// What the record says of itself, and how the daemons lived.

import type { Invariant, Violation } from './case.ts';
import type { Death } from './evidence.ts';

/** At no time has a sync two open holds. */
export const oneHoldAtATime: Invariant = ({ entries }) => {
  const open = new Map<string, string>();
  return entries.flatMap(({ type, sync, hold, at }): Violation[] => {
    if (sync === null || hold === null) return [];
    if (type === 'hold.released' || type === 'hold.gone') open.delete(sync);
    if (type !== 'hold.opened') return [];
    const other = open.get(sync);
    open.set(sync, hold);
    if (other === undefined) return [];
    return [{ sync, at, says: `Hold ${hold} was opened while ${other} was open.` }];
  });
};

/** When everything is over nothing is open, and nothing needs a person. */
export const nothingIsLeftOpen: Invariant = ({ leftovers, isSettled }) => [
  ...(isSettled ? [] : [{ says: 'The record did not come to rest.' }]),
  ...leftovers.holds.map(({ id, sync, state }) => ({ sync, says: `Hold ${id} is ${state}.` })),
  ...leftovers.calls.map(({ sync, action, key }) => ({
    sync,
    says: `The call to ${action} it is open (${key}).`,
  })),
  ...leftovers.alerts.map(({ name, reason }) => ({ says: `The alert ${name} stands: ${reason}` })),
];

/** The seals that somebody kept in the middle of it all still fit at the end. */
export const chainIsWhole: Invariant = ({ audit: { kept, isWhole, says } }) => [
  ...(kept === 0 ? [{ says: 'In the calm there were no seals to keep.' }] : []),
  ...(isWhole ? [] : [{ says: `The journal is not what was sealed: ${says}` }]),
];

/**
 * A window is told once as opened and closed, or once as missed. Of a policy that nobody has looked
 * at before only what is open is told, so the windows count from the first that is.
 */
export const windowsAreToldOnce: Invariant = ({ windows, entries }) => {
  const all = entries.filter(({ type }) => /^window\.(opened|closed|missed)$/.test(type));
  return windows.flatMap(({ policy, start, end }): Violation[] => {
    const ofPolicy = all.filter((entry) => entry.policy === policy);
    const told = ofPolicy.filter(
      (entry) => entry.occurrence_start === start && entry.occurrence_end === end,
    );
    if (told.length === 0 && start <= (ofPolicy[0]?.at ?? start)) return [];
    const types = told.map(({ type }) => type.slice('window.'.length)).sort();
    if (['closed opened', 'missed'].includes(types.join(' '))) return [];
    const when = `${new Date(start).toISOString()} to ${new Date(end).toISOString()}`;
    const what = types.length === 0 ? 'not at all' : `as ${types.join(', ')}`;
    return [{ at: start, says: `The window of ${policy} from ${when} is told ${what}.` }];
  });
};

/** In time when they are told to, and by themselves only while their key is refused. */
export const daemonsEndAsTold: Invariant = ({ deaths, harm }) =>
  deaths.flatMap((death) => {
    const isHarmed = harm.some(({ from, to }) => from <= death.at && to >= death.at - death.tookMs);
    const says = death.isMeant ? faultOfMeant(death, isHarmed) : faultOfOwn(death);
    return says === undefined ? [] : [{ at: death.at, says }];
  });

/** Ten seconds for running jobs, some for handing back and disconnecting; and a busy machine. */
const GRACE_MS = 30_000;

function faultOfMeant(death: Death, isHarmed: boolean): string | undefined {
  const { daemon, exitCode, signal, tookMs, asked } = death;
  if (asked === 'SIGKILL') return undefined;
  if (exitCode !== 0) {
    return `${daemon} was told to end, and did with ${exitCode ?? signal}:${lastWords(death)}`;
  }
  if (isHarmed || tookMs < GRACE_MS) return undefined;
  return `${daemon} took ${tookMs} ms to end, with nothing in its way.`;
}

function faultOfOwn(death: Death): string | undefined {
  const { daemon, exitCode, signal } = death;
  if (exitCode !== 0 && /refuses the key/.test(lastWords(death))) return undefined;
  return `${daemon} ended by itself (${exitCode ?? signal}):${lastWords(death)}`;
}

function lastWords({ lastLines }: Death): string {
  return lastLines.map((line) => `\n    ${line}`).join('');
}

/** Whatever else a daemon writes is a crash, or a library's complaint that nobody caught. */
export const logsAreTidy: Invariant = ({ log }) =>
  log.flatMap(({ daemon, text }): Violation[] => {
    const record = recordOf(text);
    if (record === undefined) {
      return /^error: /.test(text) ? [] : [{ says: `${daemon} wrote: ${text}` }];
    }
    const error = errorIn(record);
    if (error === undefined || isOutage(error)) return [];
    return [{ says: `${daemon} complained: ${text.slice(0, 1_500)}` }];
  });

interface LoggedError {
  readonly type?: string | undefined;
  readonly name?: string | undefined;
  readonly code?: string | undefined;
  readonly message?: string | undefined;
}

type LogRecord = Readonly<Record<string, unknown>>;

function recordOf(text: string): LogRecord | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as LogRecord) : undefined;
  } catch {
    return undefined;
  }
}

/** The error that a record tells of, or an event of the queue. */
function errorIn({ err, event }: LogRecord): LoggedError | undefined {
  const error = (err ?? event) as LoggedError | undefined;
  return error?.message === undefined ? undefined : error;
}

// What a server that was killed, stopped or flushed makes its clients say.
const OUTAGES: readonly RegExp[] = [
  /ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT/,
  /Connection terminated|timeout exceeded when trying to connect|Query read timeout/,
  /terminating connection due to|the database system is|\b57P0\d\b/,
  /Connection is closed|Command timed out|max retries per request|no answer within \d+ ms/,
  // Of a job that somebody else took meanwhile, or that FLUSHALL took.
  /could not renew lock for job|Missing (key|lock) for job|Lock mismatch for job/,
];

function isOutage({ type, name, code, message }: LoggedError): boolean {
  const words = [type, name, code, message].filter(Boolean).join(' ');
  return OUTAGES.some((outage) => outage.test(words));
}
