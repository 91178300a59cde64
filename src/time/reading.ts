/** What reading a text comes to: its value, or the first thing that is wrong with it. */
export type Reading<T> = { readonly value: T } | { readonly fault: ReadingFault };

/** What is wrong with a text, and where. */
export interface ReadingFault {
  /** The character to blame, counted from 0; the length of the text when something is missing. */
  readonly index: number;
  /** One sentence without a full stop. */
  readonly message: string;
}

/** A reading that failed. */
export function faultAt(index: number, message: string): { readonly fault: ReadingFault } {
  return { fault: { index, message } };
}
