import { expect, test } from 'vitest';
import type { PolicyFiles } from '../../src/daemon/policy-files.ts';
import { policyFingerprint, watchPolicies } from '../../src/daemon/policy-watch.ts';
import { handTimers } from './hand-timers.ts';

/** A folder with one file in it, whose text is in the test's hand. */
function folder() {
  let text = 'first';
  let hint = (): void => undefined;
  const policyFiles: PolicyFiles = {
    read: async () => ({ sources: [{ file: 'all.yaml', text }], problems: [] }),
    watch(given) {
      hint = given;
      return () => {
        hint = () => undefined;
      };
    },
  };
  return {
    policyFiles,
    write(next: string) {
      text = next;
    },
    hint: () => hint(),
  };
}

test('a change is found by looking, and by a hint soon after the last of several', async () => {
  const { policyFiles, write, hint } = folder();
  const timers = handTimers();
  let changes = 0;
  const before = await policyFingerprint(policyFiles);
  const onChange = async () => {
    changes += 1;
  };
  const watch = watchPolicies({ policyFiles, timers }, before, onChange, () => undefined);
  await timers.advance(1_000);
  expect(changes).toBe(0);
  write('second');
  await timers.advance(30_000);
  expect(changes).toBe(1);
  write('third');
  hint();
  await timers.advance(200);
  hint();
  await timers.advance(299);
  expect(changes).toBe(1);
  await timers.advance(1);
  expect(changes).toBe(2);
  await watch.stop();
  write('fourth');
  hint();
  await timers.advance(60_000);
  expect(changes).toBe(2);
});

test('a change that could not be taken over is tried again soon', async () => {
  const { policyFiles, write } = folder();
  const timers = handTimers();
  let isDatabaseAway = true;
  let taken = 0;
  const errors: unknown[] = [];
  const onChange = async () => {
    if (isDatabaseAway) throw new Error('the database is away');
    taken += 1;
  };
  const before = await policyFingerprint(policyFiles);
  watchPolicies({ policyFiles, timers }, before, onChange, (error) => errors.push(error));
  write('second');
  await timers.advance(30_000);
  expect(errors.length).toBeGreaterThan(0);
  isDatabaseAway = false;
  await timers.advance(3_000);
  expect(taken).toBe(1);
  await timers.advance(60_000);
  expect(taken).toBe(1);
});
