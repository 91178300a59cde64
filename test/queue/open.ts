import { test } from 'vitest';
import { createRig, QUICK, type Rig } from './rig.ts';

export const COMMAND_MS = 3_000;
export const LIMITS = { ...QUICK, commandMs: COMMAND_MS };

/** Tests that open queues by `open`; they are closed after it, and may run side by side. */
export const it = test.extend<{ open(options: Parameters<typeof createRig>[0]): Promise<Rig> }>({
  open: async ({ task: _ }, use) => {
    const rigs: Rig[] = [];
    await use(async (options) => {
      const rig = createRig({ limits: LIMITS, ...options });
      rigs.push(rig);
      await rig.queue.open();
      return rig;
    });
    await Promise.all(rigs.map(({ queue }) => queue.close(0)));
  },
});
