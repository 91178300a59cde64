import { createHash } from 'node:crypto';
import type { Timers } from './clock.ts';
import { startLoop } from './loop.ts';
import type { PolicyFiles } from './policy-files.ts';

/** Editors write in several steps; one look after the last of them is enough. */
const SETTLE_MS = 300;

/** A change that could not be loaded (the database may be away) is tried again this much later. */
const AGAIN_MS = 3_000;

/** Not every file system tells of changes (network mounts, containers): so we also look. */
const POLL_EVERY_MS = 30_000;

/**
 * Calls `onChange` when the text of the policy files differs from the last look, at first from
 * `before`: what they said when they were loaded; again and again until it resolves. Hints of the
 * file system only make the look come sooner.
 */
export function watchPolicies(
  parts: { readonly policyFiles: PolicyFiles; readonly timers: Timers },
  before: string,
  onChange: () => Promise<void>,
  onError: (error: unknown) => void,
): { stop(): Promise<void> } {
  const { policyFiles, timers } = parts;
  let last = before;
  let callOff = (): void => undefined;
  const look = async (): Promise<void> => {
    const now = await policyFingerprint(policyFiles);
    if (now === last) return;
    try {
      await onChange();
    } catch (error) {
      lookIn(AGAIN_MS);
      throw error;
    }
    // Not before: a change that could not be taken over is a change at the next look, too.
    last = now;
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

/** A digest of what the policy files say now, unreadable ones included. */
export async function policyFingerprint(files: PolicyFiles): Promise<string> {
  const { sources, problems } = await files.read();
  return createHash('sha256')
    .update(JSON.stringify([sources, problems]))
    .digest('hex');
}
