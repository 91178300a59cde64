import type { Timers } from './clock.ts';
import { startLoop } from './loop.ts';
import type { PolicyFiles } from './policy-files.ts';
import type { ReloadOptions } from './policy-keeper.ts';
import type { PolicyReader } from './policy-reader.ts';

/** Editors write in several steps; one look after the last of them is enough. */
const SETTLE_MS = 300;

/** A change that could not be loaded (the database may be away) is tried again this much later. */
const AGAIN_MS = 3_000;

/** Not every file system tells of changes (network mounts, containers): so we also look. */
const POLL_EVERY_MS = 30_000;

/**
 * Has the policies loaded again when what they are made of differs from what was loaded; again and
 * again until that works. Hints of the file system only make the look come sooner.
 */
export function watchPolicies(
  parts: {
    readonly policyFiles: Pick<PolicyFiles, 'watch'>;
    readonly reader: Pick<PolicyReader, 'change'>;
    readonly timers: Timers;
  },
  reload: (how: ReloadOptions) => Promise<unknown>,
  onError: (error: unknown) => void,
): { stop(): Promise<void> } {
  const { policyFiles, reader, timers } = parts;
  let callOff = (): void => undefined;
  const look = async (): Promise<void> => {
    try {
      const change = await reader.change();
      if (change !== undefined) await reload({ isWish: change === 'files' });
    } catch (error) {
      lookIn(AGAIN_MS);
      throw error;
    }
  };
  const loop = startLoop(timers, POLL_EVERY_MS, look, onError);
  // Start-up may have taken long enough for somebody to change them.
  loop.kick();
  function lookIn(ms: number): void {
    callOff();
    callOff = timers.after(ms, () => loop.kick());
  }
  const unwatch = policyFiles.watch(() => lookIn(SETTLE_MS));
  return {
    async stop() {
      callOff();
      unwatch();
      await loop.stop();
    },
  };
}
