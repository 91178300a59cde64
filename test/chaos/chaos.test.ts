// Half a minute of what `npm run chaos` does for as long as it is told to.

import { describe, expect, test } from 'vitest';
import { describeOn, hasEngine } from '../support/engines.ts';
import { patience, survives } from './surviving.ts';

function holdsWhatItPromises(): void {
  test('storms over everything break no promise', patience, async () => {
    const run = { engine: 'servers', seed: 20, syncs: 200, stormMs: 36_000 } as const;
    const tally = await survives(run);
    // Much less, and it would have proved nothing.
    expect(tally.pauses).toBeGreaterThan(50);
    expect(tally.activations).toBeGreaterThan(50);
    expect(tally.faults).toBeGreaterThan(20);
    expect(tally.kills).toBeGreaterThan(2);
  });
}

describeOn('redis', 'two daemons in chaos', () => {
  describe.skipIf(!hasEngine('postgres'))('with their database on PostgreSQL', holdsWhatItPromises);
});
