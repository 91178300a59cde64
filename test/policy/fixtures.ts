// The policy files of test/policies, each named by what is right or wrong about it. Beside those
// with problems lies an `.expected` file with a line `line:column severity code` for each. The
// calendars that some refer to lie in test/policies/calendars.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type LoadedPolicies, loadPolicySet } from '../../src/policy/load-policies.ts';
import type { PolicySource } from '../../src/policy/policy.ts';

const root = new URL('../policies/', import.meta.url);

export interface Fixture {
  readonly name: string;
  readonly text: string;
  readonly expected: readonly string[];
}

export function readFixtures(folder: 'good' | 'bad'): Fixture[] {
  return readdirSync(new URL(`${folder}/`, root))
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => {
      const path = new URL(`${folder}/${file}`, root);
      const expectedPath = fileURLToPath(path).replace(/\.yaml$/, '.expected');
      const expected = existsSync(expectedPath) ? readFileSync(expectedPath, 'utf8') : '';
      return {
        name: file.replace(/\.yaml$/, ''),
        text: readFileSync(path, 'utf8'),
        expected: expected.split('\n').filter((line) => line !== ''),
      };
    });
}

/** The instant the warnings of the fixtures were written for. */
export const fixtureNow = Date.UTC(2026, 0, 1);

const calendars: readonly PolicySource[] = readdirSync(new URL('calendars/', root)).map((name) => ({
  file: join('calendars', name),
  text: readFileSync(new URL(`calendars/${name}`, root), 'utf8'),
  kind: 'calendar',
}));

/** Loads one text as a set of one file, beside the calendars of the fixtures. */
export function loadText(text: string, file = 'a.yaml'): LoadedPolicies {
  return loadPolicySet([{ file, text }, ...calendars], { now: fixtureNow });
}

/** A set of one file with one policy `p`, selecting everything, with these further lines. */
export function policyText(...lines: string[]): string {
  const body = ['select: { all: true }', ...lines].map((line) => `    ${line}\n`);
  return `version: 1\ntimezone: America/New_York\npolicies:\n  p:\n${body.join('')}`;
}

/** The problems in the form of an `.expected` file. */
export function briefly({ problems }: LoadedPolicies): string[] {
  return problems.map(
    ({ line, column, severity, code }) => `${line}:${column} ${severity} ${code}`,
  );
}
