import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isLongRun } from '../support/long-run.ts';
import { type Engine, openEngine } from './engine.ts';
import { simulate } from './simulate.ts';
import { drawStory } from './story.ts';

const SEEDS = 200;
const SEEDS_OF_LONG_RUN = 20_000;
const PER_TEST = 25;

let engine: Engine;

beforeAll(async () => {
  engine = await openEngine();
});

afterAll(() => engine.close());

describe.skipIf(isLongRun)('every law holds', () => {
  const firsts = Array.from({ length: SEEDS / PER_TEST }, (_, index) => 1 + index * PER_TEST);

  test.each(firsts)(`in ${PER_TEST} stories from seed %i on`, async (first) => {
    for (let seed = first; seed < first + PER_TEST; seed += 1) {
      const { broken } = await simulate(drawStory(seed), engine);
      const advice = `npm run sim -- --seed ${seed}`;
      expect(broken, advice).toBeUndefined();
    }
  });
});

test('a story has the same history each time, whatever was played before', async () => {
  const digests = [];
  for (const seed of [7, 8, 7, 9, 7]) {
    const { digest, history } = await simulate(drawStory(seed), engine);
    expect(history.length).toBeGreaterThan(10);
    if (seed === 7) digests.push(digest);
  }
  expect(new Set(digests).size).toBe(1);
});

const patience = { timeout: 12 * 60 * 60_000 };
test.runIf(isLongRun)(`every law holds in ${SEEDS_OF_LONG_RUN} stories`, patience, async () => {
  const words = ['run', '--silent', 'sim', '--', '--seeds', `${SEEDS_OF_LONG_RUN}`];
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const child = spawn('npm', words, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
  const code = await new Promise((resolve) => child.on('exit', resolve));
  expect(code).toBe(0);
});
