import type { Policy, PolicySet, PolicySource } from '../policy/policy.ts';
import type { Problem } from '../policy/problem.ts';
import type { Store } from '../store/store.ts';
import type { Instant } from '../time/interval.ts';
import type { Clock } from './clock.ts';
import { emptyIfNothingElse, massDeletion } from './mass-deletion.ts';
import type { Recorder } from './recorder.ts';

/** What reading the policy files gave. */
export interface LoadResult {
  readonly set?: PolicySet | undefined;
  readonly problems: readonly Problem[];
}

/** Reads and compiles the policy files; injected, since this room must not care where they are. */
export type PolicyLoader = () => Promise<LoadResult>;

/** Compiles sources that were in force once; they were good then, so they are good now. */
export type PolicyCompiler = (sources: readonly PolicySource[]) => PolicySet | undefined;

export type ReloadOutcome =
  | { readonly kind: 'loaded'; readonly set: PolicySet }
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'refused'; readonly problems: readonly Problem[] };

export interface ReloadOptions {
  /** A person said that most policies may go, or all of them. */
  readonly mayDeleteMost?: boolean | undefined;
}

/** Holds the set that is in force and swaps it whole, or not at all. */
export interface PolicyKeeper {
  policies(): readonly Policy[];
  readonly set: PolicySet | undefined;
  readonly loadedAt: Instant | undefined;
  /** Since when the files on disk are refused; undefined while they are in force. */
  readonly refusedSince: Instant | undefined;
  /** The policy whose hash this is: of the set in force, or of one that was in force. */
  policyByHash(hash: string): Promise<Policy | undefined>;
  /** Loads the files; a set that would let go of most of what is held is refused (S49). */
  reload(options?: ReloadOptions): Promise<ReloadOutcome>;
  /** When no set could be read from disk at start, the last good one keeps the holds true. */
  adoptStored(): Promise<boolean>;
  /** For a command by hand: the files as they are, else the stored set; nothing is recorded. */
  peek(): Promise<void>;
}

/** Makes a keeper without a set; call `reload` first. */
export function createPolicyKeeper(parts: {
  load: PolicyLoader;
  compile: PolicyCompiler;
  store: Store;
  recorder: Recorder;
  clock: Clock;
  /** Every policy only observes, whatever it says itself. */
  isObserving: boolean;
}): PolicyKeeper {
  const { store, recorder, clock } = parts;
  let set: PolicySet | undefined;
  let loadedAt: Instant | undefined;
  let refusedSince: Instant | undefined;
  let refusedDigest: string | undefined;
  const known = new Map<string, Policy | undefined>();

  async function putInForce(next: PolicySet): Promise<void> {
    const now = clock.now();
    await store.savePolicySet({ hash: next.hash, loadedAt: now, sources: next.sources });
    await store.savePolicyHashes(
      next.hash,
      next.policies.map(({ hash }) => hash),
    );
    await recorder.append([
      {
        at: now,
        type: 'policies.loaded',
        actor: 'curfew',
        reason: `${next.policies.length} policies are in force.`,
        before: set?.hash,
        after: next.hash,
        detail: { policies: next.policies.map(({ name }) => name) },
      },
    ]);
    adopt(next, now);
    known.clear();
  }

  function adopt(next: PolicySet, at: Instant): void {
    const policies = parts.isObserving
      ? next.policies.map((policy): Policy => ({ ...policy, mode: 'observe' }))
      : next.policies;
    set = { ...next, policies };
    loadedAt = at;
  }

  /** The set that `next` would take the place of: ours, or before the first load the stored one. */
  async function before(): Promise<PolicySet | undefined> {
    if (set !== undefined) return set;
    const stored = await store.policySetInForce();
    return stored === undefined ? undefined : parts.compile(stored.sources);
  }

  /** Every new wording of the refusal is told once, not every poll of the folder. */
  async function refuse(problems: readonly Problem[]): Promise<void> {
    const now = clock.now();
    refusedSince ??= now;
    const errors = problems.filter(({ severity }) => severity === 'error');
    const digest = JSON.stringify(errors);
    if (digest === refusedDigest) return;
    refusedDigest = digest;
    const first = errors[0];
    const place = first === undefined ? '' : `${first.file}:${first.line}:${first.column}: `;
    await recorder.append([
      {
        at: now,
        type: 'policies.refused',
        actor: 'curfew',
        reason: `The policy files were refused; the last good set stays. ${place}${first?.message}`,
        detail: {
          errors: errors.slice(0, 20).map(({ file, line, column, code, message }) => ({
            file,
            line,
            column,
            code,
            message,
          })),
        },
      },
    ]);
  }

  async function lookUp(hash: string): Promise<Policy | undefined> {
    const stored = await store.policySetWithPolicy(hash);
    const compiled = stored === undefined ? undefined : parts.compile(stored.sources);
    return compiled?.policies.find((policy) => policy.hash === hash);
  }

  async function adoptStored(): Promise<boolean> {
    const stored = await store.policySetInForce();
    const compiled = stored === undefined ? undefined : parts.compile(stored.sources);
    if (stored === undefined || compiled === undefined) return false;
    adopt(compiled, stored.loadedAt);
    return true;
  }

  return {
    policies: () => set?.policies ?? [],
    get set() {
      return set;
    },
    get loadedAt() {
      return loadedAt;
    },
    get refusedSince() {
      return refusedSince;
    },
    async policyByHash(hash) {
      const current = set?.policies.find((policy) => policy.hash === hash);
      if (current !== undefined) return current;
      if (!known.has(hash)) known.set(hash, await lookUp(hash));
      return known.get(hash);
    },
    async reload({ mayDeleteMost = false } = {}) {
      let loaded = await parts.load();
      if (mayDeleteMost) loaded = emptyIfNothingElse(loaded);
      else if (loaded.set !== undefined) {
        const problem = massDeletion(await store.openHolds(), await before(), loaded.set);
        if (problem !== undefined) loaded = { problems: [problem] };
      }
      if (loaded.set === undefined) {
        await refuse(loaded.problems);
        return { kind: 'refused', problems: loaded.problems };
      }
      refusedSince = undefined;
      refusedDigest = undefined;
      if (loaded.set.hash === set?.hash) return { kind: 'unchanged' };
      await putInForce(loaded.set);
      return { kind: 'loaded', set: loaded.set };
    },
    adoptStored,
    async peek() {
      const loaded = await parts.load();
      if (loaded.set === undefined) {
        await adoptStored();
        return;
      }
      adopt(loaded.set, clock.now());
    },
  };
}
