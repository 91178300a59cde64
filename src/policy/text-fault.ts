import type { ProblemCode } from './problem-codes.ts';

/** Something wrong inside of one text value; `index` is the character that is to blame. */
export interface TextFault {
  readonly code: ProblemCode;
  readonly index: number;
  /** One sentence without a full stop. */
  readonly message: string;
  readonly hint?: string | undefined;
}

/** What reading one text value comes to. */
export type TextResult<T> = { readonly value: T } | { readonly fault: TextFault };

/** The fault of a text that begins at `by` in a longer one. */
export function shiftFault(fault: TextFault, by: number): { readonly fault: TextFault } {
  return { fault: { ...fault, index: fault.index + by } };
}
