import { createHash } from 'node:crypto';
import { type FSWatcher, watch } from 'node:fs';
import { readPolicyFiles } from '../policy/read-policy-files.ts';
import { type Loop, startLoop } from './loop.ts';

/** Editors write in several steps; one look after the last of them is enough. */
const SETTLE_MS = 300;

/** A change that could not be loaded (the database may be away) is tried again this much later. */
const AGAIN_MS = 3_000;

/** Not every file system tells of changes (network mounts, containers): so we also look. */
const POLL_EVERY_MS = 30_000;

/**
 * Calls `onChange` when the text of the policy files differs from the last look, at first from
 * `before`: what they said when they were loaded. Hints of the file system only make the look come
 * sooner.
 */
export function watchPolicies(
  path: string,
  before: string,
  onChange: () => Promise<void>,
  onError: (error: unknown) => void,
): { stop(): Promise<void> } {
  let last = before;
  let settle: NodeJS.Timeout | undefined;
  const loop: Loop = startLoop(
    POLL_EVERY_MS,
    async () => {
      const now = await policyFingerprint(path);
      if (now === last) return;
      try {
        await onChange();
        last = now;
      } catch (error) {
        lookIn(AGAIN_MS);
        throw error;
      }
    },
    onError,
  );
  // Start-up may have taken long enough for somebody to change them.
  loop.kick();
  function lookIn(ms: number): void {
    clearTimeout(settle);
    settle = setTimeout(() => loop.kick(), ms);
  }
  const watcher = openWatcher(path, () => lookIn(SETTLE_MS));
  return {
    async stop() {
      watcher?.close();
      await loop.stop();
      clearTimeout(settle);
    },
  };
}

/** Undefined where the system cannot watch: polling goes on alone. */
function openWatcher(path: string, hint: () => void): FSWatcher | undefined {
  try {
    const watcher = watch(path, { recursive: true, persistent: false }, hint);
    watcher.on('error', () => watcher.close());
    return watcher;
  } catch {
    return undefined;
  }
}

/** A digest of what the policy files say now, unreadable ones included. */
export async function policyFingerprint(path: string): Promise<string> {
  const { sources, problems } = await readPolicyFiles([path]);
  return createHash('sha256')
    .update(JSON.stringify([sources, problems]))
    .digest('hex');
}
