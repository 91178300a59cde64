import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

// The name of a unix socket holds 107 bytes on Linux and 103 on macOS, the path of the data folder
// more; this leaves room for what the lock puts behind it.
const BYTES_MAX = 80;

/** Another name for a folder, short enough to put a socket's name behind it. */
export interface ShortPath {
  readonly path: string;
  /** Removes the other name; sockets that were made through it stay. */
  forget(): void;
}

/** The absolute path of `folder`, or a symbolic link to it where that is too long. */
export function shortPath(folder: string): ShortPath {
  const path = resolve(folder);
  if (Buffer.byteLength(path) <= BYTES_MAX) return { path, forget: () => undefined };
  const home = mkdtempSync(join(tmpdir(), 'curfew-'));
  const link = join(home, 'data');
  symlinkSync(path, link);
  return { path: link, forget: () => rmSync(home, { recursive: true, force: true }) };
}
