import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renderTable } from '../../src/cli/table.ts';
import { cut, plain, widthOf, wrap } from '../../src/cli/text-width.ts';

const layout = (columns: number) => ({ columns, paint: (_: unknown, text: string) => text });

describe('a table', () => {
  const rows = [
    { name: '請求書 → 倉庫', kind: 'model', note: '' },
    { name: 'Invoices', kind: 'bulk', note: '' },
  ];
  const table = (columns: number) =>
    renderTable(
      [
        { title: 'NAME', text: (row) => row.name, shrinksTo: 6 },
        { title: 'NOTE', text: (row) => row.note },
        { title: 'KIND', text: (row) => row.kind },
      ],
      rows,
      layout(columns),
    );

  it('aligns wide letters and leaves empty columns out', () => {
    expect(table(80)).toBe('NAME           KIND\n請求書 → 倉庫  model\nInvoices       bulk\n');
  });

  it('cuts what may be cut', () => {
    expect(table(14)).toBe('NAME     KIND\n請求書…  model\nInvoic…  bulk\n');
  });
});

describe('text for a terminal', () => {
  it('cannot hide an escape sequence, a line break or a change of direction', () => {
    expect(plain('a\u001b[31mb\nc\u202ed\u0007')).toBe('ab c d ');
  });

  it('counts what letters take', () => {
    expect(['abc', '請求', 'e\u0301', '👩‍💻', '✓'].map(widthOf)).toEqual([3, 4, 1, 2, 1]);
  });

  it('is never wider than asked, cut or wrapped, and wrapping loses no word', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        fc.integer({ min: 4, max: 30 }),
        (raw, columns) => {
          const text = plain(raw).trim();
          expect(widthOf(cut(text, columns))).toBeLessThanOrEqual(columns);
          const lines = wrap(text, columns);
          for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(columns);
          expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
        },
      ),
    );
  });
});
