import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileGlob, type Glob, isGlobFault } from '../../src/policy/glob.ts';

function compile(pattern: string): Glob {
  const glob = compileGlob(pattern);
  if (isGlobFault(glob)) throw new Error(`${pattern}: ${glob.message}`);
  return glob;
}

const matches = (pattern: string, text: string) => compile(pattern).matches(text);

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

describe('two globs', () => {
  const meet = (a: string, b: string) => {
    const there = compile(a).meets(compile(b));
    expect(compile(b).meets(compile(a))).toBe(there);
    return there;
  };

  it.each([
    ['Finance/*', '*Invoices'],
    ['Finance/*', 'finance/ap'],
    ['*', ''],
    ['a*', '*b'],
    ['a?c', '*b*'],
    ['{x,y}*', '*{z,y}'],
    ['[a-c]1', 'b?'],
    ['[ab]', '[cd]'],
  ])('%s and %s may mean the same text', (a, b) => {
    expect(meet(a, b)).toBe(true);
  });

  it.each([
    ['Finance/*', 'Sandbox/*'],
    ['*.test', '*.prod'],
    ['a', 'ab'],
    ['a?', 'a'],
    ['?', ''],
    ['[a-c]1', 'd?'],
    ['{x,y}a*', '{x,y}b*'],
    ['a*b', 'a*c'],
  ])('%s and %s never do', (a, b) => {
    expect(meet(a, b)).toBe(false);
  });

  it('meet exactly when some text matches both', () => {
    const pattern = fc
      .array(fc.constantFrom('a', 'b', '*', '?'), { maxLength: 4 })
      .map((parts) => parts.join(''));
    const letters = ['', 'a', 'b'];
    const texts = [...letters];
    // Two patterns of four parts that meet do so in a text of eight letters at most.
    for (let length = 2; length <= 8; length++) {
      const longest = texts.filter((text) => text.length === length - 1);
      texts.push(...longest.flatMap((text) => ['a', 'b'].map((letter) => text + letter)));
    }
    fc.assert(
      fc.property(pattern, pattern, (a, b) => {
        const [one, other] = [compile(a), compile(b)];
        const both = texts.some((text) => one.matches(text) && other.matches(text));
        expect(one.meets(other)).toBe(both);
      }),
    );
  });

  it('say what their texts begin with', () => {
    expect(compile('{Finance,Sales}/*').prefixes()).toEqual(['finance/', 'sales/']);
    expect(compile('\\*x?y').prefixes()).toEqual(['*x']);
    expect(compile('*').prefixes()).toEqual(['']);
  });
});
