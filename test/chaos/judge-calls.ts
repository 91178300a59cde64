// How the API was called: the promise "written before done", and keys.

import type { Case, Invariant, Violation } from './case.ts';
import type { ApiRequest } from './evidence.ts';

/** Each changing request has a key, and a key is for one request only. */
export const everyRequestHasItsKey: Invariant = ({ writes }) => {
  const meanings = new Map<string, string>();
  return writes.flatMap(({ key, path, body = '', sync, at }): Violation[] => {
    if (key === undefined) return [{ sync, at, says: `POST ${path} came without a key.` }];
    const meaning = `${path} ${body}`;
    const known = meanings.get(key) ?? meaning;
    meanings.set(key, known);
    if (known === meaning) return [];
    return [{ sync, at, says: `Key ${key} was used for ${known} and for ${meaning}.` }];
  });
};

/** A key has one effect at most. */
export const oneKeyOneEffect: Invariant = ({ writes }) => {
  const seen = new Set<string>();
  return writes.flatMap(({ key, effect, sync, at, path }): Violation[] => {
    if (effect !== 'changed' || key === undefined) return [];
    if (seen.has(key)) return [{ sync, at, says: `POST ${path} had an effect twice, by ${key}.` }];
    seen.add(key);
    return [];
  });
};

/** However often a key was sent: each time was announced in the journal before. */
export const writtenBeforeDone: Invariant = ({ writes, entries }) => {
  const intended = new Map<string, number[]>();
  for (const { type, key, at } of entries) {
    if (type !== 'call.intended' || key === null) continue;
    intended.set(key, [...(intended.get(key) ?? []), at]);
  }
  const sent = new Map<string, number>();
  return writes.flatMap(({ key = '', at, path, sync }): Violation[] => {
    const count = (sent.get(key) ?? 0) + 1;
    sent.set(key, count);
    const announced = (intended.get(key) ?? []).filter((each) => each <= at).length;
    if (announced >= count) return [];
    const says = `POST ${path} came for the ${count}. time, announced ${announced} times.`;
    return [{ sync, at, says }];
  });
};

/** After each effect the journal goes on to tell what came of it, or what was found instead. */
export const effectsAreExplained: Invariant = ({ writes, holds, holdOfKey }) =>
  writes.flatMap(({ key = '', effect, at, path, sync }): Violation[] => {
    if (effect !== 'changed') return [];
    const hold = holds.get(holdOfKey.get(key) ?? '');
    const isExplained = hold?.entries.some(
      (entry) => entry.at >= at && entry.type !== 'call.intended',
    );
    if (isExplained) return [];
    return [{ sync, at, says: `POST ${path} had an effect that the journal says nothing about.` }];
  });

/** A hold starts one run at most, and looks at the executions before it asks again. */
export const startsAreNotRepeatedBlindly: Invariant = (one) => {
  const byHold = new Map<string, ApiRequest[]>();
  for (const write of one.writes) {
    if (write.action !== 'start') continue;
    const hold = one.holdOfKey.get(write.key ?? '') ?? 'no hold';
    byHold.set(hold, [...(byHold.get(hold) ?? []), write]);
  }
  return [...byHold.values()].flatMap((starts) => [
    ...startedTwice(starts),
    ...startedBlindly(one, starts),
  ]);
};

function startedTwice(starts: readonly ApiRequest[]): Violation[] {
  const [, second] = starts.filter(({ effect }) => effect === 'changed');
  if (second === undefined) return [];
  const { sync, at, path } = second;
  return [{ sync, at, says: `POST ${path} started a second run for the same hold.` }];
}

function startedBlindly({ requests }: Case, starts: readonly ApiRequest[]): Violation[] {
  return starts.flatMap(({ seq, sync, at, path }, index): Violation[] => {
    const since = starts[index - 1]?.seq ?? 0;
    const hasLooked = requests.some(
      (each) =>
        each.method === 'GET' &&
        each.sync === sync &&
        each.action === 'executions' &&
        each.status === 200 &&
        each.seq > since &&
        each.seq < seq,
    );
    if (hasLooked) return [];
    return [{ sync, at, says: `POST ${path} came without a look at the executions before it.` }];
  });
}
