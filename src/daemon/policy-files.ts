import { watch } from 'node:fs';
import { type PolicyDisk, policyDiskAt } from '../policy/read-policy-set.ts';

/** The place where people write policies, and what tells that they do. */
export interface PolicyFiles extends PolicyDisk {
  /**
   * Calls `hint` when something may have changed. No hint means nothing: some places cannot tell.
   * Gives the function that ends it.
   */
  watch(hint: () => void): () => void;
}

/** The policy files in a folder, or the one file, at `path`. */
export function policyFilesAt(path: string): PolicyFiles {
  return {
    ...policyDiskAt([path]),
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
