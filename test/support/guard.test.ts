import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, vi } from 'vitest';
import { hasEngine } from './engines.ts';
import { temporaryFolder } from './guard.ts';
import { launch } from './launch.ts';

const VITEST = fileURLToPath(new URL('../../node_modules/vitest/vitest.mjs', import.meta.url));
const HANGING_RUN = fileURLToPath(new URL('./hanging-run/vitest.config.ts', import.meta.url));
const PATIENCE = { timeout: 60_000, interval: 50 };
const TIMEOUT_MS = 240_000;

function exists(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

function accepts(url: string): Promise<boolean> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname);
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

describe.skipIf(!hasEngine('redis') || !hasEngine('postgres'))('a run that is killed', () => {
  it(
    'leaves no server, no worker and no folder behind',
    async () => {
      const run = await launch(process.execPath, [VITEST, 'run', '--config', HANGING_RUN]);
      const line = await run.waitForLine(/left behind: /);
      const left = JSON.parse(line.slice(line.indexOf('{')));
      expect(left.pids.map(exists)).toEqual([true, true, true]);
      expect(await Promise.all(left.urls.map(accepts))).toEqual([true, true, true, true]);

      await run.end('SIGKILL');

      await vi.waitFor(
        () => expect(left.pids.map(exists)).toEqual([false, false, false]),
        PATIENCE,
      );
      await vi.waitFor(async () => {
        expect(await Promise.all(left.urls.map(accepts))).toEqual([false, false, false, false]);
      }, PATIENCE);
      await vi.waitFor(() => expect(existsSync(left.folder)).toBe(false), PATIENCE);
    },
    TIMEOUT_MS,
  );
});

describe('a temporary folder', () => {
  it('is there until it is removed, and may be removed twice', async () => {
    const folder = await temporaryFolder('guard');
    expect(existsSync(folder.path)).toBe(true);
    await folder.remove();
    await folder.remove();
    expect(existsSync(folder.path)).toBe(false);
  });
});

describe('a launched program', () => {
  const script = (code: string) => launch(process.execPath, ['-e', code]);

  it('is waited for by a line that it already wrote, or has yet to write', async () => {
    const program = await script('console.log("one"); console.error("two")');
    expect(await program.waitForLine(/^two$/)).toBe('two');
    expect(await program.waitForLine(/^one$/)).toBe('one');
  });

  it('fails with its last words when it ends without the line', async () => {
    const program = await script('console.error("no such file"); process.exit(1)');
    await expect(program.waitForLine(/ready/)).rejects.toThrow(/ready.*no such file/s);
  });

  it('that does not exist is refused', async () => {
    await expect(launch('/no/such/program', [])).rejects.toThrow('ENOENT');
  });

  it('may be ended twice', async () => {
    const program = await script('console.log("up"); setInterval(() => {}, 1000)');
    await program.waitForLine(/up/);
    await program.end('SIGTERM');
    await program.end('SIGTERM');
    expect(exists(program.pid)).toBe(false);
  });
});
