// From the texts of policy files and calendars to one set of compiled policies, or to every problem
// in them.

import type { Instant } from '../time/interval.ts';
import { canonicalJson, sha256 } from './canonical.ts';
import { type Cursor, descend, fieldsOf, reportAt } from './cursor.ts';
import type { IcsTexts } from './ics-texts.ts';
import { type CalendarBook, loadCalendars } from './load-calendars.ts';
import { loadPolicy } from './load-policy.ts';
import { type ParsedFile, type ParsedPolicies, parsePolicies } from './parse-policies.ts';
import type { Place, Policy, PolicySet, PolicySource } from './policy.ts';
import type { Problem } from './problem.ts';
import type { ProblemLog } from './problem-log.ts';

/** Ten times the largest fleet of syncs we know of; beyond it something generates by mistake. */
const policiesMax = 10_000;

/** What loading may be told beside the sources. */
export interface LoadOptions {
  /**
   * Only for warnings: from here on two years are looked through for windows that a clock change
   * moves. Without it those warnings are left out.
   */
  readonly now?: Instant | undefined;
}

/** `set` is there exactly when no problem is an error: half a set is never loaded. */
export interface LoadedPolicies {
  readonly set?: PolicySet | undefined;
  /** Of all files, ordered by place. */
  readonly problems: readonly Problem[];
}

interface Loading {
  readonly log: ProblemLog;
  readonly options: LoadOptions;
  readonly calendars: CalendarBook;
  /** The first place of every policy name. */
  readonly places: Map<string, Place>;
  readonly policies: Policy[];
}

/** Loads all sources as one set. Pure; the order of the sources does not matter. */
export function loadPolicySet(
  sources: readonly PolicySource[],
  options: LoadOptions = {},
): LoadedPolicies {
  const isCalendar = ({ kind }: PolicySource) => kind === 'calendar';
  const texts = new Map(sources.filter(isCalendar).map(({ file, text }) => [file, { text }]));
  const parsed = parsePolicies(sources.filter((source) => !isCalendar(source)));
  return compilePolicies(parsed, texts, options);
}

/** Compiles files that were parsed, with the texts of the calendars that they refer to. */
export function compilePolicies(
  { sources, files, references, log }: ParsedPolicies,
  texts: IcsTexts,
  options: LoadOptions = {},
): LoadedPolicies {
  const calendars = loadCalendars(files, texts, log);
  const loading: Loading = { log, options, calendars, places: new Map(), policies: [] };
  for (const file of files) loadFile(loading, file);
  if (loading.places.size === 0 && !log.hasErrors()) {
    const file = sources[0]?.file ?? '.';
    const message = 'there is no policy in any file';
    const hint = 'write one below `policies:`; to switch one off, write `enabled: false`';
    log.add({ file, line: 1, column: 1, path: '', code: 'no-policies', message, hint });
  }
  if (log.hasErrors()) return { problems: log.all() };
  calendars.reportUnused();
  const onDisk = references.filter(({ kind }) => kind === 'path');
  const fetched = references.filter(({ kind }) => kind === 'url');
  const local = [...sources, ...calendarSources(onDisk, texts)];
  const all = [...local, ...calendarSources(fetched, texts)];
  const hashes = { hash: hashOf(all), files: hashOf(local) };
  return { set: { policies: loading.policies, ...hashes, sources: all }, problems: log.all() };
}

function hashOf(sources: readonly PolicySource[]): string {
  return sha256(canonicalJson(sources.map(({ file, text }) => [file, text])));
}

/** What was read for the calendars is as much a part of the set as the files are. */
function calendarSources(
  references: ParsedPolicies['references'],
  texts: IcsTexts,
): PolicySource[] {
  return references.flatMap(({ name }) => {
    const found = texts.get(name);
    if (found === undefined || 'fault' in found) return [];
    return [{ file: name, text: found.text, kind: 'calendar' }];
  });
}

function loadFile(loading: Loading, { root, zone }: ParsedFile): void {
  const policies = descend(root, 'policies');
  if (policies === undefined) return;
  for (const [name, cursor] of fieldsOf(policies)) {
    const isFirst = claimName(loading, name, cursor);
    if (loading.places.size > policiesMax) continue;
    // One of two that have the same name may have other faults, too.
    const policy = loadPolicy(name, cursor, zone, loading.calendars, loading.options.now);
    if (policy !== undefined && isFirst) loading.policies.push(policy);
  }
}

/** Whether no policy before has this name. */
function claimName(loading: Loading, name: string, cursor: Cursor): boolean {
  const first = loading.places.get(name);
  const { keyOffset: offset } = cursor;
  if (first !== undefined) {
    const where = `${first.file}:${first.line}:${first.column}`;
    const message = `there is already a policy \`${name}\` at ${where}`;
    const hint = 'names are unique over all files; rename one of the two';
    reportAt(cursor, { code: 'policy-duplicate', message, hint }, offset);
    return false;
  }
  loading.places.set(name, cursor.placeOf(offset));
  if (loading.places.size === policiesMax + 1) {
    const message = `this policy is one more than the ${policiesMax} that a set may have`;
    reportAt(cursor, { code: 'too-many-policies', message }, offset);
  }
  return true;
}
