import type { EntryType, JournalEntry } from '../plan/entry.ts';
import type { Wire } from '../web/wire.ts';
import { lengthOf } from './moment.ts';
import type { Paint, Tone } from './paint.ts';
import { plain } from './text-width.ts';

/** Gives the lines of the next entry; says the date when it changes. */
export type JournalLines = (entry: Wire<JournalEntry>) => readonly string[];

/** How an entry looks; the marks are one column wide everywhere. */
const LOOK_OF: Readonly<Record<EntryType, readonly [mark: string, tone: Tone]>> = {
  'daemon.started': ['●', 'calm'],
  'daemon.stopped': ['○', 'calm'],
  'policies.loaded': ['●', 'calm'],
  'policies.refused': ['!', 'bad'],
  'calendar.changed': ['●', 'calm'],
  'schedulers.changed': ['·', 'quiet'],
  'window.opened': ['▶', 'name'],
  'window.closed': ['■', 'name'],
  'window.missed': ['?', 'warn'],
  'window.quiet': ['·', 'calm'],
  'window.degraded': ['!', 'bad'],
  'sync.decided': ['·', 'plain'],
  'hold.opened': ['·', 'plain'],
  'hold.held': ['‖', 'warn'],
  'hold.handed-over': ['→', 'plain'],
  'hold.resuming': ['·', 'plain'],
  'hold.released': ['✓', 'good'],
  'hold.yielded': ['◆', 'name'],
  'hold.renewed': ['·', 'plain'],
  'hold.gone': ['×', 'warn'],
  'call.intended': ['·', 'quiet'],
  'call.answered': ['·', 'quiet'],
  'run.left': ['…', 'plain'],
  'run.waited': ['…', 'plain'],
  'sync.quiet': ['·', 'plain'],
  'person.asked': ['◆', 'name'],
  'journal.pruned': ['·', 'quiet'],
  'override.created': ['◆', 'name'],
  'override.revoked': ['◇', 'name'],
  'override.expiring': ['…', 'warn'],
  'override.expired': ['◇', 'plain'],
  'alert.raised': ['!', 'bad'],
  'alert.cleared': ['✓', 'good'],
};

// Below this a boundary was met on time, as far as people care.
const LATE_MS = 5_000;

/** Renders entries one after the other, in UTC. */
export function createJournalLines(paint: Paint): JournalLines {
  let day = '';
  return (entry) => {
    const [date, time] = entry.at!.split('T') as [string, string];
    const lines = date === day ? [] : [paint('strong', `${date} (UTC)`)];
    day = date;
    const clock = paint('quiet', time.slice(0, 8).replace('Z', ''));
    const [mark, tone] = LOOK_OF[entry.type] ?? ['·', 'plain'];
    const who = entry.syncName ?? entry.sync;
    const about = who === undefined ? '' : `${paint('strong', plain(who))} `;
    const head = `${clock} ${paint(tone, mark)} ${paint('quiet', entry.type.padEnd(18))}`;
    return [...lines, `${head} ${about}${plain(entry.reason)}${tailOf(entry, paint)}`];
  };
}

/** Who, under which key, to which answer, and how late. */
function tailOf({ actor, key, detail, latenessMs = 0 }: Wire<JournalEntry>, paint: Paint): string {
  const status = detail?.status;
  const facts = [
    ...(actor === 'curfew' ? [] : [`by ${actor}`]),
    ...(key === undefined ? [] : [`key ${key}`]),
    ...(typeof status === 'number' ? [`HTTP ${status}`] : []),
    ...(latenessMs >= LATE_MS ? [`${lengthOf(latenessMs)} late`] : []),
  ];
  return facts.length === 0 ? '' : paint('quiet', `  (${plain(facts.join(', '))})`);
}
