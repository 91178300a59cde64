// Whoever watches the watchmen: each fault below is made in a copy of the code, and the simulation
// has to find it. A fault whose place is gone fails its test: move it to where the code is now.

import { execFile } from 'node:child_process';
import { cp, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { temporaryFolder } from '../support/guard.ts';
import { isLongRun } from '../support/long-run.ts';
import { MUTATIONS, type Mutation } from './mutation.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const COPIED = ['src', 'test/sim', 'scripts/copy-assets.js', 'package.json', 'tsconfig.json'];
/** So many stories are played before a fault counts as not found. */
const SEEDS = 2_000;
/** Each is found within a minute; one that is not takes as long as all those stories do. */
const patience = { timeout: 2 * 60 * 60_000 };

const run = promisify(execFile);
let folder: Awaited<ReturnType<typeof temporaryFolder>>;

beforeAll(async () => {
  folder = await temporaryFolder('mutants');
});

afterAll(() => folder.remove());

/** A copy of the code with one fault in it, compiled; gives the program that plays stories. */
async function build({ file, from, to }: Mutation, name: string): Promise<string> {
  const place = join(folder.path, name);
  for (const path of COPIED) {
    await mkdir(join(place, path, '..'), { recursive: true });
    await cp(join(ROOT, path), join(place, path), { recursive: true });
  }
  await symlink(join(ROOT, 'node_modules'), join(place, 'node_modules'));
  const text = await readFile(join(place, file), 'utf8');
  expect(text.split(from).length - 1, `"${from}" in ${file}`).toBe(1);
  await writeFile(
    join(place, file),
    text.replace(from, () => to),
  );
  // A fault may leave a type wrong or a name unused: the code is written all the same.
  const compiler = join(ROOT, 'node_modules/typescript/bin/tsc');
  await run(process.execPath, [compiler, '-p', 'test/sim/tsconfig.json'], { cwd: place }).catch(
    () => undefined,
  );
  await run(process.execPath, ['scripts/copy-assets.js', 'dist-sim/src'], { cwd: place });
  return join(place, 'dist-sim/test/sim/main.js');
}

describe.runIf(isLongRun)('the simulation finds code that', () => {
  test.each(MUTATIONS.map((mutation, index) => ({ index, ...mutation })))(
    '$title',
    patience,
    async ({ index, ...mutation }) => {
      const program = await build(mutation, `mutant-${index}`);
      const from = `${mutation.firstSeed ?? 1}`;
      const words = [program, '--seeds', `${SEEDS}`, '--from', from, '--jobs', '1', '--stop'];
      const found = await run(process.execPath, words).then(
        () => undefined,
        (error: { code: number; stdout: string }) => error,
      );
      expect(found?.code).toBe(1);
      expect(found?.stdout).toMatch(/^seed \d+: ./);
      await rm(join(folder.path, `mutant-${index}`), { recursive: true });
    },
  );
});
