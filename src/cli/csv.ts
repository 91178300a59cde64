// What a spreadsheet takes for the beginning of a formula; OWASP's list ("CSV Injection"), with the
// wide forms that some programs read as the plain ones.
const FORMULA = /^[=+\-@\t\r\n\uff0b\uff0d\uff1d\uff20]/;

const SPECIAL = /[",\r\n]/;

/**
 * One line of CSV (RFC 4180), with its line break. A text that a spreadsheet would take for a
 * formula gets an apostrophe in front, which makes it text; numbers are left as they are.
 */
export function csvLine(cells: readonly (string | number | undefined)[]): string {
  return `${cells.map(cellOf).join(',')}\r\n`;
}

function cellOf(cell: string | number | undefined): string {
  if (cell === undefined) return '';
  if (typeof cell === 'number') return String(cell);
  const safe = FORMULA.test(cell) ? `'${cell}` : cell;
  return SPECIAL.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
