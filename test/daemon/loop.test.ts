import { describe, expect, test } from 'vitest';
import { sleep, startLoop } from '../../src/daemon/loop.ts';
import { handTimers } from './hand-timers.ts';

describe('a loop', () => {
  test('turns after each interval, and a turn that throws does not end it', async () => {
    const timers = handTimers();
    const errors: unknown[] = [];
    let turns = 0;
    const turn = async () => {
      turns += 1;
      if (turns === 1) throw new Error('a bad turn');
    };
    startLoop(timers, 100, turn, (error) => errors.push(error));
    await timers.advance(99);
    expect(turns).toBe(0);
    await timers.advance(202);
    expect(turns).toBe(3);
    expect(errors).toHaveLength(1);
  });

  test('that is kicked turns now, or right after the turn that is under way', async () => {
    const timers = handTimers();
    let turns = 0;
    let end = (): void => undefined;
    const turn = () => {
      turns += 1;
      return new Promise<void>((resolve) => {
        end = resolve;
      });
    };
    const loop = startLoop(timers, 1_000, turn, () => undefined);
    loop.kick();
    await timers.advance(0);
    expect(turns).toBe(1);
    loop.kick();
    await timers.advance(500);
    expect(turns).toBe(1);
    end();
    await timers.advance(0);
    expect(turns).toBe(2);
  });

  test('that is stopped lets its turn end and never turns again', async () => {
    const timers = handTimers();
    let turns = 0;
    const loop = startLoop(
      timers,
      100,
      async () => {
        turns += 1;
      },
      () => undefined,
    );
    await loop.stop();
    loop.kick();
    await timers.advance(1_000);
    expect(turns).toBe(0);
    expect(timers.waiting).toBe(0);
  });
});

describe('a sleep', () => {
  test('ends in time', async () => {
    const timers = handTimers();
    let isOver = false;
    const slept = sleep(timers, 50).then(() => {
      isOver = true;
    });
    await timers.advance(49);
    expect(isOver).toBe(false);
    await timers.advance(1);
    await slept;
  });

  test('is cut short by its signal, with the reason', async () => {
    const timers = handTimers();
    const stop = new AbortController();
    const slept = sleep(timers, 50, stop.signal);
    stop.abort(new Error('stopping'));
    await expect(slept).rejects.toThrow('stopping');
    await expect(sleep(timers, 50, stop.signal)).rejects.toThrow('stopping');
    expect(timers.waiting).toBe(0);
  });
});
