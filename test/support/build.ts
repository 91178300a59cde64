import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const STAMP = join(ROOT, 'node_modules/.cache/curfew/built-for-tests');
const INPUTS = ['src', 'scripts', 'package.json', 'tsconfig.json', 'tsconfig.build.json'];

/**
 * Runs `npm run build` unless `dist` is newer than all that it is made from. A type error is shown
 * but does not stop the tests: the compiler writes the program all the same, and refusing it is the
 * business of `npm run check`.
 */
export function buildOnce(): void {
  if (isUpToDate()) return;
  const startedAt = new Date();
  const build = run('npm', ['run', '--silent', 'build']);
  if (build.status === 0) {
    mkdirSync(dirname(STAMP), { recursive: true });
    writeFileSync(STAMP, '');
    utimesSync(STAMP, startedAt, startedAt);
    return;
  }
  process.stderr.write(`!! npm run build failed:\n${build.stdout}${build.stderr}\n`);
  run(process.execPath, ['scripts/copy-assets.js']);
}

function run(command: string, args: readonly string[]) {
  return spawnSync(command, args, { cwd: ROOT, encoding: 'utf8' });
}

function isUpToDate(): boolean {
  if (!existsSync(STAMP) || !existsSync(join(ROOT, 'dist'))) return false;
  const builtMs = statSync(STAMP).mtimeMs;
  return INPUTS.every((path) => lastChangeMs(join(ROOT, path)) < builtMs);
}

/** When `path`, or anything below it, was last written, added or removed. */
function lastChangeMs(path: string): number {
  // Somebody may be editing: what is gone by now has changed its folder.
  const status = statSync(path, { throwIfNoEntry: false });
  if (!status?.isDirectory()) return status?.mtimeMs ?? 0;
  const entries = readdirSync(path).map((name) => lastChangeMs(join(path, name)));
  return Math.max(status.mtimeMs, ...entries);
}
