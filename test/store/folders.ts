// Data folders for the tests of one file. Making a database takes seconds on a busy machine, so it
// is made once per file and copied.

import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { openEmbedded } from '../../src/store/open.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/guard.ts';

const folders: TemporaryFolder[] = [];
afterAll(() => Promise.all(folders.splice(0).map((folder) => folder.remove())));

/** A path at which nothing is yet. */
export async function noFolder(): Promise<string> {
  const folder = await temporaryFolder('store');
  folders.push(folder);
  return join(folder.path, 'data');
}

/** A folder with an embedded database that is migrated and empty. */
export async function readyFolder(): Promise<string> {
  template ??= makeTemplate();
  const folder = await noFolder();
  await cp(await template, folder, { recursive: true });
  return folder;
}

let template: Promise<string> | undefined;

async function makeTemplate(): Promise<string> {
  const folder = await noFolder();
  const { database } = await openEmbedded({ folder, onCrash });
  await database.close();
  return folder;
}

/** No engine of these tests may end by itself. */
export function onCrash(reason: Error): never {
  throw reason;
}
