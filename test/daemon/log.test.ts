import { describe, expect, it } from 'vitest';
import { createLog, type LogRecord } from '../../src/daemon/log.ts';

function logTo(lines: string[], render?: (record: LogRecord) => string) {
  return createLog({
    level: 'info',
    secrets: ['sword"fish', 'swordfish-long', 'swordfish', 'ab'],
    write: (line) => lines.push(line),
    render,
  });
}

describe('the log', () => {
  it('keeps secrets out of messages, fields, errors, URLs and headers', () => {
    const lines: string[] = [];
    const log = logTo(lines);
    log.info({ deep: [{ er: 'sword"fish' }] }, 'with swordfish-long and swordfish');
    log.error({ err: new Error('connect postgres://me:hush@db/x') }, 'lost');
    log.info({ headers: { authorization: 'Bearer aGVsbG8=' } }, 'a request about ab');
    const text = lines.join('');
    expect(text).not.toMatch(/fish|long|hush|aGVsbG8/);
    expect(text).toContain('with *** and ***');
    expect(text).toContain('postgres://me:***@db/x');
    expect(text).toContain('Bearer ***');
    expect(text).toContain('about ab');
    for (const line of lines) expect(() => JSON.parse(line)).not.toThrow();
  });

  it('hands each record to whoever renders it, below the level not at all', () => {
    const lines: string[] = [];
    const log = logTo(lines, ({ level, msg }) => `${level} ${msg}`);
    log.debug('unseen');
    log.warn('seen');
    expect(lines).toEqual(['40 seen\n']);
  });
});
