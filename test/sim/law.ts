import type { Outcome } from '../../src/plan/outcome.ts';
import type { Rules } from './oracle.ts';
import type { EffectRequest, Landing } from './requests.ts';
import type { ApiFate } from './weather.ts';
import type { World } from './world.ts';

/** The call that Curfew has on record under a key, as it is when the request leaves. */
export interface CallOnRecord {
  readonly actor: string;
  readonly hold: string | null;
  readonly state: 'open' | 'closed';
  readonly attempts: number;
  readonly outcome: string | null;
  /** How many entries say that it is about to be sent. */
  readonly intended: number;
}

/** What a law is told as it happens. */
export interface Watch {
  /** A request with an effect leaves. `record` is undefined when there is none. */
  leave?(request: EffectRequest, record: CallOnRecord | undefined, fate: ApiFate): void;
  /** Its sender got an answer, or gave up waiting. */
  answer?(request: EffectRequest, outcome: Outcome): void;
  /** A request had its effect; `record` is as it was when it left. */
  land?(landing: Landing, record: CallOnRecord | undefined): void;
  /** After everything that happens. */
  step?(): void;
  /** When all should have come to rest. */
  end?(): Promise<void> | void;
}

/** Something that always has to hold. */
export interface Law {
  readonly name: string;
  watch(world: World): Watch;
}

/** Makes a law; it says `broken` when it does not hold, and what it saw. */
export function law(
  name: string,
  watch: (world: World, broken: (what: string) => void) => Watch,
): Law {
  return { name, watch: (world) => watch(world, (what) => world.violate(name, what)) };
}

/** By what it is judged now what is wanted. */
export function rulesOf({ book, words, cloud }: World): Rules {
  const there = cloud.syncs.filter(({ isDeleted }) => !isDeleted);
  const subjects = there.map(({ name, seed }) => ({ name, kind: seed.kind }));
  const { specs, everWritten } = book;
  return { specs, everWritten, words: words.list, subjects };
}

/** A key as people can tell it from others. */
export function shortKey(key: string): string {
  return key.slice(0, 12);
}
