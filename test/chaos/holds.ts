// The holds, as the journal tells of them.

import type { Entry } from './evidence.ts';

/** One hold from its opening to its end. */
export interface HoldStory {
  readonly id: string;
  readonly sync: string;
  readonly openedAt: number;
  /** What the sync was when it was read, by the first entry. */
  readonly baseline: string | null;
  /** Infinity while it is open. */
  readonly closedAt: number;
  /** From when on it was a person's. */
  readonly yieldedAt: number | undefined;
  readonly entries: readonly Entry[];
}

const ENDS = new Set(['hold.released', 'hold.gone']);

/** By id. */
export function holdStories(entries: readonly Entry[]): ReadonlyMap<string, HoldStory> {
  const grouped = new Map<string, Entry[]>();
  for (const entry of entries) {
    if (entry.hold === null || entry.sync === null) continue;
    const known = grouped.get(entry.hold);
    if (known === undefined) grouped.set(entry.hold, [entry]);
    else known.push(entry);
  }
  return new Map([...grouped].map(([id, told]) => [id, storyOf(id, told)]));
}

function storyOf(id: string, entries: readonly Entry[]): HoldStory {
  const [first] = entries;
  return {
    id,
    sync: first!.sync!,
    openedAt: first!.at,
    baseline: first!.before,
    closedAt: entries.find(({ type }) => ENDS.has(type))?.at ?? Number.POSITIVE_INFINITY,
    yieldedAt: entries.find(({ type }) => type === 'hold.yielded')?.at,
    entries,
  };
}

/** Holds by sync, in the order of their opening. */
export function holdsBySync(
  stories: ReadonlyMap<string, HoldStory>,
): ReadonlyMap<string, readonly HoldStory[]> {
  const grouped = new Map<string, HoldStory[]>();
  for (const story of stories.values()) {
    const known = grouped.get(story.sync);
    if (known === undefined) grouped.set(story.sync, [story]);
    else known.push(story);
  }
  return grouped;
}
