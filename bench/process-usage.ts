// What processes use, from Linux's /proc.

import { readdirSync, readFileSync } from 'node:fs';

/** Of a process and all that it has started. */
export interface Usage {
  /** User and system time so far, in milliseconds. */
  readonly cpuMs: number;
  /** Resident memory now, in bytes; pages that several processes share count once for each. */
  readonly residentBytes: number;
}

// USER_HZ, in which /proc counts, has been 100 on every Linux for decades.
const TICK_MS = 10;
const KIB = 1_024;

/** The usage of the process tree below `root`. */
export function usageOf(root: number): Usage {
  const pids = treeOf(root);
  return {
    cpuMs: sum(pids.map(cpuMsOf)),
    residentBytes: sum(pids.map(residentBytesOf)),
  };
}

function treeOf(root: number): number[] {
  const children = childrenByParent();
  const tree = [root];
  for (const pid of tree) tree.push(...(children.get(pid) ?? []));
  return tree;
}

function childrenByParent(): Map<number, number[]> {
  const children = new Map<number, number[]>();
  for (const pid of allPids()) {
    const parent = parentOf(pid);
    children.set(parent, [...(children.get(parent) ?? []), pid]);
  }
  return children;
}

function allPids(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

function parentOf(pid: number): number {
  return Number(statFields(pid)[1] ?? 0);
}

function cpuMsOf(pid: number): number {
  const [user = 0, system = 0] = statFields(pid).slice(11, 13).map(Number);
  return (user + system) * TICK_MS;
}

function residentBytesOf(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(read(`/proc/${pid}/status`))?.[1] ?? 0) * KIB;
}

/** The fields of /proc/pid/stat from the state on: what comes before may hold spaces. */
function statFields(pid: number): string[] {
  return read(`/proc/${pid}/stat`)
    .replace(/^.*\) /s, '')
    .split(' ');
}

/** A process may end while we look. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
