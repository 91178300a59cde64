// A run of chaos as a test.

import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { type ChaosOptions, runChaos } from './chaos.ts';
import type { Tally } from './judge.ts';
import { isClean, renderVerdict } from './report.ts';

const PROGRAM = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

/** A limit for a hang: on a busy machine healing takes minutes at the worst. */
export const patience = { timeout: 15 * 60_000 };

/** Runs, and shows the whole story when something was violated. */
export async function survives(options: Omit<ChaosOptions, 'program' | 'say'>): Promise<Tally> {
  const lines: string[] = [];
  const say = (line: string): void => void lines.push(line);
  const verdict = await runChaos({ ...options, program: PROGRAM, say });
  const story = [...lines, '', ...renderVerdict(verdict)].join('\n');
  expect(isClean(verdict), story).toBe(true);
  return verdict.tally;
}
