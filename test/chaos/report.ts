// The verdict as text: each invariant with what breaks it, and the whole story of the syncs
// concerned, told by the journal, the sandbox and the script side by side.

import type { Violation } from './case.ts';
import type { Evidence } from './evidence.ts';
import type { Verdict } from './judge.ts';

/** More of one kind tell nothing new; the count does. */
const VIOLATIONS_SHOWN = 4;
/** Around the instant that a violation is about. */
const LINES_BEFORE = 35;
const LINES_AFTER = 12;

/** Whether everything held. */
export function isClean({ findings }: Verdict): boolean {
  return findings.every(({ violations }) => violations.length === 0);
}

/** The verdict, line by line. */
export function renderVerdict({ findings, tally, evidence }: Verdict): string[] {
  const numbers = Object.entries(tally).map(([what, count]) => `${count} ${wordsOf(what)}`);
  return [
    ...findings.map(({ invariant, violations }) => {
      const count = violations.length;
      return count === 0 ? `  ✓ ${invariant}` : `  ✗ ${invariant}: ${count} times not`;
    }),
    '',
    `  ${numbers.join(', ')}`,
    ...findings.flatMap(({ invariant, violations }) => [
      ...(violations.length === 0 ? [] : ['', `✗ ${invariant}`]),
      ...violations.slice(0, VIOLATIONS_SHOWN).flatMap((each) => renderViolation(evidence, each)),
      ...(violations.length > VIOLATIONS_SHOWN
        ? [`  … and ${violations.length - VIOLATIONS_SHOWN} more`]
        : []),
    ]),
  ];
}

function wordsOf(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

function renderViolation(evidence: Evidence, { says, sync, at }: Violation): string[] {
  const title = `  ${says}${sync === undefined ? '' : ` (${sync})`}`;
  if (sync === undefined) return [title];
  const story = storyOf(evidence, sync).sort((a, b) => a.at - b.at);
  const found = story.findIndex((line) => line.at >= (at ?? Number.POSITIVE_INFINITY));
  const middle = found === -1 ? story.length : found;
  const shown = story.slice(Math.max(0, middle - LINES_BEFORE), middle + LINES_AFTER);
  return [title, ...shown.map(({ at, text }) => `    ${timeOf(at)} ${text}`)];
}

interface Line {
  readonly at: number;
  readonly text: string;
}

function storyOf(evidence: Evidence, sync: string): Line[] {
  const { entries, requests, changes, harm } = evidence;
  const about = <T extends { readonly sync?: string | null | undefined }>(list: readonly T[]) =>
    list.filter((item) => item.sync === sync);
  return [
    ...about(entries).map(({ at, type, reason, policy, key, detail }) => {
      const more = [policy, key?.slice(0, 12), detail === null ? '' : JSON.stringify(detail)];
      return { at, text: `journal  ${type}: ${reason} ${more.filter(Boolean).join(' ')}` };
    }),
    ...about(requests).map((request) => {
      const { at, seq, method, action = 'read', key, status, effect, state, fault } = request;
      const more = [key?.slice(0, 12), status, effect, state, fault].filter(Boolean).join(' ');
      return { at, text: `request  ${seq} ${method} ${action} ${more}` };
    }),
    ...about(changes).map(({ at, by, name, active, isDeleted }) => {
      const is = isDeleted ? 'deleted' : active ? 'active' : 'inactive';
      return { at, text: `changed  ${is} by ${by} (${name})` };
    }),
    ...harm
      // Weather and edits are always there.
      .filter(({ who, what }) => !/people|weather|folder/.test(who) || what.endsWith(sync))
      .map(({ who, what, from, to }) => ({
        at: from,
        text: `harm     ${who}: ${what}, until ${timeOf(to)}`,
      })),
  ];
}

function timeOf(at: number): string {
  return new Date(at).toISOString().slice(11, 23);
}
