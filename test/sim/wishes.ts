import type { SyncKey } from '../../src/policy/sync.ts';
import type { Instant } from '../../src/time/interval.ts';
import type { Agenda } from './agenda.ts';
import type { CloudSync } from './cloud.ts';
import type { Engine } from './engine.ts';
import type { Landing } from './requests.ts';

/** What people want of a sync, apart from all windows: the shadow of its baseline. */
export interface Wish {
  /** In which states people may find it at the end; both where nobody could have known better. */
  readonly mayBeActive: boolean;
  readonly mayBeInactive: boolean;
  /** When somebody last changed the flag, or asked Curfew to. */
  readonly clickedAt: Instant;
  /** When somebody last activated it, and the hold that was open then. */
  readonly activatedAt: Instant;
  readonly activatedUnder: string | undefined;
  /** All its activations by a click at the vendor's. */
  readonly activations: readonly Instant[];
  /** When somebody last asked Curfew to change it. */
  readonly askedAt: Instant;
  /** The hold that was open, its pause beyond doubt, when somebody activated it. */
  readonly owned: { readonly hold: string; readonly at: Instant } | undefined;
}

/** What Curfew answers to a wish; it means nothing once somebody has clicked meanwhile. */
export interface Asked {
  /** It says that it did so. */
  isDone(): void;
  /** It says that it did not: all is as it was. */
  isRefused(): void;
}

/** The wishes of people, kept by looking over their shoulders. */
export interface Wishes {
  of(sync: SyncKey): Wish;
  begin(sync: CloudSync): void;
  /** Somebody is about to change the flag of a sync by a click at the vendor's. */
  click(sync: CloudSync, active: boolean): Promise<void>;
  /** Somebody asks Curfew to change it; until there is an answer, nobody knows. */
  ask(sync: SyncKey, active: boolean): Asked;
  /** A call of Curfew's landed; a click since its sender last looked was overlooked. */
  land(landing: Landing): void;
  /** A call landed that somebody had asked for; who clicked since then wanted something else. */
  landByHand(landing: Landing): void;
}

const NEVER = Number.NEGATIVE_INFINITY;

/** Whose fate Curfew cannot know: sent, and neither answered nor refused for sure. */
const IN_DOUBT = `
  c.attempts > 0 and c.action in ('activate', 'deactivate') and (
    c.outcome is null or c.outcome in ('unknown', 'server-error', 'conflict')
    or (c.outcome = 'not-sent' and c.attempts > 1))`;

interface Standing {
  readonly id: string | null;
  readonly state: string | null;
  readonly doubt: boolean;
  /** Whether it is taken to be active: it was restored, and is about to be paused anew. */
  readonly restored: boolean;
}

/** Keeps the wishes of one world. */
export function createWishes(agenda: Agenda, engine: Engine): Wishes {
  const wishes = new Map<SyncKey, Wish>();

  /** What Curfew has on record about a sync at this instant. */
  async function standing(sync: SyncKey): Promise<Standing> {
    const rows = await engine.run(
      `select (select h.id from curfew.holds as h where h.sync = $1 and h.closed_at is null) as id,
              (select h.state from curfew.holds as h where h.sync = $1 and h.closed_at is null)
                as state,
              exists (select from curfew.calls as c
                       where c.sync = $1 and ${IN_DOUBT} and (c.state = 'open' or exists (
                         select from curfew.holds as h
                          where h.id = c.hold and h.closed_at is null and h.state = 'pausing'))
                     ) as doubt,
              exists (select from curfew.calls as c join curfew.holds as h on h.id = c.hold
                       where c.sync = $1 and c.action = 'activate' and c.attempts > 0
                         and c.state = 'open' and h.closed_at is null and h.state = 'pausing'
                     ) as restored`,
      [sync],
      agenda.now,
    );
    return rows[0] as Standing;
  }

  function of(sync: SyncKey): Wish {
    const wish = wishes.get(sync);
    if (wish === undefined) throw new Error(`nobody knows ${sync}`);
    return wish;
  }

  function change(sync: SyncKey, more: Partial<Wish>): void {
    wishes.set(sync, { ...of(sync), ...more });
  }

  return {
    of,
    begin({ key, active }) {
      wishes.set(key, {
        mayBeActive: active,
        mayBeInactive: !active,
        clickedAt: NEVER,
        activatedAt: NEVER,
        activatedUnder: undefined,
        activations: [],
        askedAt: NEVER,
        owned: undefined,
      });
    },
    async click({ key }, active) {
      const { id, state, doubt, restored } = await standing(key);
      const before = of(key);
      // Curfew has seen an activation when it gave its hold up. What it has not seen, it cannot
      // tell from an edited field once the flag is off again.
      const isUnseen = id !== null && state !== 'yielded' && before.activatedUnder === id;
      const isExcused = !active && (doubt || isUnseen);
      const isPaused = state === 'held' || (state === 'pausing' && !restored);
      const isOwned = active && !doubt && id !== null && isPaused;
      change(key, {
        mayBeActive: active || isExcused,
        mayBeInactive: !active,
        clickedAt: agenda.now,
        activatedAt: active ? agenda.now : before.activatedAt,
        activatedUnder: active ? (id ?? undefined) : before.activatedUnder,
        activations: active ? [...before.activations, agenda.now] : before.activations,
        owned: isOwned ? { hold: id, at: agenda.now } : undefined,
      });
    },
    ask(key, active) {
      const before = of(key);
      const wish: Wish = {
        ...before,
        mayBeActive: true,
        mayBeInactive: true,
        clickedAt: agenda.now,
        askedAt: agenda.now,
        activatedAt: active ? agenda.now : before.activatedAt,
        owned: undefined,
      };
      wishes.set(key, wish);
      const settle = (settled: Wish): void => {
        if (of(key).clickedAt === wish.clickedAt) wishes.set(key, settled);
      };
      return {
        isDone: () => settle({ ...wish, mayBeActive: active, mayBeInactive: !active }),
        isRefused: () => settle(before),
      };
    },
    landByHand({ request: { sync, effect } }) {
      if (effect === 'cancel' || effect === 'start') return;
      change(sync, { mayBeActive: true, mayBeInactive: true });
    },
    land({ request, isChange }) {
      const { sync, readAt, effect } = request;
      if (effect === 'cancel' || effect === 'start') return;
      const { clickedAt, mayBeActive } = of(sync);
      if (clickedAt < readAt) return;
      // Somebody paused it and was overlooked: it is taken for active, and may be restored so.
      if (!mayBeActive) change(sync, { mayBeActive: true });
      if (isChange) change(sync, { owned: undefined });
    },
  };
}
