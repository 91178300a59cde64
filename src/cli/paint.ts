import { styleText } from 'node:util';
import type { Environment } from '../daemon/config.ts';
import type { Output } from './surroundings.ts';

/** How something is meant; the colour follows from that. */
export type Tone = 'strong' | 'quiet' | 'good' | 'bad' | 'warn' | 'calm' | 'name' | 'plain';

/** Paints a text in a tone, or leaves it as it is where colour is not wanted. */
export type Paint = (tone: Tone, text: string) => string;

const STYLE_OF = {
  strong: ['bold'],
  quiet: ['dim'],
  good: ['green'],
  bad: ['red', 'bold'],
  warn: ['yellow'],
  calm: ['blue'],
  name: ['cyan'],
  plain: [],
} as const satisfies Record<Tone, readonly string[]>;

/**
 * Colour is for terminals. `NO_COLOR` (no-color.org) switches it off, `FORCE_COLOR` on; `NO_COLOR`
 * wins.
 */
export function createPaint(output: Output, env: Environment): Paint {
  const isForced = (env.FORCE_COLOR ?? '') !== '' && env.FORCE_COLOR !== '0';
  const isColoured =
    (env.NO_COLOR ?? '') === '' &&
    env.FORCE_COLOR !== '0' &&
    (isForced || (output.isTerminal && env.TERM !== 'dumb'));
  return (tone, text) => {
    const styles = STYLE_OF[tone];
    if (!isColoured || text === '') return text;
    return styleText([...styles], text, { validateStream: false });
  };
}
