import type { Instant } from '../../src/time/interval.ts';
import type { Dice } from './dice.ts';
import type { World } from './world.ts';

/** Plain data, so that a story can be printed, cut short and played again. */
export type Details = Readonly<Record<string, string | number | boolean>>;

/** A kind of thing that happens to a world from outside of Curfew. */
export interface HappeningKind {
  readonly kind: string;
  /** How often it comes in stories that have it, compared to others. */
  readonly weight: number;
  draw(dice: Dice): Details;
  act(world: World, details: Details): void | Promise<void>;
}

/** One thing that happens in one story. */
export interface Happening {
  readonly at: Instant;
  readonly kind: string;
  readonly details: Details;
}

/** The names of people at the vendor's. */
export const PEOPLE = ['maya', 'priya', 'terraform'] as const;

/** A person as the vendor names them. */
export function personOf(name: unknown) {
  return { id: `user-${name}`, name: String(name), type: 'user' };
}

/** The sync that a number means, among those that exist; undefined when none is left. */
export function syncOf(world: World, index: unknown) {
  const there = world.cloud.syncs.filter(({ isDeleted }) => !isDeleted);
  return there[Number(index) % there.length];
}

/** The replica that a number means. */
export function replicaOf(world: World, index: unknown) {
  return world.replicas[Number(index) % world.replicas.length]!;
}
