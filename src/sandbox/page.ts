// Paging by position, not by number: a token names the last row that was given, so a row that is
// changed while somebody pages moves to the front and can be missed, as with the real list.

import { type Answer, badRequest, type Query } from './answer.ts';

export interface Position {
  /** What the list is sorted by, epoch milliseconds. */
  readonly at: number;
  readonly id: string;
}

export interface PageRules {
  readonly list: string;
  readonly ascending?: boolean | undefined;
  readonly limit: number;
  readonly limitMax: number;
}

/** One page, and the token of the next if there is one; an answer when the token is not ours. */
export function pageOf<T>(
  rows: readonly T[],
  positionOf: (row: T) => Position,
  query: Query,
  rules: PageRules,
): { readonly rows: readonly T[]; readonly pagination: object } | Answer {
  const limit = limitOf(query, rules);
  const after = tokenOf(query, rules.list);
  if (limit === undefined) return badRequest('limit must be a whole number');
  if (after === 'unreadable') return badRequest('page_token is not valid');
  const direction = rules.ascending === true ? 1 : -1;
  const order = (a: Position, b: Position) =>
    a.at === b.at ? (a.id < b.id ? -1 : a.id > b.id ? 1 : 0) : (a.at - b.at) * direction;
  const placed = rows
    .map((row) => ({ row, position: positionOf(row) }))
    .filter(({ position }) => after === undefined || order(position, after) > 0)
    .sort((a, b) => order(a.position, b.position));
  const page = placed.slice(0, limit);
  const last = page.at(-1);
  const isMore = placed.length > page.length && last !== undefined;
  return {
    rows: page.map(({ row }) => row),
    pagination: isMore ? { next_page_token: tokenFor(rules.list, last.position) } : {},
  };
}

/** A query parameter that must be `true` or `false`. */
export function flagOf(query: Query, name: string): boolean | undefined | Answer {
  const text = query[name];
  if (text === undefined || text === '') return undefined;
  if (text === 'true') return true;
  if (text === 'false') return false;
  return badRequest(`${name} must be true or false`);
}

/** Documented: larger values are reduced to the cap, non-positive ones to the default. */
function limitOf(query: Query, rules: PageRules): number | undefined {
  const text = query.limit;
  if (text === undefined || text === '') return rules.limit;
  const limit = Number(text);
  if (!Number.isSafeInteger(limit)) return undefined;
  return limit <= 0 ? rules.limit : Math.min(limit, rules.limitMax);
}

function tokenFor(list: string, { at, id }: Position): string {
  return Buffer.from(JSON.stringify([list, at, id])).toString('base64url');
}

function tokenOf(query: Query, list: string): Position | undefined | 'unreadable' {
  const token = query.page_token;
  if (token === undefined || token === '') return undefined;
  if (typeof token !== 'string') return 'unreadable';
  try {
    const [of, at, id]: unknown[] = JSON.parse(Buffer.from(token, 'base64url').toString());
    const isOurs = of === list && typeof at === 'number' && typeof id === 'string';
    return isOurs ? { at, id } : 'unreadable';
  } catch {
    return 'unreadable';
  }
}
