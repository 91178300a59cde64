// Conformance suites run the same tests on several engines. This skips the engines that the machine
// lacks, and gives each suite the title that engines-reporter.ts looks for at the end of the run.

import { describe, inject } from 'vitest';
import { ENGINES, type Engine } from './engine-names.ts';

/** Whether this run can test on `engine`; only what is embedded is always there. */
export function hasEngine(engine: Engine): boolean {
  if (engine === 'pglite') return true;
  return inject(engine === 'postgres' ? 'postgresUrl' : 'redisUrl') !== undefined;
}

/** `describe('<title> on <engine>')`, skipped where the engine is missing. */
export function describeOn(engine: Engine, title: string, body: () => void): void {
  describe.skipIf(!hasEngine(engine))(`${title} on ${ENGINES[engine]}`, body);
}
