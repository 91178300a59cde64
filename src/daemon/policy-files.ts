import { watch } from 'node:fs';
import type { PolicySource } from '../policy/policy.ts';
import type { Problem } from '../policy/problem.ts';
import { readPolicyFiles } from '../policy/read-policy-files.ts';

/** The place where people write policies. */
export interface PolicyFiles {
  /** What is written there now; what cannot be read is a problem, never an exception. */
  read(): Promise<{
    readonly sources: readonly PolicySource[];
    readonly problems: readonly Problem[];
  }>;
  /**
   * Calls `hint` when something may have changed. No hint means nothing: some places cannot tell.
   * Gives the function that ends it.
   */
  watch(hint: () => void): () => void;
}

/** The policy files in a folder, or the one file, at `path`. */
export function policyFilesAt(path: string): PolicyFiles {
  return {
    read: () => readPolicyFiles([path]),
    watch(hint) {
      try {
        const watcher = watch(path, { recursive: true, persistent: false }, hint);
        watcher.on('error', () => watcher.close());
        return () => watcher.close();
      } catch {
        return () => undefined;
      }
    },
  };
}
