// What became of the syncs: the promises "restore, never start" and "people win".

import { type Case, type Invariant, mayHaveOverlooked, type Violation } from './case.ts';
import { US } from './evidence.ts';
import type { FlagChange, FlagHistory } from './flags.ts';
import type { HoldStory } from './holds.ts';

/** A person may have renamed it, started or cancelled its runs: that changes nothing here. */
export const untouchedEndAsTheyBegan: Invariant = (one) =>
  [...one.flags.values()].flatMap(({ sync, name, before, isTouched }): Violation[] => {
    const { final } = one;
    if (isTouched || final.get(sync) === before || wasDeceived(one, sync)) return [];
    const [was, is] = [wordFor(before), wordFor(final.get(sync))];
    return [{ sync, says: `${name} was ${was} and is ${is}, and nobody touched it.` }];
  });

/** Not even asked for: an activation that had no effect would have been as wrong. */
export const inactiveStayInactive: Invariant = ({ flags, writes }) =>
  writes.flatMap(({ sync, action, at }): Violation[] => {
    const history = flags.get(sync ?? '');
    if (action !== 'activate' || history?.before !== false || history.isTouched) return [];
    return [{ sync, at, says: `${history.name} was inactive, and we asked to activate it.` }];
  });

/**
 * Holds for all syncs. Before each activation of ours the last change was a pause of ours; or a
 * person's pause that we could not see: one that came while a hold of ours was open that had asked
 * the API for a pause of its own, or was about to when it was killed. And the hold found the sync
 * active, or a person activated it.
 */
export const activationsUndoPauses: Invariant = (one) =>
  [...one.flags.values()].flatMap((history) =>
    history.flips.flatMap((flip, index): Violation[] => {
      if (!flip.isOurs || !flip.active) return [];
      const hold = holdAt(one, history.sync, flip.at);
      const says =
        againstAWish(one, history, index) ??
        faultOf(one, history, flip, history.flips[index - 1], hold);
      return says === undefined ? [] : [{ sync: history.sync, at: flip.at, says }];
    }),
  );

/**
 * We had restored it already, and knew, when a person paused it, and had not asked to pause it once
 * more: that is no pause to undo.
 */
function againstAWish(one: Case, history: FlagHistory, index: number): string | undefined {
  const { sync, name, flips } = history;
  const [restored, paused, flip] = flips.slice(index - 2, index + 1);
  if (index < 2 || !restored!.isOurs || paused!.isOurs) return undefined;
  if (mayHaveOverlooked(one, paused!.at, flip!.at)) return undefined;
  if (!isKnownToHaveWorked(one, sync, restored!.at, flip!.at)) return undefined;
  const isAskedAnew = one.entries.some(
    (entry) =>
      entry.sync === sync &&
      entry.type === 'call.intended' &&
      entry.detail?.action === 'deactivate' &&
      entry.at >= restored!.at &&
      entry.at <= flip!.at,
  );
  if (isAskedAnew) return undefined;
  return `We activated ${name} again, which ${paused!.by} had paused since.`;
}

/** Whether the activation that had its effect then was on record as accepted by `until`. */
function isKnownToHaveWorked(one: Case, sync: string, then: number, until: number): boolean {
  const key = one.writes.findLast(
    (write) =>
      write.sync === sync &&
      write.action === 'activate' &&
      write.effect === 'changed' &&
      write.at <= then,
  )?.key;
  return one.entries.some(
    (entry) =>
      entry.key === key &&
      entry.type === 'call.answered' &&
      entry.detail?.outcome === 'ok' &&
      entry.at <= until,
  );
}

function faultOf(
  one: Case,
  history: FlagHistory,
  flip: FlagChange,
  last: FlagChange | undefined,
  hold: HoldStory | undefined,
): string | undefined {
  const { name, flips } = history;
  if (hold === undefined) return `We activated ${name} without a hold.`;
  const isWished = flips.some(
    ({ isOurs, active, at }) =>
      !isOurs && active && at <= flip.at && (at >= hold.openedAt || overlooked(at)),
  );
  function overlooked(at: number): boolean {
    return mayHaveOverlooked(one, at, hold!.openedAt);
  }
  if (hold.baseline === 'inactive' && !isWished) {
    return `We activated ${name}, which was inactive when the hold was opened.`;
  }
  if (last === undefined) return `We activated ${name}, which nobody had paused.`;
  if (last.isOurs) return undefined;
  if (last.at < hold.openedAt && !overlooked(last.at)) {
    return `We activated ${name}, which ${last.by} had paused before our hold.`;
  }
  if (mayHavePaused(hold)) return undefined;
  return `We activated ${name}, which ${last.by} had paused, and we had not.`;
}

/** Outcomes that leave no doubt. */
const NO_EFFECT = new Set(['not-sent', 'throttled', 'unauthorized', 'missing', 'rejected']);

/** Whether a pause was announced for the hold of which it is not known that it had no effect. */
function mayHavePaused({ entries }: HoldStory): boolean {
  const pauses = entries.filter(({ detail }) => detail?.action === 'deactivate');
  const announced = pauses.filter(({ type }) => type === 'call.intended');
  const refused = pauses.filter(({ detail }) => NO_EFFECT.has(String(detail?.outcome)));
  return announced.length > refused.length;
}

function holdAt({ holdsOf }: Case, sync: string, at: number): HoldStory | undefined {
  return holdsOf.get(sync)?.find(({ openedAt, closedAt }) => openedAt <= at && at <= closedAt);
}

/** Holds for all syncs: the last word on a sync that is off is never ours. */
export const nothingIsLeftPaused: Invariant = (one) =>
  [...one.flags.values()].flatMap(({ sync, name, flips }): Violation[] => {
    const last = flips.at(-1);
    if (one.final.get(sync) !== false || last === undefined || !last.isOurs) return [];
    if (wasDeceived(one, sync)) return [];
    return [{ sync, at: last.at, says: `We paused ${name} and never activated it again.` }];
  });

/**
 * The API said that it had activated a sync and had not, and before that could be found out a
 * person edited the sync: what the API tells then looks just like a person's pause.
 */
function wasDeceived({ writes, changes }: Case, sync: string): boolean {
  const lie = writes.findLast((write) => write.sync === sync && write.action === 'activate');
  if (lie?.fault !== 'ignore') return false;
  return changes.some((change) => change.sync === sync && change.by !== US && change.at >= lie.at);
}

/**
 * What a person did last to a flag counts in the end. A click that turns a sync on always does. One
 * that turns it off does where no hold was open, or the hold was theirs already: while we hold a
 * sync it is off, and the API does not tell a person's second pause from an edit of its name.
 */
export const lastWishesCount: Invariant = (one) =>
  [...one.flags.values()].flatMap(({ sync, name, flips }): Violation[] => {
    const wish = flips.findLast(({ isOurs }) => !isOurs);
    const end = one.final.get(sync);
    if (wish === undefined || end === undefined || end === wish.active) return [];
    if (!wish.active && isUnderAHold(one, sync, wish.at)) return [];
    const says = `${wish.by} left ${name} ${wordFor(wish.active)}, and it is ${wordFor(end)}.`;
    return [{ sync, at: wish.at, says }];
  });

/** Whether a hold that was not theirs was open, or about to be. */
function isUnderAHold(one: Case, sync: string, at: number): boolean {
  return (one.holdsOf.get(sync) ?? []).some(({ openedAt, closedAt, yieldedAt }) => {
    const isOpen = openedAt <= at && at <= closedAt;
    const isOpening = openedAt > at && mayHaveOverlooked(one, at, openedAt);
    const isTheirs = yieldedAt !== undefined && yieldedAt <= at;
    return (isOpen && !isTheirs) || isOpening;
  });
}

/** A sync whose flag nobody touched is given to nobody, and is not taken for deleted. */
export const nobodyIsMadeUp: Invariant = (one) =>
  one.entries.flatMap(({ type, sync, at, reason }): Violation[] => {
    if (type !== 'hold.yielded' && type !== 'hold.gone') return [];
    const history = one.flags.get(sync ?? '');
    if (history === undefined || history.isTouched) return [];
    if (type === 'hold.yielded' && isEditedInDoubt(one, history, at)) return [];
    return [{ sync: history.sync, at, says: `Nobody touched ${history.name}, yet: ${reason}` }];
  });

/**
 * A pause of ours had no effect, which we could not know, and a person edited the sync: what the
 * API tells then looks just like a person who activated what we had paused.
 */
function isEditedInDoubt(one: Case, { sync, before, flips }: FlagHistory, at: number): boolean {
  const hold = holdAt(one, sync, at);
  const isActive = flips.findLast((flip) => flip.at <= at)?.active ?? before;
  if (hold === undefined || !mayHavePaused(hold) || isActive !== true) return false;
  return one.changes.some(
    (change) =>
      change.sync === sync && change.by !== US && change.at >= hold.openedAt && change.at <= at,
  );
}

/** Reached, and kept, in the calm. */
export const calmIsKept: Invariant = ({ calm, flags }) => {
  const [first] = calm.strays;
  if (first === undefined) return [];
  const syncs = [...new Set(calm.strays.map(({ sync }) => sync))];
  return syncs.map((sync) => {
    const name = flags.get(sync)?.name ?? sync;
    const when = calm.reachedAt === undefined ? 'until we gave up waiting' : 'later in the calm';
    return { sync, at: first.at, says: `${name} was not as the policies want it, ${when}.` };
  });
};

function wordFor(active: boolean | undefined): string {
  if (active === undefined) return 'gone';
  return active ? 'active' : 'inactive';
}
