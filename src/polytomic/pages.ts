import type { Outcome } from '../plan/outcome.ts';
import type { Page } from './shapes.ts';

/** 50,000 rows at 50 per page: more than any organization has, and still an end. */
const PAGES_MAX = 1_000;

/**
 * Reads a list to its end, whole or not at all. The list may shift while we read it, so a row can
 * come twice: the later, fresher one stays. A server that ignores the token would serve page one
 * for ever, hence a token that comes back is a failure, not an end.
 */
export async function readPages<T extends { readonly id: string }>(
  read: (token: string | undefined) => Promise<Outcome<Page<T>>>,
): Promise<Outcome<readonly T[]>> {
  const rows = new Map<string, T>();
  const tokens = new Set<string>();
  let token: string | undefined;
  do {
    const page = await read(token);
    if (page.kind !== 'ok') return page;
    for (const row of page.value.items) rows.set(row.id, row);
    token = page.value.next;
    if (token === undefined) return { kind: 'ok', value: [...rows.values()] };
    if (tokens.has(token)) return { kind: 'unknown', reason: 'the list repeats a page token' };
    tokens.add(token);
  } while (tokens.size < PAGES_MAX);
  return { kind: 'unknown', reason: `the list has more than ${PAGES_MAX} pages` };
}
