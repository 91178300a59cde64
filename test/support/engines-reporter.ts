// Says at the end of a run on which engines the conformance suites ran. A green run on a machine
// without servers proves less than it seems to, and nobody reads the list of skipped tests.

import type { Reporter, TestModule, TestSuite } from 'vitest/node';
import { ENGINES } from './engine-names.ts';

const ENGINE_NAMES: readonly string[] = Object.values(ENGINES);

/** How the tests of one suite on one engine went; a suite may be spread over files. */
interface Tally {
  passed: number;
  failed: number;
  skipped: number;
}

/** A vitest reporter; it adds one block to what the others print. */
export class EnginesReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const tallies = new Map<string, Tally>();
    for (const module of modules) {
      for (const suite of module.children.allSuites()) {
        if (engineOf(suite) === undefined) continue;
        const tally = tallies.get(suite.name) ?? { passed: 0, failed: 0, skipped: 0 };
        tallies.set(suite.name, tally);
        countInto(tally, suite);
      }
    }
    if (tallies.size > 0) process.stdout.write(render(tallies));
  }
}

function engineOf(suite: TestSuite): string | undefined {
  return ENGINE_NAMES.find((name) => suite.name.endsWith(` on ${name}`));
}

function countInto(tally: Tally, suite: TestSuite): void {
  for (const test of suite.children.allTests()) {
    const { state } = test.result();
    if (state !== 'pending') tally[state] += 1;
  }
}

function render(tallies: ReadonlyMap<string, Tally>): string {
  const lines = [...tallies]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([suite, tally]) => {
      const didRun = tally.passed + tally.failed > 0;
      const parts = Object.entries(tally).filter(([, number]) => number > 0);
      const numbers = parts.map(([word, number]) => `${number} ${word}`).join(', ');
      return `   ${didRun ? ' ' : '!'} ${suite}: ${didRun ? numbers : 'DID NOT RUN'}`;
    });
  return `\n Engines\n${lines.join('\n')}\n\n`;
}
