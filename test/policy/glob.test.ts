import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileGlob, isGlobFault } from '../../src/policy/glob.ts';

function matches(pattern: string, text: string): boolean {
  const glob = compileGlob(pattern);
  if (isGlobFault(glob)) throw new Error(`${pattern}: ${glob.message}`);
  return glob.matches(text);
}

describe('a glob', () => {
  it.each([
    ['Finance/*', 'Finance/Invoices'],
    ['Finance/*', 'finance/AP/Invoices'],
    ['*', ''],
    ['a*b*c', 'aXbXbXc'],
    ['?at', 'cat'],
    ['?at', '😀at'],
    ['[bc]at', 'CAT'],
    ['[a-c]at', 'bat'],
    ['[!a-c]at', 'rat'],
    ['[a-]', '-'],
    ['{Snowflake,BigQuery} prod', 'bigquery prod'],
    ['{a,b{c,d}}*', 'bdx'],
    ['{,x}y', 'y'],
    ['\\*', '*'],
    ['\\{a,b}', '{a,b}'],
    ['a,b}', 'a,b}'],
    ['straße', 'STRAßE'],
    ['caf\u00e9', 'cafe\u0301'],
    ['*.*', 'a.b'],
  ])('%s matches %s', (pattern, text) => {
    expect(matches(pattern, text)).toBe(true);
  });

  it.each([
    ['Finance/*', 'Sandbox/Finance/x'],
    ['?', ''],
    ['?', 'ab'],
    ['[!a]', 'a'],
    ['a.c', 'abc'],
    ['{a,b}', 'ab'],
    ['a*b', 'abc'],
    ['', 'a'],
    ['\\*', 'x'],
  ])('%s does not match %s', (pattern, text) => {
    expect(matches(pattern, text)).toBe(false);
  });

  it.each([
    ['a[bc', 1, /never closed/],
    ['x{a,b', 1, /never closed/],
    ['x{a,{b}', 1, /never closed/],
    ['[]', 0, /nothing stands between/],
    ['[!]', 0, /nothing stands between/],
    ['ab\\', 2, /nothing follows/],
    ['{a,b}'.repeat(7), 30, /alternatives/],
  ])('%s is refused at character %i', (pattern, index, message) => {
    const glob = compileGlob(pattern);
    expect(isGlobFault(glob) && glob.index).toBe(index);
    expect(isGlobFault(glob) && glob.message).toMatch(message);
  });

  it('agrees with a regular expression on every pattern of stars and letters', () => {
    const pattern = fc.array(fc.constantFrom('a', 'b', '*', '?'), { maxLength: 8 });
    const text = fc.array(fc.constantFrom('a', 'b'), { maxLength: 10 });
    fc.assert(
      fc.property(pattern, text, (parts, letters) => {
        const source = parts.join('').replace(/\*/g, '.*').replace(/\?/g, '.');
        const expected = new RegExp(`^${source}$`).test(letters.join(''));
        expect(matches(parts.join(''), letters.join(''))).toBe(expected);
      }),
    );
  });

  it('stays quick where a regular expression would take for ever', () => {
    const pattern = `${'*a'.repeat(200)}b`;
    const start = process.hrtime.bigint();
    expect(matches(pattern, 'a'.repeat(2_000))).toBe(false);
    expect(Number(process.hrtime.bigint() - start) / 1e6).toBeLessThan(1_000);
  });

  it('never throws, whatever the pattern and the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (pattern, text) => {
        const glob = compileGlob(pattern);
        if (!isGlobFault(glob)) glob.matches(text);
      }),
    );
  });
});
