import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { problemCodes } from '../../src/policy/problem-codes.ts';
import { isLongRun } from '../support/long-run.ts';
import { briefly, loadText, readFixtures } from './fixtures.ts';

const texts = [...readFixtures('good'), ...readFixtures('bad')]
  .map(({ text }) => text)
  .filter((text) => text.length < 5_000);

const numRuns = isLongRun ? 50_000 : 400;
/** Of CPU time: what a person who saves a file does not notice. */
const SOON_MS = 100;
const MEMORY_MAX_BYTES = 200 * 1024 * 1024;

const snippets = [
  ...['*a', '&a ', '<<: ', '{', '}', '[', ']', '- ', '? ', ': ', '\t', '\n', '\r', '"', "'", '#'],
  ...['|', '>', '!x ', '%', '---\n', '...\n', '\u0000', '\ufeff', '\ud800', '😀', '24:00', 'Mon'],
  ...['0', '-1', 'null', 'true', '1e999', '.nan', '99999999999999999999', ' '.repeat(80)],
  ...['__proto__: x\n', 'constructor: x\n', 'for 9999999999d', '0 0 30 2 *', 'Europe/Berlin'],
];

const mutation = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  cut: fc.nat({ max: 12 }),
  put: fc.oneof(fc.constantFrom(...snippets), fc.string({ unit: 'binary', maxLength: 4 })),
});

function mutate(text: string, { at, cut, put }: { at: number; cut: number; put: string }): string {
  const index = Math.floor(at * text.length);
  return text.slice(0, index) + put + text.slice(index + cut);
}

describe('a mutated policy file', () => {
  it('never throws, ends soon, and has problems that lie inside of it', () => {
    const cpuMs: number[] = [];
    const { heapUsed } = process.memoryUsage();
    fc.assert(
      fc.property(
        fc.constantFrom(...texts),
        fc.array(mutation, { minLength: 1, maxLength: 4 }),
        (text, mutations) => {
          const mutated = mutations.reduce(mutate, text);
          const before = process.cpuUsage();
          const { set, problems } = loadText(mutated);
          cpuMs.push(process.cpuUsage(before).user / 1_000);
          const lines = mutated.replace(/^\ufeff/, '').split('\n');
          for (const { file, line, column, code, severity } of problems) {
            expect(severity).toBe(problemCodes[code].severity);
            // Calendars have their own tests.
            if (file !== 'a.yaml') continue;
            expect(lines[line - 1]).toBeDefined();
            expect(column - 1).toBeLessThanOrEqual(lines[line - 1]!.length);
          }
          const hasErrors = problems.some(({ severity }) => severity === 'error');
          expect(set === undefined).toBe(hasErrors);
        },
      ),
      { numRuns },
    );
    // A limit for a hang; among many, only the collector of garbage and cold code may be slow.
    expect(Math.max(...cpuMs)).toBeLessThan(10_000);
    const slow = cpuMs.filter((ms) => ms > SOON_MS).length;
    if (isLongRun) expect(slow).toBeLessThanOrEqual(numRuns / 1_000);
    expect(process.memoryUsage().heapUsed - heapUsed).toBeLessThan(MEMORY_MAX_BYTES);
  }, 3_600_000);
});

const size = 300_000;
const repeat = (text: string) => text.repeat(size / text.length);

describe('a hostile file gets a problem, soon:', () => {
  it.each([
    ['open brackets', repeat('['), 'yaml-too-large'],
    ['open mappings', repeat('{a: '), 'yaml-too-large'],
    ['dashes in one line', repeat('- '), 'yaml-too-large'],
    ['question marks', repeat('? '), 'yaml-too-large'],
    ['colons in one line', repeat('a: '), 'yaml-too-large'],
    ['closing brackets', repeat(']'), 'yaml-syntax'],
    ['pairs of braces', repeat('{}'), 'yaml-syntax'],
    ['anchors', repeat('&a '), 'yaml-too-large'],
    ['tags', repeat('!a '), 'yaml-too-large'],
    ['documents', repeat('---\n'), 'yaml-syntax'],
    ['an open quote', `a: "${repeat('\n')}`, 'yaml-syntax'],
    ['a key many times', `version: 1\npolicies:\n${repeat('  a: 1\n')}`, 'key-duplicate'],
    [
      'many keys',
      Array.from({ length: 20_000 }, (_, key) => `k${key}: 1\n`).join(''),
      'field-unknown',
    ],
    ['a long zone', `version: 1\ntimezone: ${repeat('x')}\npolicies: {}\n`, 'zone-unknown'],
  ])('%s', (_, text, code) => {
    const start = process.hrtime.bigint();
    const { set, problems } = loadText(text);
    expect(Number(process.hrtime.bigint() - start) / 1e6).toBeLessThan(20_000);
    expect(set).toBeUndefined();
    expect(problems.map((problem) => problem.code)).toContain(code);
  });

  it('aliases of aliases of aliases, once', () => {
    const bomb = Array.from({ length: 30 }, (_, level) => {
      const aliases = level === 0 ? ['x'] : Array(9).fill(`*a${level - 1}`);
      return `a${level}: &a${level} [${aliases.join(', ')}]\n`;
    });
    expect(briefly(loadText(bomb.join('')))).toEqual(['6:40 error yaml-too-large']);
  });
});
