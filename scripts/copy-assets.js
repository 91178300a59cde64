// The second half of `npm run build`: the compiler writes the programs, this brings what they read
// at run time (SQL migrations, the files of the dashboard) and makes the command executable.
//
// usage: node scripts/copy-assets.js [target]      the target is `dist` when not said

import { chmodSync, copyFileSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const source = fileURLToPath(new URL('../src/', import.meta.url));
const target = resolve(process.argv[2] ?? fileURLToPath(new URL('../dist/', import.meta.url)));
const COMPILED = /\.[cm]?[jt]s$/;

for (const entry of readdirSync(source, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile() || COMPILED.test(entry.name)) continue;
  const from = join(entry.parentPath, entry.name);
  const to = join(target, from.slice(source.length));
  mkdirSync(dirname(to), { recursive: true });
  copyFileSync(from, to);
}

const command = join(target, 'cli/main.js');
if (existsSync(command)) chmodSync(command, 0o755);
