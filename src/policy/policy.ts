import type { Instant, Interval } from '../time/interval.ts';
import type { Timeline } from '../time/timeline.ts';
import type { Matcher } from './selector.ts';
import type { Sync } from './sync.ts';

/** What happens to work that runs when a pause begins. */
export type InFlight = 'leave' | 'cancel';

/** What a policy wants where it has an opinion: paused, or running as the baseline says. */
export type Effect = 'pause' | 'protect';

/** Where an author wrote something. Lines and columns count from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** A matcher of a policy's `select`. */
export interface PlacedMatcher {
  readonly matcher: Matcher;
  readonly place: Place;
}

/** One window of a policy, compiled. */
export interface Window {
  /** As the author wrote it, in one line: `weekly: Sun 02:00-06:00`. */
  readonly text: string;
  /** In plain English: "Sundays from 02:00 until 06:00, New York time". */
  readonly summary: string;
  readonly timezone: string;
  readonly place: Place;
  /** The occurrences whose end is after `from`, ordered by start; may overlap, never merged. */
  occurrences(from: Instant): Iterable<Interval>;
}

/** A policy that was parsed, checked and compiled. Nothing else accepts raw YAML. */
export interface Policy {
  readonly name: string;
  readonly place: Place;
  readonly description?: string | undefined;
  readonly owner?: string | undefined;
  readonly ticket?: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
  readonly enabled: boolean;
  readonly mode: 'enforce' | 'observe';
  readonly effect: Effect;
  /** Whether `effect` holds inside the windows or outside of them. */
  readonly when: 'during' | 'outside';
  readonly priority: number;
  readonly leadMs: number;
  readonly inFlight: InFlight;
  readonly windows: readonly Window[];
  /** On where the policy has its effect, lead included. */
  readonly timeline: Timeline;
  /** The zone its times are shown in. */
  readonly timezone: string;
  /** SHA-256 (hex) of everything that changes what the policy does; equal text, equal hash. */
  readonly hash: string;
  /** What is selected; any of them may match. */
  readonly select: readonly PlacedMatcher[];
  /** What is left alone all the same. */
  readonly exclude: readonly Matcher[];
  /** Whether the policy selects this sync (`select` and not `exclude`). */
  selects(sync: Sync): boolean;
}

/** All policies that are in force together. */
export interface PolicySet {
  readonly policies: readonly Policy[];
  /** SHA-256 (hex) over the sources, in a fixed order. */
  readonly hash: string;
  readonly sources: readonly PolicySource[];
}

/** The text of one policy file, by a path that people recognise. */
export interface PolicySource {
  readonly file: string;
  readonly text: string;
}
