// What the rules of the house forbid and what they allow, by example.

import { describe, expect, it } from 'vitest';
import { exportShapes, unusedExports, unusedFiles } from './support/tidy/exports.ts';
import { floors, oneDoor } from './support/tidy/floors.ts';
import { render } from './support/tidy/house-rules.ts';
import { erasableSyntax } from './support/tidy/language.ts';
import { names } from './support/tidy/names.ts';
import { problemCodes } from './support/tidy/problem-codes.ts';
import { documentPaths, markdownTitles, roomParagraphs } from './support/tidy/prose.ts';
import { sizes } from './support/tidy/sizes.ts';
import { type Rule, sourceOf } from './support/tidy/source.ts';
import { clockAndChance, surroundings } from './support/tidy/surroundings.ts';
import { testManners } from './support/tidy/test-manners.ts';

type Files = Readonly<Record<string, string>>;

/** What the rule says of these files, as `path:line`. */
function places(rule: Rule, files: Files): string[] {
  const sources = Object.entries(files).map(([path, text]) => sourceOf(path, text));
  return rule(sources).map(({ path, line }) => `${path}:${line}`);
}

function inFile(path: string, rule: Rule) {
  return (text: string) => places(rule, { [path]: text });
}

const lines = (count: number, text = 'f();') => `${text}\n`.repeat(count);

it('a finding is told as place, rule and advice', () => {
  const finding = { path: 'src/plan/a.ts', line: 7, rule: 'size', advice: 'split it' };
  expect(render(finding)).toBe('src/plan/a.ts:7: size: split it');
});

it('a file that cannot be parsed is named', () => {
  expect(() => sourceOf('src/plan/a.ts', 'const = 1;')).toThrow('src/plan/a.ts cannot be parsed');
});

describe('floors', () => {
  const plan = inFile('src/plan/a.ts', floors);
  const sandbox = inFile('src/sandbox/a.ts', floors);

  it.each([
    ['a higher floor', `import { run } from '../daemon/run.ts';`],
    ['a type of a higher floor', `import type { Run } from '../daemon/run.ts';`],
    ['a re-export of a higher floor', `export { run } from '../daemon/run.ts';`],
    ['a dynamic import of a higher floor', `const run = await import('../daemon/run.ts');`],
    ['an inline type of a higher floor', `type Run = import('../daemon/run.ts').Run;`],
    ['the sandbox', `import { sandbox } from '../sandbox/sandbox.ts';`],
    ['a test', `import { it } from '../../test/support/servers.ts';`],
  ])('forbid %s', (_, text) => {
    expect(plan(`\n${text}`)).toEqual(['src/plan/a.ts:2']);
  });

  it('allow the own room, a lower floor, packages and the package file', () => {
    const own = `import { b } from './b.ts'; import about from '../../package.json';`;
    const lower = `import { at } from '../time/timeline.ts'; import { z } from 'zod';`;
    expect(plan(own + lower)).toEqual([]);
  });

  it('keep rooms of one floor apart', () => {
    const store = inFile('src/store/a.ts', floors);
    expect(store(`import { queue } from '../queue/queue.ts';`)).toHaveLength(1);
  });

  it('let the sandbox import nothing of the rest, and only the command line import it', () => {
    expect(sandbox(`import { at } from '../time/timeline.ts';`)).toHaveLength(1);
    expect(sandbox(`import { b } from './b.ts'; import fastify from 'fastify';`)).toEqual([]);
    const cli = inFile('src/cli/a.ts', floors);
    expect(cli(`import { sandbox } from '../sandbox/sandbox.ts';`)).toEqual([]);
  });

  it('know every room', () => {
    expect(places(floors, { 'src/cellar/a.ts': '' })).toEqual(['src/cellar/a.ts:1']);
    expect(places(floors, { 'src/a.ts': '' })).toEqual(['src/a.ts:1']);
  });
});

describe('one door', () => {
  it('is for one file, subpaths and types included', () => {
    const files = {
      'src/store/a.ts': `import pg from 'pg';`,
      'src/store/b.ts': `import type { Pool } from 'pg';`,
      'src/store/c.ts': `import { live } from '@electric-sql/pglite/live';`,
      'src/store/d.ts': `import { PGlite } from '@electric-sql/pglite';`,
    };
    expect(places(oneDoor, files)).toEqual(['src/store/b.ts:1', 'src/store/d.ts:1']);
  });

  it('is in the rooms that need one', () => {
    const files = {
      'src/queue/a.ts': `import pg from 'pg';`,
      'src/store/a.ts': `import pg from 'pg';`,
      'src/daemon/a.ts': `import pg from 'pg';`,
    };
    expect(places(oneDoor, files)).toEqual(['src/daemon/a.ts:1']);
  });

  it('does not count tests, nor packages that are everywhere or only sound alike', () => {
    const files = {
      'src/store/a.ts': `import pg from 'pg'; import { z } from 'zod';`,
      'src/store/b.ts': `import { z } from 'zod'; import x from 'pg-boss';`,
      'test/store/a.test.ts': `import pg from 'pg';`,
    };
    expect(places(oneDoor, files)).toEqual([]);
  });
});

describe('clock and chance', () => {
  const plan = inFile('src/plan/a.ts', clockAndChance);

  it.each([
    'Date.now()',
    'const clock = { now: Date.now }',
    'new Date()',
    'Date()',
    'Math.random()',
    'performance.now()',
    'crypto.randomUUID()',
    `import { randomUUID } from 'node:crypto'`,
  ])('forbid %s', (text) => {
    expect(plan(`\n\n${text};`).every((place) => place === 'src/plan/a.ts:3')).toBe(true);
    expect(plan(text)).not.toEqual([]);
  });

  it.each([
    'new Date(instant).toISOString()',
    'Date.UTC(2026, 0, 1)',
    'Math.round(random())',
    'const text = "Date.now()"; // Date.now()',
    'clock.now()',
  ])('allow %s', (text) => {
    expect(plan(text)).toEqual([]);
  });

  it('are at home in the clock files, and free in tests', () => {
    expect(inFile('src/cli/clock.ts', clockAndChance)('Date.now()')).toEqual([]);
    expect(inFile('src/sandbox/clock.ts', clockAndChance)('Date.now()')).toEqual([]);
    expect(inFile('test/plan/a.test.ts', clockAndChance)('Date.now()')).toEqual([]);
    expect(inFile('src/cli/main.ts', clockAndChance)('Date.now()')).toHaveLength(1);
  });
});

describe('surroundings', () => {
  const daemon = inFile('src/daemon/a.ts', surroundings);

  it.each([
    'process.env.HOME',
    `process['env']`,
    'process.exit(1)',
    'console.log(1)',
    `import { env } from 'node:process'`,
  ])('are out of reach: %s', (text) => {
    expect(daemon(text)).toEqual(['src/daemon/a.ts:1']);
  });

  it('may be watched, and are open to the command line', () => {
    expect(daemon(`process.on('SIGHUP', reload); process.pid;`)).toEqual([]);
    expect(inFile('src/cli/a.ts', surroundings)('process.exit(1); console.log(1);')).toEqual([]);
  });
});

describe('sizes', () => {
  const plan = inFile('src/plan/a.ts', sizes);
  const test = inFile('test/plan/a.test.ts', sizes);
  const functionOf = (count: number) => `function f() {\n${lines(count - 2)}}\n`;

  it('limit a file to 300 lines, a file of tests to 500', () => {
    expect(plan(lines(300))).toEqual([]);
    expect(plan(lines(301))).toEqual(['src/plan/a.ts:301']);
    expect(test(lines(500))).toEqual([]);
    expect(test(lines(501))).toEqual(['test/plan/a.test.ts:501']);
  });

  it('limit a function to 70 lines, but not a list of tests', () => {
    expect(plan(functionOf(70))).toEqual([]);
    expect(plan(`\n${functionOf(71)}`)).toEqual(['src/plan/a.ts:2']);
    expect(plan(`class A { m() {\n${lines(70)}} }`)).toEqual(['src/plan/a.ts:1']);
    expect(test(`describe('x', () => {\n${lines(80)}});`)).toEqual([]);
  });

  it('count the functions that a factory names by themselves', () => {
    const factory = (text: string) => `function create() {\n${text}}\n`;
    const closure = `const run = () => {\n${lines(60)}};\n`;
    expect(plan(factory(functionOf(60) + closure))).toEqual([]);
    expect(plan(factory(functionOf(71)))).toEqual(['src/plan/a.ts:2']);
    expect(plan(factory(`list.map(() => {\n${lines(80)}});\n`))).toHaveLength(2);
  });

  it('limit a line to 100 columns, counted as people see them', () => {
    expect(plan(`// ${'é'.repeat(97)}`)).toEqual([]);
    expect(plan(`// ${'😀'.repeat(97)}\n`)).toEqual([]);
    expect(plan(`\n// ${'é'.repeat(98)}`)).toEqual(['src/plan/a.ts:2']);
    expect(places(sizes, { 'docs/a.md': 'x'.repeat(200) })).toEqual([]);
  });
});

describe('names', () => {
  it.each([
    'src/plan/utils.ts',
    'src/plan/string-utils.ts',
    'src/plan/index.ts',
    'src/plan/types.ts',
    'src/common/clock.ts',
    'src/plan/retryCurve.ts',
    'src/store/migrations/0001_journal.sql',
  ])('refuse %s', (path) => {
    expect(places(names, { [path]: '' })).toEqual([`${path}:1`]);
  });

  it.each([
    'src/plan/retry-curve.ts',
    'src/store/migrations/0001-journal.sql',
    'test/plan/retry-curve.test.ts',
    'vitest.tidy.config.ts',
    'CHANGELOG.md',
    'test/policy/bad/Tab Indented.yaml',
  ])('accept %s', (path) => {
    expect(places(names, { [path]: '' })).toEqual([]);
  });
});

describe('exports', () => {
  it('have names, but for configuration files', () => {
    expect(inFile('src/plan/a.ts', exportShapes)('export default 1;')).toHaveLength(1);
    expect(inFile('src/plan/a.ts', exportShapes)(`export * from './b.ts';`)).toHaveLength(1);
    expect(inFile('src/plan/a.ts', exportShapes)('export const a = 1;')).toEqual([]);
    expect(inFile('vitest.config.ts', exportShapes)('export default 1;')).toEqual([]);
  });

  it.each([
    'export const { a } = x;',
    'export function a() {}',
    'export class a {}',
    'export interface a {}',
    'const a = 1; export { a };',
    'const b = 1; export { b as a };',
  ])('are used by somebody: %s', (text) => {
    const user = (importing: string) => ({ 'src/plan/a.ts': text, 'src/plan/b.ts': importing });
    expect(places(unusedExports, user(''))).toEqual(['src/plan/a.ts:1']);
    expect(places(unusedExports, user(`import { z } from './a.ts';`))).toEqual(['src/plan/a.ts:1']);
    expect(places(unusedExports, user(`import { a as z } from './a.ts';`))).toEqual([]);
    expect(places(unusedExports, user(`import * as all from './a.ts';`))).toEqual([]);
    expect(places(unusedExports, user(`type A = import('./a.ts').a;`))).toEqual([]);
  });

  it('may be there for the test of the thing', () => {
    const files = {
      'src/plan/a.ts': 'export const a = 1;',
      'test/plan/a.test.ts': `import { a } from '../../src/plan/a.ts';`,
    };
    expect(places(unusedExports, files)).toEqual([]);
  });

  it('may name the parts of a signature', () => {
    const files = {
      'src/plan/a.ts': 'export interface Part {} export function whole(): Part[] { return []; }',
      'src/plan/b.ts': `import { whole } from './a.ts';`,
    };
    expect(places(unusedExports, files)).toEqual([]);
  });
});

describe('files', () => {
  it('are imported by the product, not only by a test', () => {
    const test = { 'test/plan/a.test.ts': `import { a } from '../../src/plan/a.ts';` };
    const file = { 'src/plan/a.ts': '' };
    expect(places(unusedFiles, { ...file, ...test })).toEqual(['src/plan/a.ts:1']);
    const main = { 'src/cli/main.ts': `import { a } from '../plan/a.ts';` };
    expect(places(unusedFiles, { ...file, ...main })).toEqual([]);
  });

  it('may be started as a worker', () => {
    const files = {
      'src/cli/main.ts': `new Worker(new URL('../store/pglite-worker.js', import.meta.url));`,
      'src/store/pglite-worker.js': '',
    };
    expect(places(unusedFiles, files)).toEqual([]);
  });
});

describe('language', () => {
  const plan = inFile('src/plan/a.ts', erasableSyntax);

  it.each([
    'enum Colour { Red }',
    'const enum Colour { Red }',
    'namespace Colours { export const red = 1; }',
    'class A { constructor(private readonly colour: string) {} }',
    `import fs = require('node:fs');`,
    'const colour = <string>value;',
  ])('forbids %s', (text) => {
    expect(plan(text)).toEqual(['src/plan/a.ts:1']);
  });

  it.each([
    `declare module 'vitest' { interface ProvidedContext { url: string } }`,
    'declare global { interface Array<T> { last: T } }',
    'class A { readonly #colour: string; constructor(colour: string) { this.#colour = colour; } }',
    'const colour = value as string satisfies string;',
  ])('allows %s', (text) => {
    expect(plan(text)).toEqual([]);
  });

  it('is TypeScript in src, but for the worker', () => {
    expect(places(erasableSyntax, { 'src/plan/a.js': '' })).toHaveLength(1);
    expect(places(erasableSyntax, { 'src/store/pglite-worker.js': '' })).toEqual([]);
    expect(places(erasableSyntax, { 'scripts/copy-assets.js': '' })).toEqual([]);
  });
});

describe('problem codes', () => {
  const list = `export const problemCodes = {\n  'zone-unknown': 1,\n  'time-invalid': 2,\n};`;
  const good: Files = {
    'src/policy/problem-codes.ts': list,
    'docs/problems.md': '# Problems\n\n### `zone-unknown`\n\n| code |\n|---|\n| `time-invalid` |\n',
    'test/policy/a.test.ts': `codes('zone-unknown')`,
    'test/policy/bad/time-invalid.yaml': 'expect: [time-invalid]',
  };

  it('are in the manual and in a test', () => {
    expect(places(problemCodes, good)).toEqual([]);
    const place = ['src/policy/problem-codes.ts:2'];
    const manual = good['docs/problems.md']!.replace('zone-unknown', 'ask me about');
    expect(places(problemCodes, { ...good, 'docs/problems.md': manual })).toEqual(place);
    const other = { ...good, 'test/policy/a.test.ts': `codes('zone-unknown-alias')` };
    expect(places(problemCodes, other)).toEqual(place);
  });

  it('are not invented by the manual', () => {
    const manual = `${good['docs/problems.md']}\n## \`moon-phase\`\n`;
    const found = places(problemCodes, { ...good, 'docs/problems.md': manual });
    expect(found).toEqual(['docs/problems.md:9']);
  });
});

describe('tests', () => {
  const manners = inFile('test/plan/a.test.ts', testManners);

  it('have different names under the same heading', () => {
    const twice = `it('works', f);\nit.skipIf(x)('works', g);`;
    expect(manners(twice)).toEqual(['test/plan/a.test.ts:2']);
    const inside = (name: string) => `describe('${name}', () => { it('works', f); });`;
    expect(manners(inside('a') + inside('b'))).toEqual([]);
  });

  it.each(['it', 'test', 'describe'])('are not run alone: %s.only', (runner) => {
    expect(manners(`${runner}.only('works', f);`)).toHaveLength(1);
  });

  it.each([
    'await new Promise((resolve) => setTimeout(resolve, 500));',
    'await new Promise((done) => { setTimeout(() => done(), 5 * 60_000); });',
    'await delay(500);',
    'const SETTLE_MS = 500; await sleep(SETTLE_MS);',
    `import { setTimeout as rest } from 'node:timers/promises'; await rest(100);`,
  ])('do not sleep: %s', (text) => {
    expect(manners(text)).toHaveLength(1);
  });

  it.each([
    'await new Promise((resolve) => setTimeout(resolve, 0));',
    'await new Promise((resolve) => setTimeout(resolve, due - now));',
    'server.on("request", (_, answer) => setTimeout(() => answer.end(), 500));',
    'vi.advanceTimersByTime(500);',
    'await clock.sleep(500);',
  ])('may wait otherwise: %s', (text) => {
    expect(manners(text)).toEqual([]);
  });

  it('may let time pass in chaos, but not in its tests', () => {
    const text = 'await sleep(500);';
    expect(inFile('test/chaos/storm.ts', testManners)(text)).toEqual([]);
    expect(inFile('test/chaos/storm.test.ts', testManners)(text)).toHaveLength(1);
  });

  it('mock nothing of ours', () => {
    expect(manners(`vi.mock('../../src/plan/decide.ts');`)).toHaveLength(1);
    expect(manners(`vi.doMock(import('../../src/plan/decide.ts'));`)).toHaveLength(1);
    expect(manners(`vi.mock('node:os');`)).toEqual([]);
  });
});

describe('prose', () => {
  const paragraph = '// The room `plan` is pure: it decides what is wanted,\n// and says why.\n';

  it('introduces every room once', () => {
    const file = (text: string) => ({ 'src/plan/a.ts': text, 'src/plan/b.ts': '' });
    expect(places(roomParagraphs, file(paragraph))).toEqual([]);
    expect(places(roomParagraphs, file(`import 'x';\n${paragraph}`))).toEqual(['src/plan/a.ts:1']);
    expect(places(roomParagraphs, file('// The room `plan`.\n'))).toEqual(['src/plan/a.ts:1']);
    const both = { 'src/plan/a.ts': paragraph, 'src/plan/b.ts': paragraph };
    expect(places(roomParagraphs, both)).toEqual(['src/plan/b.ts:1']);
    const main = { 'src/cli/main.ts': `#!/usr/bin/env node\n${paragraph.replace('plan', 'cli')}` };
    expect(places(roomParagraphs, main)).toEqual([]);
  });

  it.each([
    ['no title', 'Text.\n'],
    ['a late title', '## Part\n\n# Title\n'],
    ['two titles', '# One\n\n# Two\n'],
  ])('does not accept %s in a document', (_, text) => {
    expect(places(markdownTitles, { 'docs/a.md': text })).toHaveLength(1);
  });

  it('names only files and folders that are there', () => {
    const about = (text: string) => ({ 'src/plan/decide.ts': '', 'docs/a.md': `# A\n${text}\n` });
    expect(places(documentPaths, about('`src/plan/decied.ts`'))).toEqual(['docs/a.md:2']);
    expect(places(documentPaths, about('`src/plan/decide.ts` `src/plan` `docs/`'))).toEqual([]);
    expect(places(documentPaths, about('`src/<room>/x.ts` `npm test -- test/x`'))).toEqual([]);
    expect(places(documentPaths, { 'CHANGELOG.md': '`src/gone.ts`' })).toEqual([]);
  });

  it('accepts one title, and comments in blocks of code', () => {
    const text = '# Title\n\n```sh\n# a comment\n```\n\n## Part\n';
    expect(places(markdownTitles, { 'docs/a.md': text })).toEqual([]);
  });
});
