import { expect, test } from 'vitest';
import { describeOn } from '../support/engines.ts';
import { patience, survives } from './surviving.ts';

describeOn('pglite', 'one daemon in chaos', () => {
  test('killed and stopped in bad weather, it breaks no promise', patience, async () => {
    const run = { engine: 'embedded', seed: 3, syncs: 40, stormMs: 16_000 } as const;
    const tally = await survives(run);
    expect(tally.pauses).toBeGreaterThan(5);
    expect(tally.kills).toBeGreaterThan(0);
  });
});
