/** Twenty thousand events with short descriptions; the largest honest calendars we know of. */
export const icsBytesMax = 5 * 1024 * 1024;

/** An iCalendar text as it was found, or why there is none. */
export type IcsText =
  | {
      readonly text: string;
      /** Why it is not the newest one; a sentence without a full stop. */
      readonly stale?: string | undefined;
    }
  | {
      /** A sentence without a full stop. */
      readonly fault: string;
      readonly hint?: string | undefined;
    };

/** By the names that the texts have among the sources of a set. */
export type IcsTexts = ReadonlyMap<string, IcsText>;
