import { type FSWatcher, watch } from 'node:fs';
import { type Loop, startLoop } from './loop.ts';
import type { PolicyFiles } from './policy-files.ts';
import type { ReloadOptions } from './policy-keeper.ts';

/** Editors write in several steps; one look after the last of them is enough. */
const SETTLE_MS = 300;

/** Not every file system tells of changes (network mounts, containers): so we also look. */
const POLL_EVERY_MS = 30_000;

/**
 * Has the policies loaded again when what they are made of differs from what was loaded. Hints of
 * the file system only make the look come sooner.
 */
export function watchPolicies(
  path: string,
  files: PolicyFiles,
  reload: (how: ReloadOptions) => Promise<unknown>,
  onError: (error: unknown) => void,
): { stop(): Promise<void> } {
  let settle: NodeJS.Timeout | undefined;
  const loop: Loop = startLoop(
    POLL_EVERY_MS,
    async () => {
      const change = await files.change();
      if (change !== undefined) await reload({ isWish: change === 'files' });
    },
    onError,
  );
  // Start-up may have taken long enough for somebody to change them.
  loop.kick();
  const watcher = openWatcher(path, () => {
    clearTimeout(settle);
    settle = setTimeout(() => loop.kick(), SETTLE_MS);
  });
  return {
    async stop() {
      clearTimeout(settle);
      watcher?.close();
      await loop.stop();
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
