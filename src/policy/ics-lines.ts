// The content lines of an iCalendar text (RFC 5545 3.1) that calendars are made of: those of its
// events that say when they are. Everything else is passed over, so that a hostile or odd line
// somewhere else neither costs time nor takes the good events with it.

/** One content line, unfolded. */
export interface IcsLine {
  /** In capitals: `DTSTART`. */
  readonly name: string;
  readonly text: string;
  /** Where it begins in the file, from 1. */
  readonly line: number;
}

/** An event as written. */
export interface IcsBlock {
  readonly line: number;
  readonly lines: readonly IcsLine[];
}

/** The events of a text, or why it is no calendar and in which line. */
export type IcsBlocks =
  | { readonly blocks: readonly IcsBlock[] }
  | { readonly fault: { readonly line: number; readonly message: string } };

const names: ReadonlySet<string> = new Set([
  'UID',
  'SEQUENCE',
  'STATUS',
  'TRANSP',
  'SUMMARY',
  'DTSTART',
  'DTEND',
  'DURATION',
  'RRULE',
  'EXRULE',
  'RDATE',
  'EXDATE',
  'RECURRENCE-ID',
]);

/** Years of a busy company; beyond it something else than a calendar was named. */
const blocksMax = 20_000;
/** Calendar, event and alarm are three. */
const depthMax = 10;

/** Finds the events of an iCalendar text; takes time in proportion to its length. */
export function findIcsBlocks(text: string): IcsBlocks {
  const nul = text.indexOf('\0');
  if (nul >= 0) {
    const line = text.slice(0, nul).split('\n').length;
    return { fault: { line, message: 'the character U+0000 may not stand in a calendar' } };
  }
  const blocks: IcsBlock[] = [];
  const open: string[] = [];
  let lines: IcsLine[] = [];
  let blockLine = 0;
  let isEmpty = true;
  for (const { name, text: written, line } of unfold(text)) {
    const fault = (message: string) => ({ fault: { line, message } });
    const component = written
      .slice(name.length + 1)
      .trim()
      .toUpperCase();
    if (name === 'BEGIN') {
      if (open.length === 0 && component !== 'VCALENDAR') return fault(noCalendar);
      if (open.length === depthMax) return fault('its parts are nested too deeply');
      open.push(component);
      isEmpty = false;
      if (component === 'VEVENT') [lines, blockLine] = [[], line];
    } else if (name === 'END') {
      if (open.pop() !== component) return fault(`\`END:${component}\` ends nothing here`);
      if (component !== 'VEVENT') continue;
      if (blocks.length === blocksMax) return fault(`it has more than ${blocksMax} events`);
      blocks.push({ line: blockLine, lines });
    } else if (open.length === 0) {
      if (written.trim() !== '') return fault(noCalendar);
    } else if (open.at(-1) === 'VEVENT' && names.has(name)) {
      lines.push({ name, text: written, line });
    }
  }
  if (isEmpty) return { fault: { line: 1, message: noCalendar } };
  if (open.length === 0) return { blocks };
  const line = text.trimEnd().split('\n').length;
  return { fault: { line, message: `it ends in the middle: \`END:${open.at(-1)}\` is missing` } };
}

const noCalendar = 'this is no iCalendar text, which begins with `BEGIN:VCALENDAR`';

/** Content lines; one that begins with a space goes on where the one before it ended. */
function* unfold(text: string): Iterable<IcsLine> {
  let parts: string[] = [];
  let begin = 1;
  let line = 1;
  for (let at = text.startsWith('\ufeff') ? 1 : 0; at <= text.length; line++) {
    const newline = text.indexOf('\n', at);
    const end = newline < 0 ? text.length : newline;
    const physical = text.slice(at, text[end - 1] === '\r' && end > at ? end - 1 : end);
    at = end + 1;
    if (/^[ \t]/.test(physical) && parts.length > 0) {
      parts.push(physical.slice(1));
      continue;
    }
    if (parts.length > 0) yield contentLine(parts, begin);
    [parts, begin] = [[physical], line];
  }
  yield contentLine(parts, begin);
}

function contentLine(parts: readonly string[], line: number): IcsLine {
  const text = parts.join('');
  const name = /^[\w-]*/.exec(text)![0].toUpperCase();
  return { name, text, line };
}
