import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { createStore } from '../../src/store/create-store.ts';
import { openEmbedded } from '../../src/store/open.ts';
import { describeOn } from '../support/engines.ts';
import { launch } from '../support/launch.ts';
import { onCrash, readyFolder } from './folders.ts';

const WRITER = fileURLToPath(new URL('./writer.js', import.meta.url));
const KILLS = 2;
// Each kill starts two engines, which is slow on a machine that is busy with other tests.
const TIMEOUT_MS = 240_000;

describeOn('pglite', 'a store that is killed while it writes', () => {
  test('loses nothing that was acknowledged, and tears nothing apart', {
    timeout: TIMEOUT_MS,
  }, async () => {
    const folder = await readyFolder();
    const acknowledged: string[] = [];
    for (let kill = 1; kill <= KILLS; kill += 1) {
      const writer = await launch(process.execPath, [WRITER, folder]);
      await writer.waitForLine(new RegExp(`^acknowledged ${kill}/${20 * kill}$`));
      await writer.end('SIGKILL');
      for (const line of writer.lines) acknowledged.push(line.replace('acknowledged ', ''));

      const { database } = await openEmbedded({ folder, onCrash });
      const store = createStore(database);
      const entries = await store.journal({});
      const keys = new Set(entries.map(({ key }) => key));
      expect(acknowledged.filter((key) => !keys.has(key))).toEqual([]);
      for (let number = 0; number < 8; number += 1) {
        // The decision is written with the entry: the last of both are the same, or both missing.
        const sync = `model:${number}` as const;
        const claim = await store.take(sync, 'reader', 1);
        const last = (await store.journal({ sync, limit: 1 }))[0];
        expect(claim?.decided ?? last?.key).toBe(last?.key);
      }
      await store.close();
    }
    expect(acknowledged.length).toBeGreaterThan(100);
  });
});
