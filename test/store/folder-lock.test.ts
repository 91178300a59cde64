import { existsSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { askOwner, lockFolder } from '../../src/store/folder-lock.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/guard.ts';
import { type Launched, launch } from '../support/launch.ts';

const HOLDER = fileURLToPath(new URL('./lock-holder.js', import.meta.url));
const STARTERS = 8;

let temporary: TemporaryFolder;
let folder: string;
let launched: Launched[];

beforeEach(async () => {
  temporary = await temporaryFolder('lock');
  folder = temporary.path;
  launched = [];
});

afterEach(async () => {
  await Promise.all(launched.map((holder) => holder.end('SIGKILL')));
  await temporary.remove();
});

async function startHolder(...args: readonly string[]): Promise<Launched> {
  const holder = await launch(process.execPath, [HOLDER, folder, ...args]);
  launched.push(holder);
  return holder;
}

function verdictOf(holder: Launched): Promise<string> {
  return holder.waitForLine(/^(owned|in use|failed)/);
}

describe('the lock of a folder', () => {
  test('is had once, and again after its release', async () => {
    const lock = await lockFolder(folder);
    await expect(lockFolder(folder)).rejects.toMatchObject({ code: 'folder-in-use' });
    await lock.release();
    await lock.release();
    await (await lockFolder(folder)).release();
    expect(readdirSync(folder)).toEqual([]);
  });

  test('tells whoever asks what its owner says of itself', async () => {
    expect(await askOwner(folder)).toBeUndefined();
    expect(await askOwner(join(folder, 'nowhere'))).toBeUndefined();
    const lock = await lockFolder(folder);
    expect(await askOwner(folder)).toEqual({ pid: process.pid, listen: undefined });
    lock.setAddress('127.0.0.1:4280');
    expect(await askOwner(folder)).toEqual({ pid: process.pid, listen: '127.0.0.1:4280' });
    await lock.release();
    expect(await askOwner(folder)).toBeUndefined();
  });

  test('holds for a second process, which learns who has it', async () => {
    const holder = await startHolder();
    expect(await verdictOf(holder)).toBe('owned');
    const owner = { pid: holder.pid, listen: `holder-${holder.pid}` };
    expect(await askOwner(folder)).toEqual(owner);
    await expect(lockFolder(folder)).rejects.toMatchObject({ code: 'folder-in-use', owner });
  });

  test('holds under every name of the folder', async () => {
    const lock = await lockFolder(folder);
    const link = join(folder, 'link');
    symlinkSync(folder, link);
    await expect(lockFolder(link)).rejects.toMatchObject({ code: 'folder-in-use' });
    await lock.release();
  });

  test('works in folders whose path is longer than a socket may have', async () => {
    const long = join(folder, 'ü'.repeat(60), 'x'.repeat(120), 'y'.repeat(120));
    mkdirSync(long, { recursive: true });
    const lock = await lockFolder(long);
    await expect(lockFolder(long)).rejects.toMatchObject({ code: 'folder-in-use' });
    expect((await askOwner(long))?.pid).toBe(process.pid);
    await lock.release();
    expect(readdirSync(long)).toEqual([]);
  });

  test('ends with its process, also by SIGKILL, and leaves nothing in the way', async () => {
    const holder = await startHolder();
    await verdictOf(holder);
    await holder.end('SIGKILL');
    expect(readdirSync(folder)).toHaveLength(1);
    expect(await askOwner(folder)).toBeUndefined();
    const lock = await lockFolder(folder);
    expect(readdirSync(folder)).toHaveLength(1);
    await lock.release();
  });

  test('is not taken from a process that only stands still', async () => {
    const holder = await startHolder();
    await verdictOf(holder);
    process.kill(holder.pid, 'SIGSTOP');
    await expect(lockFolder(folder)).rejects.toMatchObject({
      code: 'folder-in-use',
      owner: undefined,
    });
  });

  test('goes to one of many that start over a dead one', async () => {
    for (let round = 0; round < 3; round += 1) {
      const holders = await Promise.all(Array.from({ length: STARTERS }, () => startHolder()));
      const verdicts = await Promise.all(holders.map(verdictOf));
      const owner = holders[verdicts.indexOf('owned')]!;
      expect(verdicts.filter((verdict) => verdict === 'owned')).toHaveLength(1);
      const others = verdicts.filter((verdict) => verdict !== 'owned');
      expect(others).toHaveLength(STARTERS - 1);
      for (const verdict of others) expect(verdict).toContain(`in use by ${owner.pid}`);
      await owner.end('SIGKILL');
    }
  });

  test('never has two owners, however many fight for it', async () => {
    const fighters = await Promise.all(Array.from({ length: 4 }, () => startHolder('60')));
    const results = await Promise.all(fighters.map((fighter) => fighter.waitForLine(/^owned it/)));
    expect(results).toHaveLength(4);
    expect(existsSync(join(folder, 'inside'))).toBe(false);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('always goes to somebody when many in one process want it', async () => {
    for (let round = 0; round < 20; round += 1) {
      const wishes = await Promise.allSettled(
        Array.from({ length: STARTERS }, () => lockFolder(folder)),
      );
      const locks = wishes.flatMap((wish) => (wish.status === 'fulfilled' ? [wish.value] : []));
      expect(locks).toHaveLength(1);
      await locks[0]!.release();
    }
  });
});
