import type { Verdict } from './demo-judge.ts';
import type { Tone } from './paint.ts';

/** A paragraph of the end of the story. */
export interface VerdictLine {
  readonly tone: Tone;
  readonly text: string;
}

/** Words what came of the demonstration, and what was left out of its judgement, if anything. */
export function verdictLines(verdict: Verdict): readonly VerdictLine[] {
  const { problems, paused, cancelled, left, restored, stayedPaused, calls } = verdict;
  const { yielded, touched, heldOn } = verdict;
  if (problems.length > 0) {
    return [
      { tone: 'bad', text: 'The demonstration did not go as it should:' },
      ...problems.map((text) => ({ tone: 'bad' as const, text: `- ${text}` })),
    ];
  }
  const isPlain = touched.length === 0 && heldOn.size === 0;
  const news: readonly (readonly [string, readonly string[]])[] = [
    ['Paused by a person before, and still', stayedPaused],
    ['Activated by a person in the window, and kept', yielded],
    ...[...heldOn].map(([policy, names]) => [`Paused by ${policy}, until it ends`, names] as const),
    ['Yours, since you had a word on them', touched],
  ];
  return [
    {
      tone: 'strong',
      text: isPlain ? 'Every sync is as it was.' : 'Every sync is as it was, but for some below.',
    },
    {
      tone: 'plain',
      text:
        `${paused.length} paused, ${restored.length} active again; of what ran, ` +
        `${cancelled.length} cancelled and ${left.length} left to finish.`,
    },
    ...news
      .filter(([, names]) => names.length > 0)
      .map(([what, names]) => ({ tone: 'plain' as const, text: `${what}: ${names.join(', ')}.` })),
    {
      tone: 'quiet',
      text: `${calls} calls changed something, each under its own Idempotency-Key.`,
    },
  ];
}
