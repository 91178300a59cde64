import { afterAll, beforeAll, describe } from 'vitest';
import type { Engine } from '../support/engine-names.ts';
import { describeOn } from '../support/engines.ts';
import { boundariesConform } from './boundaries-suite.ts';
import { enforcementConforms } from './enforcement-suite.ts';
import { lifeConforms, replicasConform } from './life-suite.ts';
import { openPlace, type Place } from './places.ts';
import { queueTest } from './rig.ts';

/** The conformance suite of the port `Queue` on one engine. */
export function describeQueue(engine: Engine): void {
  describeOn(engine, 'the queue', () => {
    let open: Place | undefined;
    const place = () => open!;
    beforeAll(async () => {
      open = await openPlace(engine);
    });
    afterAll(() => open?.close());

    const it = queueTest(place);
    // Most of a test here is waiting for an edge, a lock or a quiet: they wait together.
    describe.concurrent('boundaries', () => boundariesConform(it, place));
    describe.concurrent('enforcement', () => enforcementConforms(it, place));
    describe.concurrent('life', () => lifeConforms(it));
    // The embedded database belongs to one process.
    if (engine !== 'pglite') {
      describe.concurrent('replicas', () => replicasConform(it, place));
    }
  });
}
