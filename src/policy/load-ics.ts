import { type Cursor, reportAt } from './cursor.ts';
import { type IcsCalendar, readIcs } from './ics-calendar.ts';
import { type IcsPlace, sourceName } from './ics-place.ts';
import type { IcsTexts } from './ics-texts.ts';
import type { ProblemLog } from './problem-log.ts';

/**
 * The iCalendar text of a calendar, read. What is wrong with having it is told where it is referred
 * to, what is wrong inside of it at its own lines.
 */
export function loadIcs(
  place: IcsPlace,
  at: Cursor,
  texts: IcsTexts,
  log: ProblemLog,
): IcsCalendar | undefined {
  const file = sourceName(place, at.placeOf(at.keyOffset).file);
  const found = texts.get(file) ?? { fault: `\`${file}\` was not read` };
  if ('fault' in found) {
    reportAt(at, { code: 'calendar-unreadable', message: found.fault, hint: found.hint });
    return undefined;
  }
  if (found.stale !== undefined) {
    reportAt(at, { code: 'calendar-stale', message: found.stale });
  }
  const ics = readIcs(found.text);
  if ('fault' in ics) {
    const { line, message } = ics.fault;
    log.add({ file, line, column: 1, path: '', code: 'calendar-invalid', message });
    return undefined;
  }
  for (const { line, message } of ics.refusals) {
    const hint = 'the other events of this calendar count';
    log.add({ file, line, column: 1, path: '', code: 'calendar-event-refused', message, hint });
  }
  if (ics.happenings.length === 0) {
    const why =
      ics.free === 0 ? '' : `: all ${ics.free} are cancelled, transparent or take no time`;
    reportAt(at, { code: 'calendar-empty', message: `this calendar has no events${why}` });
  }
  return ics;
}
