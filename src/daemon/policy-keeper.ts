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
  /** What is on our disk came into force here, and another replica had loaded it already. */
  | { readonly kind: 'adopted'; readonly set: PolicySet }
  /** Another replica's newer set counts, not what is on our disk. */
  | { readonly kind: 'followed'; readonly set: PolicySet }
  | { readonly kind: 'refused'; readonly problems: readonly Problem[] };

export interface ReloadOptions {
  /** Somebody changed the files or asked for them: they count, whatever other replicas have. */
  readonly isWish?: boolean | undefined;
  /** A person said that most policies may go, or all of them. */
  readonly mayDeleteMost?: boolean | undefined;
}

/** A replica that was silent for this long is dead, and does not speak for its files any more. */
const REPLICA_TTL_MS = 90_000;

/** Holds the set that is in force and swaps it whole, or not at all. */
export interface PolicyKeeper {
  policies(): readonly Policy[];
  readonly set: PolicySet | undefined;
  readonly loadedAt: Instant | undefined;
  /** The version of that set; what was decided under another one must not be acted on. */
  readonly version: number;
  /** Since when the files on disk are refused; undefined while they are in force. */
  readonly refusedSince: Instant | undefined;
  /** The policy whose hash this is: of the set in force, or of one that was in force. */
  policyByHash(hash: string): Promise<Policy | undefined>;
  /** Loads the files; a set that would let go of most of what is held is refused (S49). */
  reload(options?: ReloadOptions): Promise<ReloadOutcome>;
  /**
   * Takes over what replicas agreed on, and says that this one is alive; to be asked now and then.
   * Answers whether another set is in force than before.
   */
  follow(): Promise<boolean>;
  /**
   * Takes over the set in force when ours is older than that version; false when it cannot be read,
   * since only a newer program could compile it.
   */
  refresh(atLeast: number): Promise<boolean>;
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
  /** Names this process among the replicas. */
  owner: string;
}): PolicyKeeper {
  const { store, recorder, clock, owner } = parts;
  /** What is in force here. */
  let set: PolicySet | undefined;
  /** What the files on our disk say, when they are good. */
  let disk: PolicySet | undefined;
  let loadedAt: Instant | undefined;
  let version = 0;
  let refusedSince: Instant | undefined;
  let refusedDigest: string | undefined;
  const known = new Map<string, Policy>();

  async function putInForce(next: PolicySet): Promise<void> {
    const now = clock.now();
    const { hash, files, sources } = next;
    const itsVersion = await store.savePolicySet({ hash, files, loadedAt: now, sources });
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
    adopt(next, now, itsVersion);
    known.clear();
  }

  function adopt(next: PolicySet, at: Instant, itsVersion: number): void {
    const policies = parts.isObserving
      ? next.policies.map((policy): Policy => ({ ...policy, mode: 'observe' }))
      : next.policies;
    set = { ...next, policies };
    loadedAt = at;
    version = itsVersion;
  }

  /**
   * Which set counts for all replicas. Files that never were in force are news and count at once,
   * and so do those that somebody changed or asked for. Files of an earlier set, on the disk of a
   * replica that was merely restarted, give way as long as a live one has the newer set's files;
   * when the last of these is gone it was a rollback, and they count again. `readSince` is when the
   * reading of our disk began, if it was just read.
   */
  async function settle(
    { isWish = false, mayDeleteMost = false }: ReloadOptions,
    readSince = -Infinity,
  ) {
    const others = await store.meetReplicas(owner, disk?.files, REPLICA_TTL_MS);
    const head = await store.policySetHead();
    if (disk === undefined || head === undefined) return disk ? bring(disk, mayDeleteMost) : 'head';
    if (disk.hash === head.hash) return 'head';
    const { files } = disk;
    // Of the same files only calendars that were fetched can differ, and the newest ones count.
    if (files === head.files) {
      return readSince < head.loadedAt ? 'head' : bring(disk, mayDeleteMost);
    }
    const isNews = isWish || !(await store.knowsPolicyFiles(files));
    return isNews || !others.has(head.files) ? bring(disk, mayDeleteMost) : 'head';
  }

  /** Puts a set in force, unless it would let go of most of what is held. */
  async function bring(next: PolicySet, mayDeleteMost: boolean): Promise<'ours' | Problem> {
    const before = set ?? (await storedSet())?.set;
    const problem = mayDeleteMost ? undefined : massDeletion(await store.openHolds(), before, next);
    if (problem !== undefined) return problem;
    await putInForce(next);
    return 'ours';
  }

  async function storedSet() {
    const stored = await store.policySetInForce();
    const compiled = stored === undefined ? undefined : parts.compile(stored.sources);
    return compiled && { set: compiled, loadedAt: stored!.loadedAt, version: stored!.version };
  }

  /** Takes over the set in force; answers whether it is another one than before. */
  async function adoptHead(): Promise<boolean> {
    const head = await store.policySetHead();
    if (head === undefined) return false;
    if (head.hash === set?.hash) {
      version = head.version;
      return false;
    }
    if (head.hash === disk?.hash) {
      adopt(disk, head.loadedAt, head.version);
      return true;
    }
    const stored = await storedSet();
    if (stored === undefined) return false;
    adopt(stored.set, stored.loadedAt, stored.version);
    return true;
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

  return {
    policies: () => set?.policies ?? [],
    get set() {
      return set;
    },
    get loadedAt() {
      return loadedAt;
    },
    get version() {
      return version;
    },
    get refusedSince() {
      return refusedSince;
    },
    async policyByHash(hash) {
      const current = set?.policies.find((policy) => policy.hash === hash);
      if (current !== undefined) return current;
      const found = known.get(hash) ?? (await lookUp(hash));
      if (found !== undefined) known.set(hash, found);
      return found;
    },
    async reload(options = {}) {
      const readSince = clock.now();
      const read = await parts.load();
      const loaded = options.mayDeleteMost ? emptyIfNothingElse(read) : read;
      disk = loaded.set;
      const settled = await settle(options, readSince);
      const problems = typeof settled === 'object' ? [settled] : loaded.problems;
      const isRefused = disk === undefined || typeof settled === 'object';
      // A set that is refused is none that this replica speaks for.
      if (isRefused) disk = undefined;
      const isOther = settled === 'ours' || (await adoptHead());
      if (isRefused) {
        await refuse(problems);
        return { kind: 'refused', problems };
      }
      refusedSince = undefined;
      refusedDigest = undefined;
      if (settled === 'ours') return { kind: 'loaded', set: set! };
      if (!isOther) return { kind: 'unchanged' };
      return { kind: set!.hash === disk!.hash ? 'adopted' : 'followed', set: set! };
    },
    async follow() {
      const settled = await settle({});
      if (typeof settled === 'object') return false;
      return settled === 'ours' || (await adoptHead());
    },
    async refresh(atLeast) {
      if (version < atLeast) await adoptHead();
      return version >= atLeast;
    },
    async peek() {
      const loaded = await parts.load();
      if (loaded.set !== undefined) adopt(loaded.set, clock.now(), 0);
      else await adoptHead();
    },
  };
}
