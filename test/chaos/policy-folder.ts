// The folder with the policies while people edit it.

import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sleep } from './pausing.ts';
import {
  CALM,
  CALM_PROTECTED,
  ceilSecond,
  ended,
  IDLE,
  otherTerms,
  type PlannedPolicy,
  render,
  withOtherEnd,
} from './policy-plan.ts';
import type { Edit, Harm } from './script.ts';

const BROKEN = 'version: 1\npolicies:\n  half-written: { select: [\n';

/** A window that ends by an edit ends this much later, so that its end is still an edge to come. */
const END_AFTER_MS = 2_000;

export interface PolicyFolder {
  /** Names of the policies that were edited at least once. */
  readonly edited: ReadonlySet<string>;
  /** Writes all of these. */
  fill(planned: readonly PlannedPolicy[]): Promise<void>;
  /** Makes one edit; resolves when it is done and, where it is one of those, taken back. */
  edit(harm: Extract<Harm, { kind: 'edit' }>, signal: AbortSignal): Promise<string>;
  /** Lets the calm end in a moment, and tells when. */
  endCalm(): Promise<number>;
  /** Lets every window end in a moment, for good. */
  endAll(): Promise<void>;
}

/** The folder at a path, with one policy that means nobody. */
export async function openFolder(path: string): Promise<PolicyFolder> {
  const policies = new Map<string, PlannedPolicy>();
  const edited = new Set<string>();

  async function put(policy: PlannedPolicy): Promise<void> {
    policies.set(policy.file, policy);
    await writeFile(join(path, policy.file), render(policy));
  }

  async function editFor(policy: PlannedPolicy, edit: Edit, wait: () => Promise<void>) {
    const file = join(path, policy.file);
    if (edit === 'deleted') await rm(file);
    else if (edit === 'broken') await writeFile(file, BROKEN);
    else await writeFile(file, render(variantOf(policy, edit)));
    await wait();
    await writeFile(file, render(policy));
  }

  await put(IDLE);
  return {
    edited,
    async fill(planned) {
      for (const policy of planned) await put(policy);
    },
    async edit({ edit, which, bySeconds, forMs }, signal) {
      const choice = [...policies.values()].filter(
        ({ name }) => !isOfCalm(name) && name !== IDLE.name,
      );
      const policy = choice[which % choice.length]!;
      edited.add(policy.name);
      const now = Date.now();
      if (edit === 'later end') await put(withOtherEnd(policy, now, bySeconds * 1_000));
      else if (edit === 'sooner end') await put(withOtherEnd(policy, now, -bySeconds * 1_000));
      else if (edit === 'other terms') await put(withOtherTerms(policy, which));
      else if (edit === 'other priority') await put({ ...policy, priority: which % 5 });
      else await editFor(policy, edit, () => sleep(forMs, signal));
      return policy.name;
    },
    async endCalm() {
      const now = Date.now();
      const end = ceilSecond(now + END_AFTER_MS);
      for (const policy of policies.values()) {
        if (isOfCalm(policy.name)) await put(ended(policy, now, end));
      }
      return end;
    },
    async endAll() {
      const now = Date.now();
      const end = ceilSecond(now + END_AFTER_MS);
      for (const policy of policies.values()) await put(ended(policy, now, end));
    },
  };
}

function isOfCalm(name: string): boolean {
  return name === CALM || name === CALM_PROTECTED;
}

function variantOf(policy: PlannedPolicy, edit: Edit): PlannedPolicy {
  return edit === 'renamed'
    ? { ...policy, name: `${policy.name}-renamed` }
    : { ...policy, isEnabled: false };
}

/** A protection has no terms to change, and an observer must not begin to act. */
function withOtherTerms(policy: PlannedPolicy, draw: number): PlannedPolicy {
  if (policy.effect === 'protect.during' || policy.terms.mode !== undefined) return policy;
  return { ...policy, terms: otherTerms(policy.terms, draw) };
}
