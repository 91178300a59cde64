import type { Paint, Tone } from './paint.ts';
import { cut, plain, widthOf } from './text-width.ts';

/** A column; `text` of a row is made safe and cut, then painted. */
export interface Column<Row> {
  readonly title: string;
  readonly text: (row: Row) => string;
  readonly tone?: (row: Row) => Tone;
  readonly align?: 'right';
  /** May be made narrower, down to this, when the table is too wide. The others never are. */
  readonly shrinksTo?: number;
}

/** How, and in how many columns of a terminal. */
export interface Layout {
  readonly paint: Paint;
  readonly columns: number;
}

const GAP = '  ';

/** A table with aligned columns; empty columns are left out. Lines end without spaces. */
export function renderTable<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  layout: Layout,
): string {
  const used = columns.filter((column) => rows.some((row) => plain(column.text(row)) !== ''));
  const cells = rows.map((row) => used.map((column) => plain(column.text(row))));
  const widths = used.map(({ title }, index) =>
    Math.max(...cells.map((line) => widthOf(line[index]!)), widthOf(title)),
  );
  shrink(used, widths, layout.columns);
  const line = (texts: readonly string[], toneOf: (column: Column<Row>) => Tone) =>
    used
      .map((column, index) => {
        const shown = cut(texts[index]!, widths[index]!);
        const padding = ' '.repeat(widths[index]! - widthOf(shown));
        const painted = layout.paint(toneOf(column), shown);
        return column.align === 'right' ? padding + painted : painted + padding;
      })
      .join(GAP)
      .trimEnd();
  const header = line(
    used.map((column) => column.title),
    () => 'quiet',
  );
  const body = rows.map((row, index) =>
    line(cells[index]!, (column) => column.tone?.(row) ?? 'plain'),
  );
  return [header, ...body, ''].join('\n');
}

/** Takes what is too much from the last column that can shrink, then from the one before it. */
function shrink<Row>(columns: readonly Column<Row>[], widths: number[], most: number): void {
  const gaps = GAP.length * (widths.length - 1);
  let excess = widths.reduce((sum, width) => sum + width, gaps) - most;
  for (let index = columns.length - 1; index >= 0 && excess > 0; index -= 1) {
    const least = columns[index]!.shrinksTo ?? Infinity;
    const taken = Math.min(excess, Math.max(widths[index]! - least, 0));
    widths[index]! -= taken;
    excess -= taken;
  }
}
