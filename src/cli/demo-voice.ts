import type { Entry } from '../plan/entry.ts';
import { formatUtc } from '../time/instant.ts';
import type { Instant, Interval } from '../time/interval.ts';
import type { Verdict } from './demo-judge.ts';
import { OPENS_AFTER_MS, PERSON, QUIET, UPGRADE, WINDOW_MS } from './demo-script.ts';
import type { Stage, StagedSync } from './demo-stage.ts';
import { verdictLines } from './demo-verdict.ts';
import { inUtc, lengthOf } from './moment.ts';
import { createPaint, type Tone } from './paint.ts';
import type { Surroundings } from './surroundings.ts';
import { cut, plain, widthOf, wrap } from './text-width.ts';

/** Tells the story in the terminal, a line at a time. */
export interface Voice {
  opening(stage: Stage, syncs: readonly StagedSync[]): void;
  announce(window: Interval, apiUrl: string): void;
  /** The syncs that run just before the windows open. */
  runningNow(syncs: ReadonlySet<string>): void;
  entry(entry: Entry): void;
  person(sync: string): void;
  verdict(verdict: Verdict, isOver: boolean): void;
  say(text: string): void;
  /** What is being waited for, on a line of its own that the next one replaces; terminals only. */
  progress(text: string): void;
}

/** Longer lines are hard to read, however wide the terminal. */
const COLUMNS_MAX = 100;
const NAME_COLUMNS = 36;
/** The clock, the mark and the gaps before a name. */
const MARGIN = 13;

/** `23:47:05`, in UTC. */
function second(at: Instant): string {
  return formatUtc(Math.floor(at / 1_000) * 1_000).slice(11, 19);
}

/** Builds the voice; times are those of the clock on this wall, in UTC. */
export function createVoice({
  stdout,
  env,
  clock,
}: Pick<Surroundings, 'stdout' | 'env' | 'clock'>): Voice {
  const paint = createPaint(stdout, env);
  const columns = () => Math.min(stdout.columns, COLUMNS_MAX);
  let running: ReadonlySet<string> = new Set();
  const told = createTelling((sync) => running.has(sync));
  let isProgressShown = false;
  let isAfterBlank = false;

  function print(line: string): void {
    if (isProgressShown) stdout.write('\r\u001b[K');
    isProgressShown = false;
    isAfterBlank = line === '';
    stdout.write(`${line}\n`);
  }

  function blank(): void {
    if (!isAfterBlank) print('');
  }

  function paragraph(text: string, tone: Tone = 'plain'): void {
    for (const line of wrap(text, columns() - 2)) print(`  ${paint(tone, line)}`);
  }

  function heading(at: Instant, mark: string, title: string, text: string): void {
    blank();
    const clockText = paint('quiet', second(at));
    const indent = MARGIN + widthOf(title) + 2;
    const [first = '', ...rest] = wrap(text, Math.max(columns() - indent, 20));
    print(`  ${clockText} ${paint('name', mark)} ${paint('strong', title)}  ${first}`);
    for (const line of rest) print(' '.repeat(indent) + line);
  }

  function event(at: Instant, mark: string, tone: Tone, name: string, text: string): void {
    const clockText = paint('quiet', second(at));
    const shown = cut(plain(name), NAME_COLUMNS);
    const padding = ' '.repeat(NAME_COLUMNS - widthOf(shown));
    const lines = wrap(plain(text), columns() - MARGIN - NAME_COLUMNS - 2);
    for (const [index, line] of lines.entries()) {
      const head =
        index === 0
          ? `  ${clockText} ${paint(tone, mark)} ${shown}${padding}  `
          : ' '.repeat(MARGIN + NAME_COLUMNS + 2);
      print(head + paint(tone, line));
    }
  }

  return {
    opening(stage, syncs) {
      const running = syncs.filter((sync) => sync.running !== null).length;
      const paused = syncs.filter((sync) => !sync.active);
      blank();
      print(
        `  ${paint('strong', 'Curfew')} ${paint('quiet', '· a demonstration on this machine')}`,
      );
      blank();
      const names = paused.map(({ name, updated_by }) => `${name} (by ${updated_by})`).join(', ');
      paragraph(
        `${stage.organization} has ${syncs.length} syncs; ${running} of them run right now, and ` +
          `${paused.length === 1 ? 'one is' : `${paused.length} are`} paused already: ${names}.`,
      );
      if (stage.leftOut.length > 0) {
        paragraph(
          `Of the shipped policies ${stage.leftOut.join(' and ')} would pause some of them right ` +
            'now, and is left out for this show.',
          'quiet',
        );
      }
      blank();
    },
    announce(window, apiUrl) {
      blank();
      paragraph(
        `Two policies were just added: ${UPGRADE} pauses all that touches Snowflake and cancels ` +
          `what runs; ${QUIET} pauses Marketing and lets runs finish. Both windows open at ` +
          `${second(window.start)} UTC, in ${lengthOf(OPENS_AFTER_MS)}, for ` +
          `${lengthOf(WINDOW_MS)}.`,
      );
      blank();
      paragraph('Look around meanwhile, from another terminal:', 'quiet');
      const address = apiUrl.replace('http://', '');
      print(paint('quiet', `    CURFEW_LISTEN=${address} npx curfew status`));
    },
    runningNow(syncs) {
      running = syncs;
    },
    entry(entry) {
      const line = told(entry);
      if (line === undefined) return;
      if (line.kind === 'heading') heading(entry.at, line.mark, line.title, line.text);
      else event(entry.at, line.mark, line.tone, line.name, line.text);
    },
    person(sync) {
      const text = 'activates it in Polytomic, in the middle of the window';
      event(clock.now(), '◆', 'name', sync, `${PERSON} ${text}`);
    },
    verdict(verdict, isOver) {
      blank();
      for (const { tone, text } of verdictLines(verdict)) paragraph(text, tone);
      if (!isOver) blank();
      if (!isOver) paragraph('Curfew goes on until Ctrl-C; nothing is kept.', 'quiet');
    },
    say: (text) => paragraph(text),
    progress(text) {
      if (!stdout.isTerminal) return;
      stdout.write(`\r\u001b[K  ${paint('quiet', cut(text, columns() - 3))}`);
      isProgressShown = true;
    },
  };
}

type Line =
  | {
      readonly kind: 'heading';
      readonly mark: string;
      readonly title: string;
      readonly text: string;
    }
  | {
      readonly kind: 'event';
      readonly mark: string;
      readonly tone: Tone;
      readonly name: string;
      readonly text: string;
    };

/**
 * Picks the entries that make the story, and words them. It remembers who was paused before and
 * what was cancelled.
 */
function createTelling(
  ranAtOpening: (sync: string) => boolean,
): (entry: Entry) => Line | undefined {
  const pausedBefore = new Set<string>();
  const cancelled = new Set<string>();
  return (entry) => {
    const { type, syncName, sync = '', policy, reason, detail } = entry;
    const event = (mark: string, tone: Tone, text: string): Line => ({
      kind: 'event',
      mark,
      tone,
      name: syncName ?? sync,
      text,
    });
    switch (type) {
      case 'window.opened':
      case 'window.closed': {
        const mark = type === 'window.opened' ? '▶' : '■';
        const text = type === 'window.opened' ? openedWords(entry) : 'closes';
        return { kind: 'heading', mark, title: policy ?? '', text };
      }
      case 'hold.opened':
        if (entry.before !== 'inactive') return undefined;
        pausedBefore.add(sync);
        return event('·', 'quiet', 'was paused already; left as it is');
      case 'hold.held': {
        // Deactivating a bulk sync also cancels what it runs.
        const isCut = sync.startsWith('bulk:') && ranAtOpening(sync);
        return event('‖', 'warn', isCut ? 'paused, and its run cancelled with it' : 'paused');
      }
      case 'hold.handed-over':
        return event('→', 'plain', `stays paused, for ${holderWords(entry.after)} now`);
      case 'run.left':
        return event('…', 'calm', 'its running execution is left to finish');
      case 'run.waited':
        return event('…', 'calm', 'its running execution finishes first');
      case 'call.answered':
        if (detail?.action === 'cancel' && detail.outcome === 'ok') cancelled.add(sync);
        return undefined;
      case 'sync.quiet':
        if (!cancelled.delete(sync)) return undefined;
        return event('×', 'warn', 'its running execution was cancelled');
      case 'hold.yielded':
        return event('◆', 'name', `${detail?.person ?? 'a person'} wins: not paused again`);
      case 'hold.released':
        if (pausedBefore.has(sync)) return event('·', 'quiet', 'stays paused, as a person left it');
        return entry.before === 'yielded'
          ? event('✓', 'good', 'stays active, as a person wanted')
          : event('✓', 'good', 'active again');
      case 'alert.raised':
        return event('!', 'bad', reason);
      default:
        return undefined;
    }
  };
}

/** An override is known to its people by what it says; its number means nothing to others. */
function holderWords(cause = ''): string {
  return cause.startsWith('override:') ? 'a person' : cause;
}

function openedWords({ at, occurrence }: Entry): string {
  const end = occurrence?.end ?? Infinity;
  return Number.isFinite(end) ? `opens, until ${inUtc(end, at)}` : 'opens, for good';
}
