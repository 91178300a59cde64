// usage: node lock-holder.js <folder> [attempts]
// Locks the folder and says so, then stays until it is ended. With a number of attempts it locks
// and unlocks as often, and says whether anybody else was inside meanwhile.

import { closeSync, openSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const { lockFolder } = await import(
  new URL('../../dist/store/folder-lock.js', import.meta.url).href
);
const [folder = '', attempts] = process.argv.slice(2);

if (attempts === undefined) await holdOnce();
else await holdOften(Number(attempts));

async function holdOnce() {
  try {
    const lock = await lockFolder(folder);
    lock.setAddress(`holder-${process.pid}`);
    console.log('owned');
    setInterval(() => undefined, 60_000);
  } catch (error) {
    console.log(describe(error));
  }
}

/** @param {number} times */
async function holdOften(times) {
  let owned = 0;
  for (let attempt = 0; attempt < times; attempt += 1) {
    try {
      const lock = await lockFolder(folder);
      beAlone();
      owned += 1;
      await pause(2);
      rmSync(join(folder, 'inside'));
      await lock.release();
    } catch (error) {
      const text = describe(error);
      if (!text.startsWith('in use')) throw error;
    }
  }
  console.log(`owned it ${owned} times`);
}

/** Throws when somebody is inside who should not be. */
function beAlone() {
  closeSync(openSync(join(folder, 'inside'), 'wx'));
}

/** @param {any} error */
function describe(error) {
  return error.code === 'folder-in-use'
    ? `in use by ${error.owner?.pid} at ${error.owner?.listen}`
    : `failed: ${error.stack}`;
}
