import type { SyncKey } from '../../src/policy/sync.ts';
import type { Agenda } from './agenda.ts';
import type { Dice } from './dice.ts';

/** What may go wrong between Curfew and the API; each class is a way for a request to end. */
export const API_FAULTS = [
  'refused',
  'lost',
  'late',
  'reset-before',
  'reset-after',
  'garbled',
  'error',
  'error-after',
  'bad-gateway',
  'gateway-timeout',
  'throttled',
  'rejected',
  'forbidden',
  'key-refused',
  'missing',
  'lagging',
  'short-list',
  'slow',
  'ignored',
] as const;

export type ApiFault = (typeof API_FAULTS)[number];

/** What a request meets on its way. */
export type ApiFate = ApiFault | 'fine';

export type StatementFate = 'fine' | 'lost' | 'answer-lost';

/** A stretch of bad luck; `sync` narrows it to the requests about one. */
export interface Spell {
  readonly kind: ApiFault | 'database-away' | 'database-slow' | 'queue-away';
  readonly probability: number;
  readonly forMs: number;
  readonly sync?: SyncKey | undefined;
}

/** All the bad luck of a world, so far as it is not a matter of a moment. */
export interface Weather {
  begin(spell: Spell): void;
  /** Ends all spells, for good: from now on everything works. */
  clear(): void;
  ofRequest(isRead: boolean, sync: SyncKey | undefined): ApiFate;
  ofStatement(): StatementFate;
  slowMsOfStatement(): number;
  isQueueAway(): boolean;
}

/** These say something about reads only, or about effects only. */
const READS_ONLY: readonly ApiFate[] = ['lagging', 'short-list', 'missing'];
const EFFECTS_ONLY: readonly ApiFate[] = [
  'ignored',
  'late',
  'gateway-timeout',
  'rejected',
  'forbidden',
];

/**
 * A deleted sync is one that is neither found nor listed, so an API that says both of one that
 * exists cannot be seen through: in one world it tells only one of these lies.
 */
export const LIES = ['missing', 'short-list'] as const satisfies readonly ApiFault[];

/** Fair weather until a spell begins; `lies` is the one of `LIES` that may be told. */
export function createWeather(agenda: Agenda, dice: Dice, lies: ApiFault): Weather {
  let spells: (Spell & { readonly until: number })[] = [];

  function hits(isMeant: (spell: Spell) => boolean): Spell | undefined {
    spells = spells.filter(({ until }) => until > agenda.now);
    return spells.find((spell) => isMeant(spell) && dice.is(spell.probability));
  }

  const hitsApi = (isRead: boolean, sync: SyncKey | undefined) =>
    hits(({ kind, sync: only }) => {
      if (!(API_FAULTS as readonly string[]).includes(kind)) return false;
      if (only !== undefined && only !== sync) return false;
      return !(isRead ? EFFECTS_ONLY : READS_ONLY).includes(kind as ApiFault);
    });

  return {
    begin(spell) {
      if ((LIES as readonly string[]).includes(spell.kind) && spell.kind !== lies) return;
      spells.push({ ...spell, until: agenda.now + spell.forMs });
    },
    clear() {
      spells = [];
    },
    ofRequest: (isRead, sync) => (hitsApi(isRead, sync)?.kind ?? 'fine') as ApiFate,
    ofStatement() {
      if (hits(({ kind }) => kind === 'database-away') === undefined) return 'fine';
      return dice.is(0.5) ? 'lost' : 'answer-lost';
    },
    slowMsOfStatement() {
      const spell = hits(({ kind }) => kind === 'database-slow');
      return spell === undefined ? 0 : dice.whole(100, 20_000);
    },
    isQueueAway: () => hits(({ kind }) => kind === 'queue-away') !== undefined,
  };
}
