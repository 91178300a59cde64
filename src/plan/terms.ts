import type { Instant } from '../time/interval.ts';
import type { Opinion } from './decide.ts';
import type { InFlightSince, Terms } from './hold.ts';

/** The terms of a hold that no policy asks for: a person's override, or none at all. */
const PLAIN: Omit<Terms, 'inFlight'> = {
  protectResync: true,
  enforce: 'once',
  resume: { spreadMs: 0, catchUp: 'none' },
  onDelete: 'restore',
  hash: undefined,
};

/**
 * The terms on which the winners pause, the leader first. Where they differ the strictest counts
 * (S11), and a full resync is safe if one of them keeps it; how the sync comes back is for the
 * leader to say, since it is the one that holds longest.
 */
export function termsOf(winners: readonly Opinion[], now: Instant): Terms {
  const [leader] = winners;
  if (leader === undefined) return { ...PLAIN, inFlight: {} };
  return {
    inFlight: Object.fromEntries(
      winners.map(({ policy, inFlight }) => [policy, { mode: inFlight, since: now }]),
    ),
    protectResync: winners.some(({ protectResync }) => protectResync),
    enforce: winners.some(({ enforce }) => enforce === 'always') ? 'always' : 'once',
    resume: leader.resume,
    onDelete: leader.onDelete,
    hash: leader.hash,
  };
}

/** The terms of a hold that goes on: new ones, but for what its policies do to running work. */
export function renewTerms(terms: Terms, wanted: Terms): Terms {
  const inFlight = Object.entries(wanted.inFlight).map(([policy, mode]) => [
    policy,
    terms.inFlight[policy] ?? mode,
  ]);
  return { ...wanted, inFlight: Object.fromEntries(inFlight) };
}

/** Whether going on under `wanted` would change anything about a hold. */
export function haveTermsChanged(terms: Terms, wanted: Terms): boolean {
  const renewed = renewTerms(terms, wanted);
  const names = Object.keys(renewed.inFlight);
  return (
    names.length !== Object.keys(terms.inFlight).length ||
    names.some((name) => terms.inFlight[name] === undefined) ||
    renewed.protectResync !== terms.protectResync ||
    renewed.enforce !== terms.enforce ||
    renewed.resume.spreadMs !== terms.resume.spreadMs ||
    renewed.resume.catchUp !== terms.resume.catchUp ||
    renewed.onDelete !== terms.onDelete ||
    renewed.hash !== terms.hash
  );
}

/** What is to be done about running work at an instant. */
export type Conduct =
  | { readonly kind: 'leave' }
  | { readonly kind: 'cancel' }
  /** Wait until it ends; at `until` something else is to be done. */
  | { readonly kind: 'drain'; readonly until: Instant };

/** The strictest conduct that the terms ask for at `now`: cancel before drain before leave. */
export function conductAt({ inFlight }: Terms, now: Instant): Conduct {
  const conducts = Object.values(inFlight).map((entry) => conductOf(entry, now));
  if (conducts.some(({ kind }) => kind === 'cancel')) return { kind: 'cancel' };
  const drains = conducts.filter((conduct) => conduct.kind === 'drain');
  if (drains.length === 0) return { kind: 'leave' };
  return { kind: 'drain', until: Math.min(...drains.map(({ until }) => until)) };
}

function conductOf({ mode, since }: InFlightSince, now: Instant): Conduct {
  if (mode === 'leave' || mode === 'cancel') return { kind: mode };
  const until = since + mode.drainMs;
  return now < until ? { kind: 'drain', until } : { kind: mode.afterwards };
}
