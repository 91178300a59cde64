// `npm run chaos -- --minutes 10`: two daemons, Redis, Postgres and the sandbox as processes, and
// harm to all of them. Exit code 1 when an invariant was violated.

import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { runChaos } from './chaos.ts';
import { isClean, renderVerdict } from './report.ts';

/** Seen from `dist-chaos/test/chaos`. */
const PROGRAM = fileURLToPath(new URL('../../../dist/cli/main.js', import.meta.url));

const USAGE = `usage: npm run chaos -- [--minutes 10] [--seed 1] [--syncs 200] [--embedded]
                        [--evidence <file>]   all that the verdict is made from, as JSON`;

process.exitCode = await main();

async function main(): Promise<number> {
  const { minutes, seed, syncs, embedded, evidence } = readArguments();
  if (![minutes, seed, syncs].every((number) => number > 0)) {
    console.error(USAGE);
    return 2;
  }
  const where = embedded ? 'one daemon, everything embedded' : 'two daemons, Redis, Postgres';
  console.log(`Curfew · chaos for ${minutes} minutes, seed ${seed}, ${syncs} syncs; ${where}\n`);
  const verdict = await runChaos({
    program: PROGRAM,
    seed,
    syncs,
    engine: embedded ? 'embedded' : 'servers',
    stormMs: minutes * 60_000,
    say: (line) => console.log(line),
  });
  console.log(`\n${renderVerdict(verdict).join('\n')}\n`);
  if (evidence !== undefined) await writeFile(evidence, JSON.stringify(verdict.evidence));
  if (isClean(verdict)) return 0;
  console.log(`Violated. The same script again: --minutes ${minutes} --seed ${seed}`);
  return 1;
}

function readArguments() {
  const { values } = parseArgs({
    options: {
      minutes: { type: 'string', default: '10' },
      seed: { type: 'string', default: '1' },
      syncs: { type: 'string', default: '200' },
      embedded: { type: 'boolean', default: false },
      evidence: { type: 'string' },
    },
  });
  const { embedded, evidence } = values;
  const [minutes, seed, syncs] = [values.minutes, values.seed, values.syncs].map(Number);
  return { minutes: minutes!, seed: seed!, syncs: syncs!, embedded, evidence };
}
