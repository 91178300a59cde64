// From paths on disk to policy sources. Whatever is wrong with a path is a problem with a place,
// never an exception: the daemon must be able to say why the last good set stays in force.

import type { Stats } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { join, normalize } from 'node:path';
import type { PolicySource } from './policy.ts';
import type { Problem } from './problem.ts';
import type { ProblemCode } from './problem-codes.ts';
import { compareText, createProblemLog, type ProblemLog } from './problem-log.ts';
import { attempt, failureOf, readTextFile } from './read-text-file.ts';
import type { LineColumn } from './source-text.ts';

/** More text than people keep in one file; parsing it costs about 2 s at worst. */
const fileBytesMax = 1024 * 1024;
/** As many as the policies a set may have. */
const filesMax = 10_000;
const depthMax = 20;

/** Names of test files, which stand beside the policies that they are about. */
const testFileName = /\.test\.ya?ml$/;
const yamlFileName = /\.ya?ml$/;

interface Walk {
  readonly isWanted: (path: string) => boolean;
  readonly log: ProblemLog;
  readonly sources: PolicySource[];
  /** Real paths already read, so that two ways to one file give it once. */
  readonly seen: Set<string>;
}

/** The texts of files, ordered by path, and what was wrong on the way to them. */
export interface ReadFiles {
  readonly sources: readonly PolicySource[];
  readonly problems: readonly Problem[];
}

/**
 * Reads folders with their sub-folders (`.yaml` and `.yml`; not `*.test.yaml`, nothing that begins
 * with a dot, which also leaves out the inner folders of mounted Kubernetes volumes) and single
 * files. Sources are ordered by path, whatever order the disk gives.
 */
export async function readPolicyFiles(paths: readonly string[]): Promise<ReadFiles> {
  const walk = await walkPaths(paths, (path) => !testFileName.test(path));
  if (walk.sources.length === 0 && !walk.log.hasErrors()) {
    const message = 'no .yaml or .yml file is here';
    const hint = 'write a policy, or name the folder that holds them';
    report(walk, normalize(paths[0] ?? '.'), 'no-policy-files', message, hint);
  }
  return { sources: walk.sources, problems: walk.log.all() };
}

/** Reads the `*.test.yaml` of folders and single files, by the same rules. */
export async function readTestFiles(paths: readonly string[]): Promise<ReadFiles> {
  const walk = await walkPaths(paths, (path) => testFileName.test(path));
  if (walk.sources.length === 0 && !walk.log.hasErrors()) {
    const message = 'no .test.yaml file is here';
    const hint = 'write one beside the policies';
    report(walk, normalize(paths[0] ?? '.'), 'no-test-files', message, hint);
  }
  return { sources: walk.sources, problems: walk.log.all() };
}

/** Whether a path is that of a test file, by its name. */
export function isTestFile(path: string): boolean {
  return testFileName.test(path);
}

async function walkPaths(
  paths: readonly string[],
  isWanted: (path: string) => boolean,
): Promise<Walk> {
  const walk: Walk = { isWanted, log: createProblemLog(), sources: [], seen: new Set() };
  for (const path of paths) await readPath(walk, normalize(path), []);
  walk.sources.sort((a, b) => compareText(a.file, b.file));
  return walk;
}

/** `folders` are the real paths of the folders on the way here. */
async function readPath(walk: Walk, path: string, folders: readonly string[]): Promise<void> {
  const found = await attempt(async () => ({ real: await realpath(path), is: await stat(path) }));
  if ('failure' in found) {
    reportFailure(walk, path, found.failure);
    return;
  }
  const { real, is } = found.value;
  if (!is.isDirectory()) await readFileOnce(walk, path, real, is);
  else if (folders.includes(real)) {
    report(walk, path, 'symlink-loop', 'this link leads back to a folder it is in');
  } else if (folders.length >= depthMax) {
    report(walk, path, 'too-many-files', `folders are nested more than ${depthMax} deep`);
  } else await readFolder(walk, path, [...folders, real]);
}

async function readFileOnce(walk: Walk, path: string, real: string, is: Stats): Promise<void> {
  if (walk.seen.has(real) || !walk.isWanted(path)) return;
  walk.seen.add(real);
  if (walk.seen.size > filesMax) {
    if (walk.seen.size > filesMax + 1) return;
    report(walk, path, 'too-many-files', `more than ${filesMax} policy files`);
  } else {
    const read = await readTextFile(path, is, fileBytesMax);
    if ('text' in read) walk.sources.push({ file: path, text: read.text });
    else report(walk, path, read.code, read.message, read.hint, read.at);
  }
}

async function readFolder(walk: Walk, path: string, folders: readonly string[]): Promise<void> {
  const entries = await attempt(() => readdir(path, { withFileTypes: true }));
  if ('failure' in entries) {
    reportFailure(walk, path, entries.failure);
    return;
  }
  for (const entry of entries.value.sort((a, b) => compareText(a.name, b.name))) {
    if (entry.name.startsWith('.')) continue;
    const inner = join(path, entry.name);
    const isYaml = yamlFileName.test(entry.name);
    const mayBeFolder = entry.isDirectory() || entry.isSymbolicLink();
    if (isYaml || (mayBeFolder && (await leadsToFolder(walk, inner)))) {
      await readPath(walk, inner, folders);
    }
  }
}

/** A link to nowhere that is not named like a policy file is none of our business; a loop is. */
async function leadsToFolder(walk: Walk, path: string): Promise<boolean> {
  const found = await attempt(() => stat(path));
  if ('value' in found) return found.value.isDirectory();
  if (found.failure.code === 'ELOOP') reportFailure(walk, path, found.failure);
  return false;
}

function reportFailure(walk: Walk, path: string, failure: NodeJS.ErrnoException): void {
  const { code, message } = failureOf(failure);
  report(walk, path, code, message);
}

function report(
  walk: Walk,
  file: string,
  code: ProblemCode,
  message: string,
  hint?: string,
  at: LineColumn = { line: 1, column: 1 },
): void {
  walk.log.add({ file, ...at, path: '', code, message, hint });
}
