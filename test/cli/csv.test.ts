import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { csvLine } from '../../src/cli/csv.ts';

describe('a line of CSV', () => {
  test('is what RFC 4180 says', () => {
    expect(csvLine(['a', 'b c', 7, undefined, ''])).toBe('a,b c,7,,\r\n');
    expect(csvLine(['a,b', 'say "hi"', 'one\ntwo', 'one\r\ntwo'])).toBe(
      '"a,b","say ""hi""","one\ntwo","one\r\ntwo"\r\n',
    );
  });

  test.each([
    '=1+1',
    '+1',
    '-1',
    '@SUM(A1)',
    '\tx',
    '\rx',
    '\nx',
    '＝1+1',
    '=HYPERLINK("https://evil.example","x")',
  ])('never begins a text with a formula: %j', (text) => {
    const [cell] = read(csvLine([text]))[0]!;
    expect(cell).toBe(`'${text}`);
  });

  test('leaves numbers alone, negative ones too', () => {
    expect(csvLine([-5, 0, 1e21])).toBe('-5,0,1e+21\r\n');
  });

  test('comes back as it was from a reader that knows nothing of us', () => {
    const cell = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('"', ',', '\r\n', '=x'));
    fc.assert(
      fc.property(fc.array(fc.array(cell, { minLength: 2 }), { minLength: 1 }), (rows) => {
        const text = rows.map(csvLine).join('');
        const isFormula = (sent: string) => sent !== '' && '=+-@\t\r\n＋－＝＠'.includes(sent[0]!);
        const wanted = rows.map((row) => row.map((sent) => (isFormula(sent) ? `'${sent}` : sent)));
        expect(read(text)).toEqual(wanted);
      }),
      { numRuns: 1_000 },
    );
  });
});

/** Reads CSV a letter at a time, as slowly and obviously as RFC 4180 describes it. */
function read(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = '';
  let isQuoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const letter = text[at]!;
    if (isQuoted) {
      if (letter !== '"') cell += letter;
      else if (text[at + 1] === '"') {
        cell += '"';
        at += 1;
      } else isQuoted = false;
    } else if (letter === '"') isQuoted = true;
    else if (letter === ',') {
      row.push(cell);
      cell = '';
    } else if (letter === '\r' && text[at + 1] === '\n') {
      rows.push([...row, cell]);
      row = [];
      cell = '';
      at += 1;
    } else cell += letter;
  }
  return rows;
}
