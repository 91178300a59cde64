import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  boundaryPayload,
  enforcementId,
  enforcementPayload,
  readBoundary,
  readEnforcement,
  schedulerId,
  schedulerKey,
} from '../../src/queue/payload.ts';
import { messageOf, storableError, storableText } from '../../src/queue/storable-text.ts';

describe('payloads', () => {
  it('what is written can be read', () => {
    const plan = { id: 'p', pattern: 'abc', label: 'text' };
    expect(readBoundary(boundaryPayload(plan))).toMatchObject({ scheduler: 'p', pattern: 'abc' });
    const job = { sync: 'model:1', cause: 'sweep', due: 5 } as const;
    expect(readEnforcement(enforcementPayload(job))).toEqual(job);
  });

  it('what another version wrote is not', () => {
    const payload = enforcementPayload({ sync: 'model:1', cause: 'c', due: 5 });
    for (const data of [{ ...payload, v: 2 }, { ...payload, due: '5' }, {}, null, 'text', 7]) {
      expect(readEnforcement(data)).toBeUndefined();
      expect(readBoundary(data)).toBeUndefined();
    }
  });
});

describe('ids', () => {
  it('an enforcement id is made of sync, cause and due instant, and is no number', () => {
    const id = (sync: string, cause: string, due: number) =>
      enforcementId(enforcementPayload({ sync: `model:${sync}`, cause, due }));
    expect(id('a', 'b', 1)).toBe(id('a', 'b', 1));
    const ids = [
      id('a', 'b', 1),
      id('a', 'b', 2),
      id('a', 'c', 1),
      id('b', 'b', 1),
      id('a b', '', 1),
    ];
    expect(new Set(ids).size).toBe(ids.length);
    for (const text of ids) expect(text).toMatch(/^e-[\w-]{32}$/);
  });

  it("a scheduler's key can be taken back, and holds neither colon nor space nor brace", () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (id) => {
        const key = schedulerKey(id);
        expect(key).not.toMatch(/[:\s{}]/);
        expect(schedulerId(key)).toBe(storableText(id));
      }),
    );
    expect(schedulerId('100%')).toBe('100%');
  });
});

describe('storable text', () => {
  it('has no NUL, no half pair and no more than its length', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 60 }),
        fc.nat({ max: 50 }),
        (text, max) => {
          const kept = storableText(text, max + 1);
          expect(kept).not.toMatch(/\0|\p{Surrogate}/u);
          expect(kept.length).toBeLessThanOrEqual(max + 1);
        },
      ),
    );
    expect(storableText('as it is ☃ 🎉')).toBe('as it is ☃ 🎉');
    expect(storableText('ab🎉', 3)).toBe('ab…');
    expect(storableText('a🎉b', 3)).toBe('a\ufffd…');
  });

  it('an error keeps its message and stack, whatever was thrown', () => {
    const error = storableError(new Error('a\0b'));
    expect(error.message).toBe('ab');
    expect(error.stack).toContain('payload.test.ts');
    expect(storableError('text').message).toBe('text');
    expect(storableError(undefined).message).toBe('undefined');
    expect(storableError(Object.create(null)).message).toBe('an object');
  });

  it('an error without a message is told by what it has', () => {
    const refused = Object.assign(new Error(''), { code: 'ECONNREFUSED' });
    expect(messageOf(refused)).toBe('ECONNREFUSED');
    expect(messageOf(new AggregateError([new Error('a'), refused]))).toBe('a; ECONNREFUSED');
    expect(messageOf(new TypeError(''))).toBe('TypeError');
  });
});
