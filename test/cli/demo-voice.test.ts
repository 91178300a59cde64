import { expect, it } from 'vitest';
import { realClock } from '../../src/cli/clock.ts';
import { createVoice } from '../../src/cli/demo-voice.ts';
import type { Entry } from '../../src/plan/entry.ts';
import { syncKey } from '../../src/policy/sync.ts';

it('tells of a cancelled execution once, and not of the next pause of that sync', () => {
  const lines: string[] = [];
  const stdout = {
    write: (text: string) => lines.push(text.slice(13).trimEnd()),
    drained: async () => undefined,
    isTerminal: false,
    columns: 100,
  };
  const voice = createVoice({ stdout, env: {}, clock: realClock });
  const entry = (type: Entry['type'], detail?: Entry['detail']): void =>
    voice.entry({
      at: 0,
      type,
      actor: 'curfew',
      reason: 'because',
      sync: syncKey('model', 'a'),
      syncName: 'A',
      detail,
    });
  const pause = () => entry('hold.held');
  pause();
  entry('call.answered', { action: 'cancel', outcome: 'ok' });
  entry('sync.quiet');
  entry('hold.released');
  pause();
  entry('sync.quiet');
  expect(lines.map((line) => line.replace(/ +/g, ' '))).toEqual([
    'A paused',
    'A its running execution was cancelled',
    'A active again',
    'A paused',
  ]);
});
