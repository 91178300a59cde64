import type { Explanation, NextState } from '../plan/explain.ts';
import type { State } from '../plan/stretches.ts';
import type { WaitedFor } from '../plan/waits-for.ts';
import type { Instant } from '../time/interval.ts';
import { minuteMs } from '../time/wall.ts';
import type { Wire } from '../web/wire.ts';
import { inUtc, inZone, lengthOf, relative } from './moment.ts';
import type { Paint, Tone } from './paint.ts';
import type { Layout } from './table.ts';
import { plain, wrap } from './text-width.ts';

/** Each state in the words of the command line, and its colour. */
const STATES: Readonly<Record<State, readonly [string, Tone]>> = {
  paused: ['paused', 'warn'],
  protected: ['protected', 'good'],
  baseline: ['left alone', 'calm'],
};

/** An explanation for people; times in the zone of who decides, and in UTC. */
export function explanationText(
  explanation: Wire<Explanation>,
  now: Instant,
  { paint, columns }: Layout,
): string {
  const { name, sync, state, since, until, next, otherwise, waitsFor = [] } = explanation;
  const zone = explanation.timezone ?? 'UTC';
  const at = Date.parse(explanation.at!);
  const [word, tone] = STATES[state];
  const utc = zone === 'UTC' ? '' : `  ${paint('quiet', inUtc(at))}`;
  const label = (text: string) => `  ${paint('quiet', text.padEnd(5))}  `;
  const moment = (text: string) => {
    const inZulu = zone === 'UTC' ? '' : `${inUtc(Date.parse(text))}, `;
    const apart = `${inZulu}${distance(Date.parse(text), at, now)}`;
    return `${inZone(Date.parse(text), zone)}  ${paint('quiet', apart)}`;
  };
  const others = [...explanation.because.slice(1), ...(otherwise === undefined ? [] : [otherwise])];
  return [
    `${paint('strong', plain(name))}  ${paint('quiet', sync)}`,
    `${paint(tone, word)} at ${inZone(at, zone)}${until == null ? ', for good' : ''}${utc}`,
    ...(since == null ? [] : [`${label('since')}${moment(since)}`]),
    ...(until == null ? [] : [`${label('until')}${moment(until)}`]),
    ...(next === undefined ? [] : [`${label('then')}${nextWords(next, paint)}`]),
    '',
    ...bullet(explanation.because[0] ?? '', paint(tone, '•'), columns),
    ...others.flatMap((sentence) => bullet(sentence, paint('quiet', '·'), columns)),
    ...waitsFor.flatMap((parent) => bullet(waitSentence(parent), paint('quiet', '…'), columns)),
    '',
  ].join('\n');
}

/** From the instant that was asked about, which need not be now. */
function distance(instant: Instant, at: Instant, now: Instant): string {
  if (Math.abs(at - now) < minuteMs) return relative(instant, now);
  return instant < at ? `${lengthOf(at - instant)} before` : `${lengthOf(instant - at)} after`;
}

function nextWords({ state, by }: Wire<NextState>, paint: Paint): string {
  const [word, tone] = STATES[state];
  return by === undefined ? paint(tone, word) : `${paint(tone, word)} by ${plain(by)}`;
}

function bullet(sentence: string, mark: string, columns: number): string[] {
  return wrap(plain(sentence), columns - 4).map((line, index) =>
    index === 0 ? `  ${mark} ${line}` : `    ${line}`,
  );
}

function waitSentence({ sync, name, state, active, by, until }: Wire<WaitedFor>): string {
  if (name === undefined) return `It waits for ${sync}, which the inventory does not have.`;
  if (state === 'paused') {
    const end = until == null ? 'for good' : `until ${inUtc(Date.parse(until))}`;
    return `It waits for ${name}, which ${by} pauses ${end}: until that runs, neither does this.`;
  }
  if (active === false) return `It waits for ${name}, which is not active.`;
  return `It waits for ${name}, which nothing pauses.`;
}
