// Waiting, in a program whose subject is what happens while time passes.

import { setTimeout as timer } from 'node:timers/promises';

/** Waits; the abortion of `signal` only cuts it short. */
export async function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  await timer(ms, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
}

/** How often a condition is looked at. */
const LOOK_EVERY_MS = 250;

/**
 * Looks until `find` gives something, and gives that; undefined when `limitMs` have passed. What
 * `find` throws counts as nothing: whom it asks may be down.
 */
export async function until<T>(
  find: () => Promise<T | undefined>,
  limitMs: number,
): Promise<T | undefined> {
  const deadline = Date.now() + limitMs;
  while (true) {
    const found = await find().catch(() => undefined);
    if (found !== undefined || Date.now() >= deadline) return found;
    await sleep(LOOK_EVERY_MS);
  }
}
