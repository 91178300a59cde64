import { expect, test } from 'vitest';
import type { PolicyFiles } from '../../src/daemon/policy-files.ts';
import { createPolicyReader } from '../../src/daemon/policy-reader.ts';
import { watchPolicies } from '../../src/daemon/policy-watch.ts';
import { handTimers } from './hand-timers.ts';

/** A folder with one file in it, whose text is in the test's hand, and who reads it. */
async function folder() {
  let text = 'first';
  let hint = (): void => undefined;
  const policyFiles: PolicyFiles = {
    read: async () => ({ sources: [{ file: 'all.yaml', text }], problems: [] }),
    readCalendar: async () => ({ fault: 'none is here', hint: undefined }),
    watch(given) {
      hint = given;
      return () => {
        hint = () => undefined;
      };
    },
  };
  const noFeeds = { read: async () => new Map(), hashes: async () => new Map() };
  const reader = createPolicyReader(policyFiles, noFeeds, { now: () => 0 });
  await reader.load();
  return {
    policyFiles,
    reader,
    write(next: string) {
      text = next;
    },
    hint: () => hint(),
  };
}

test('a change is found by looking, and by a hint soon after the last of several', async () => {
  const { write, hint, reader, policyFiles } = await folder();
  const timers = handTimers();
  const wishes: unknown[] = [];
  const reload = async (how: object) => {
    await reader.load();
    wishes.push(how);
  };
  const watch = watchPolicies({ policyFiles, reader, timers }, reload, () => undefined);
  await timers.advance(1_000);
  expect(wishes).toEqual([]);
  write('second');
  await timers.advance(30_000);
  expect(wishes).toEqual([{ isWish: true }]);
  write('third');
  hint();
  await timers.advance(200);
  hint();
  await timers.advance(299);
  expect(wishes.length).toBe(1);
  await timers.advance(1);
  expect(wishes.length).toBe(2);
  await watch.stop();
  write('fourth');
  hint();
  await timers.advance(60_000);
  expect(wishes.length).toBe(2);
});

test('a change that could not be taken over is tried again soon', async () => {
  const { write, reader, policyFiles } = await folder();
  const timers = handTimers();
  let isDatabaseAway = true;
  let taken = 0;
  const errors: unknown[] = [];
  const reload = async () => {
    await reader.load();
    if (isDatabaseAway) {
      reader.forget('files');
      throw new Error('the database is away');
    }
    taken += 1;
  };
  watchPolicies({ policyFiles, reader, timers }, reload, (error) => errors.push(error));
  write('second');
  await timers.advance(30_000);
  expect(errors.length).toBeGreaterThan(0);
  isDatabaseAway = false;
  await timers.advance(3_000);
  expect(taken).toBe(1);
  await timers.advance(60_000);
  expect(taken).toBe(1);
});
