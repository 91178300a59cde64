import type { LogRecord } from '../daemon/log.ts';
import type { Paint, Tone } from './paint.ts';
import { plain } from './text-width.ts';

const LEVELS: Readonly<Record<number, readonly [string, Tone]>> = {
  10: ['trace', 'quiet'],
  20: ['debug', 'quiet'],
  30: ['info', 'calm'],
  40: ['warn', 'warn'],
  50: ['error', 'bad'],
  60: ['fatal', 'bad'],
};

/** A record of the log as one line for a terminal; of an error also its stack. */
export function logLine({ level, time, msg, err, ...fields }: LogRecord, paint: Paint): string {
  const [name, tone] = LEVELS[level] ?? [String(level), 'plain'];
  const clock = new Date(time).toISOString().slice(11, 19);
  const rest = Object.entries(fields)
    .filter(([, value]) => value !== undefined && value !== null)
    .map(([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
  const head = `${paint('quiet', `${clock}Z`)} ${paint(tone, name.padEnd(5))} ${plain(msg ?? '')}`;
  const tail = rest.length === 0 ? '' : paint('quiet', `  ${plain(rest.join(' '))}`);
  return `${head}${tail}${errorOf(err, paint)}`;
}

function errorOf(err: unknown, paint: Paint): string {
  if (typeof err !== 'object' || err === null) return '';
  const { stack, message } = err as { stack?: string; message?: string };
  const lines = (stack ?? message ?? '').split('\n').map((line) => `\n    ${plain(line)}`);
  return paint('quiet', lines.join(''));
}
