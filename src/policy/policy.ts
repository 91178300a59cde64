import type { Instant, Interval } from '../time/interval.ts';
import type { Timeline } from '../time/timeline.ts';
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

/** Something that is on in a calendar. */
export interface CalendarEvent {
  /** The name of the calendar. */
  readonly calendar: string;
  /** `Christmas Day`; undefined where a calendar has dates only. */
  readonly title: string | undefined;
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
  /** What its calendar has at an instant at which the window is open; nothing in other forms. */
  eventsAt(instant: Instant): readonly CalendarEvent[];
  /** What cuts an instant out of the window, which would be open otherwise; mostly nothing. */
  exceptionsAt(instant: Instant): readonly CalendarEvent[];
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

/** The text of one policy file, or of a calendar that one refers to. */
export interface PolicySource {
  /** A path that people recognise; of a calendar that was fetched its URL. */
  readonly file: string;
  readonly text: string;
  /** A policy file when left out. */
  readonly kind?: 'calendar' | undefined;
}
