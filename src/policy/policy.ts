import type { Instant, Interval } from '../time/interval.ts';
import type { Timeline } from '../time/timeline.ts';
import type { Matcher } from './selector.ts';
import type { Sync } from './sync.ts';

/** What happens to work that runs when a pause begins: left alone, cancelled, or waited for. */
export type InFlight = 'leave' | 'cancel' | Drain;

/** Work is waited for this long, in milliseconds; what still runs then is cancelled or left. */
export interface Drain {
  readonly drainMs: number;
  readonly afterwards: 'cancel' | 'leave';
}

/** How syncs come back when a pause ends. */
export interface Resume {
  /** They come back over this long, each at a moment of its own; in milliseconds. */
  readonly spreadMs: number;
  /** Whether one run is started by us: never, if a scheduled one fell into the pause, or always. */
  readonly catchUp: 'none' | 'if_missed' | 'always';
}

/** The most syncs that a policy may select; 0 is none. What is absent does not limit. */
export interface Limit {
  readonly syncs?: number | undefined;
  /** Of all syncs of the inventory, 0 to 100. */
  readonly percent?: number | undefined;
}

/** What running costs, for reports. */
export interface Cost {
  readonly perRun?: number | undefined;
  readonly perHour?: number | undefined;
  /** Three letters of ISO 4217. */
  readonly currency: string;
}

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
  /** Whether a running full resync is safe from `inFlight`. */
  readonly protectResync: boolean;
  /** Who re-activates a sync inside a window is respected, or the sync is paused again. */
  readonly enforce: 'once' | 'always';
  readonly resume: Resume;
  readonly limit: Limit;
  /** What becomes of open holds when the policy is deleted or disabled. */
  readonly onDelete: 'restore' | 'finish';
  /** Names that alerts about this policy carry, for whoever routes the log. */
  readonly notify: readonly string[];
  readonly cost?: Cost | undefined;
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
  /** The same over those that lie on a disk: calendars that were fetched are left out. */
  readonly files: string;
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
