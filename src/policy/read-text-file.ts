// One text file from disk, as bytes that are surely text of bounded size, or what is wrong with it.

import type { Stats } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { ProblemCode } from './problem-codes.ts';
import { createLineMap, type LineColumn } from './source-text.ts';

/** Why a file has no text for us. */
export interface FileFault {
  readonly code: ProblemCode;
  /** One sentence without a full stop. */
  readonly message: string;
  readonly hint?: string | undefined;
  /** Where in the file, if not the whole of it is meant. */
  readonly at?: LineColumn | undefined;
}

/** Reads a file, `is` being what `stat` says about it, that may have `bytesMax` bytes. */
export async function readTextFile(
  path: string,
  is: Stats,
  bytesMax: number,
): Promise<{ readonly text: string } | FileFault> {
  if (!is.isFile()) return { code: 'path-unreadable', message: 'this is not a regular file' };
  if (is.size > bytesMax) return tooBig(is.size, bytesMax);
  const read = await attempt(() => readFile(path));
  if ('failure' in read) return failureOf(read.failure);
  // Asked again, since a file may grow between stat and read.
  if (read.value.length > bytesMax) return tooBig(read.value.length, bytesMax);
  return decodeText(read.value);
}

/** The text of some bytes, which must be UTF-8. */
export function decodeText(bytes: Uint8Array): { readonly text: string } | FileFault {
  const hint = 'save it as UTF-8';
  if (isUtf16(bytes)) {
    const message = 'this file looks like UTF-16 or a binary file';
    return { code: 'encoding-invalid', message, hint };
  }
  try {
    return { text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch {
    const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
    const at = createLineMap(text)(Math.max(0, text.indexOf('\ufffd')));
    return { code: 'encoding-invalid', message: 'the bytes here are not UTF-8', hint, at };
  }
}

/** By its mark, or by the zero bytes that text in Latin letters then has. */
function isUtf16(bytes: Uint8Array): boolean {
  const mark = (bytes[0] ?? 0) * 256 + (bytes[1] ?? 0);
  return mark === 0xfffe || mark === 0xfeff || bytes.subarray(0, 4).includes(0);
}

function tooBig(bytes: number, bytesMax: number): FileFault {
  const message = `the file has ${bytes} bytes, more than ${bytesMax / (1024 * 1024)} MiB`;
  return { code: 'file-too-big', message, hint: 'split it into several files' };
}

const failureSentences: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder',
  EACCES: 'there is no permission to read this',
  EPERM: 'there is no permission to read this',
  ENAMETOOLONG: 'the path is too long',
};

/** What the system said, as a fault. */
export function failureOf({ code = 'unknown' }: NodeJS.ErrnoException): FileFault {
  if (code === 'ELOOP') {
    return { code: 'symlink-loop', message: 'this symbolic link leads back to itself' };
  }
  const message = failureSentences[code] ?? `reading this failed: ${code}`;
  return { code: 'path-unreadable', message };
}

/** Does something that may fail as files do. */
export async function attempt<T>(
  act: () => Promise<T>,
): Promise<{ value: T } | { failure: NodeJS.ErrnoException }> {
  try {
    return { value: await act() };
  } catch (failure) {
    return { failure: failure as NodeJS.ErrnoException };
  }
}
