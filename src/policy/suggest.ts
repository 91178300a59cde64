import { closest } from '../time/closest.ts';

/** "did you mean …?" as a hint; undefined when no candidate is close. */
export function closestHint(word: string, candidates: Iterable<string>): string | undefined {
  const best = closest(word, candidates);
  return best === undefined ? undefined : `did you mean ${best}?`;
}
