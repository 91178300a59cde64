// From the texts of policy files to one set of compiled policies, or to every problem in them.

import { closest } from '../time/closest.ts';
import type { Instant } from '../time/interval.ts';
import { canonicalJson, sha256 } from './canonical.ts';
import { type Cursor, descend, fieldsOf, reportAt } from './cursor.ts';
import { loadPolicy } from './load-policy.ts';
import type { FileZone } from './load-window.ts';
import { openSource } from './open-source.ts';
import type { Place, Policy, PolicySet, PolicySource } from './policy.ts';
import type { Problem } from './problem.ts';
import { compareText, createProblemLog, type ProblemLog } from './problem-log.ts';
import { readShape } from './read-shape.ts';
import { fileSchema, zoneSchema } from './schema.ts';

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
  /** The first place of every policy name. */
  readonly places: Map<string, Place>;
  readonly policies: Policy[];
}

/** Loads all files as one set. Pure; the order of the sources does not matter. */
export function loadPolicySet(
  sources: readonly PolicySource[],
  options: LoadOptions = {},
): LoadedPolicies {
  const log = createProblemLog();
  const loading: Loading = { log, options, places: new Map(), policies: [] };
  const ordered = [...sources].sort((a, b) => compareText(a.file, b.file));
  for (const source of ordered) loadFile(loading, source);
  if (loading.places.size === 0 && !log.hasErrors()) {
    const file = ordered[0]?.file ?? '.';
    const message = 'there is no policy in any file';
    const hint = 'write one below `policies:`; to switch one off, write `enabled: false`';
    log.add({ file, line: 1, column: 1, path: '', code: 'no-policies', message, hint });
  }
  const problems = log.all();
  if (log.hasErrors()) return { problems };
  const hash = sha256(canonicalJson(ordered.map(({ file, text }) => [file, text])));
  return { set: { policies: loading.policies, hash, sources: ordered }, problems };
}

function loadFile(loading: Loading, source: PolicySource): void {
  const root = openSource(source, loading.log);
  if (root === undefined) return;
  const zone = loadFrame(root);
  const policies = descend(root, 'policies');
  if (policies === undefined) return;
  for (const [name, cursor] of fieldsOf(policies)) {
    const isFirst = claimName(loading, name, cursor);
    if (loading.places.size > policiesMax) continue;
    // One of two that have the same name may have other faults, too.
    const policy = loadPolicy(name, cursor, zone, loading.options.now);
    if (policy !== undefined && isFirst) loading.policies.push(policy);
  }
}

/** Reads the frame of a file and gives the zone that its windows fall back to. */
function loadFrame(root: Cursor): FileZone {
  const frame = readShape(fileSchema, root, 2);
  if (frame !== undefined) return frame.timezone ?? 'missing';
  const timezone = descend(root, 'timezone');
  if (timezone === undefined) return misspells(root, 'timezone') ? 'faulty' : 'missing';
  // The frame has a fault, which may be elsewhere: the zone can still be good.
  const silent: Cursor = { ...timezone, report: () => {} };
  return readShape(zoneSchema, silent) ?? 'faulty';
}

function misspells(cursor: Cursor, field: string): boolean {
  return fieldsOf(cursor).some(([key]) => closest(key, [field]) !== undefined);
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
