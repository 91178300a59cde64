import type { Instant } from '../../../src/time/interval.ts';
import type { CloudSync } from '../cloud.ts';
import { SPREAD_MAX_MS } from '../draw.ts';
import { type Law, law, rulesOf } from '../law.ts';
import { wantAt, wantedSince } from '../oracle.ts';
import type { World } from '../world.ts';

/** A click right before a window may be seen in it. */
const BEFORE_WINDOW_MS = 60_000;
/** How far back a chain of windows is followed. */
const CHAIN_MS = 2 * 3_600_000;
/** So often a sync is paused again, says docs/policy-language.md. */
const REPAUSES_MAX = 3;
/** Looking once a second is often enough. */
const LOOK_EVERY_MS = 1_000;

/** What is wanted comes true, and everything ends as people left it. */
export const RESTORING_LAWS: readonly Law[] = [
  law('with everything in order, what is wanted is so', (world, broken) => {
    let lookedAt = Number.NEGATIVE_INFINITY;
    return {
      step() {
        const { agenda, calmSince, patienceMs, cloud } = world;
        const { now } = agenda;
        if (now - calmSince < patienceMs || now - lookedAt < LOOK_EVERY_MS) return;
        lookedAt = now;
        for (const sync of cloud.syncs) {
          const wrong = sync.isDeleted ? undefined : wrongWith(world, sync, now);
          if (wrong !== undefined) broken(`${sync.name} ${wrong}`);
        }
      },
    };
  }),
  law('in the end every sync is as people want it', (world, broken) => ({
    end() {
      for (const sync of world.cloud.syncs) {
        if (sync.isDeleted) continue;
        const wrong = unwanted(world, sync);
        if (wrong !== undefined) broken(`${sync.name} ${wrong}`);
      }
    },
  })),
  law('in the end every replica is at work', (world, broken) => ({
    end() {
      for (const { name, isAtWork } of world.replicas) if (!isAtWork) broken(name);
    },
  })),
  law('in the end no hold and no call is open', (world, broken) => ({
    async end() {
      for (const what of await unfinished(world)) broken(what);
    },
  })),
];

function wrongWith(world: World, sync: CloudSync, now: Instant): string | undefined {
  const { patienceMs, wishes } = world;
  const rules = rulesOf(world);
  const subject = { name: sync.name, kind: sync.seed.kind };
  const since = wantedSince(rules, subject, now, now - CHAIN_MS);
  if (now - since < patienceMs) return undefined;
  const { wanted, cancels, cancelsResync, drainMs } = wantAt(rules, subject, now);
  if (wanted === 'either' || now - since < patienceMs + drainMs) return undefined;
  if (wanted === 'baseline') {
    return now - since < patienceMs + SPREAD_MAX_MS ? undefined : unwanted(world, sync);
  }
  const isClicked = wishes.of(sync.key).activatedAt >= since - BEFORE_WINDOW_MS;
  if (isClicked && !isPausedAgain(world, sync, now)) return undefined;
  const isResync = sync.run?.isResync || sync.lastRun?.isResync;
  const isSpared = (isResync ? cancelsResync : cancels) !== true;
  // A bulk sync whose work is to be left alone is paused when it is idle, and that may be never.
  const mayWait = sync.seed.kind === 'bulk' && isSpared;
  const isIdle = sync.run === undefined && now - sync.idleSince >= patienceMs;
  if (sync.active) return mayWait && !isIdle ? undefined : 'is active in the middle of a window';
  const isOld = sync.run !== undefined && sync.run.startedAt < since && !sync.run.isResync;
  return isOld && cancels === true ? 'still has the execution that was to be cancelled' : undefined;
}

/**
 * Whether a policy takes no notice of whoever activated a sync: it always did, and they have not
 * won by doing so again and again.
 */
function isPausedAgain(world: World, { key, name, seed }: CloudSync, now: Instant): boolean {
  const { activations, askedAt } = world.wishes.of(key);
  const { book, story, words, patienceMs, clocksWereWrong } = world;
  const last = activations.at(-1);
  const isPlain = words.list.length === 0 && book.changedAt <= story.startsAt && !clocksWereWrong;
  if (last === undefined || !isPlain || activations.length > REPAUSES_MAX) return false;
  if (askedAt > Number.NEGATIVE_INFINITY || now - last < patienceMs) return false;
  const subject = { name, kind: seed.kind };
  const instants = activations.flatMap((at) => [at, Math.min(at + patienceMs, now)]);
  return [...instants, now].every((at) => wantAt(rulesOf(world), subject, at).isStubborn);
}

function unwanted({ wishes }: World, { key, active }: CloudSync): string | undefined {
  const { mayBeActive, mayBeInactive } = wishes.of(key);
  if (active ? mayBeActive : mayBeInactive) return undefined;
  return active ? 'is active, and people want it inactive' : 'is paused, and people want it active';
}

/** What Curfew has not brought to its end. */
export async function unfinished({ engine, agenda }: World): Promise<string[]> {
  const rows = await engine.run(
    `select h.sync_name || ' has an open hold, ' || h.state as what from curfew.holds as h
      where h.closed_at is null
     union all
     select c.sync || ' has an open call to ' || c.action || ' it, '
              || coalesce(c.outcome, 'unsent')
       from curfew.calls as c where c.state = 'open'
     order by 1`,
    [],
    agenda.now,
  );
  return (rows as { what: string }[]).map(({ what }) => what);
}
