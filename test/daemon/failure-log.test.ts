import { describe, expect, test } from 'vitest';
import { createFailureLog } from '../../src/daemon/failure-log.ts';
import { createLog } from '../../src/daemon/log.ts';
import { QueueClosedError } from '../../src/queue/queue.ts';
import { CONNECTION_FAILURE, DatabaseError } from '../../src/store/database.ts';

const WHAT = 'a sweep failed; the next one makes up for it';

/** What is logged of a failure, and how often somebody was asked to look after the servers. */
function told(error: unknown) {
  const lines: string[] = [];
  let troubles = 0;
  const log = createLog({
    level: 'debug',
    secrets: [],
    write: (line) => lines.push(line.trimEnd()),
    render: ({ level, msg }) => `${level} ${msg}`,
  });
  createFailureLog(log, () => {
    troubles += 1;
  })(WHAT)(error);
  return { lines, troubles };
}

describe('work that failed and has another turn', () => {
  test.each([
    ['the database refused it', new DatabaseError('23505', 'there is one already')],
    ['nobody expected that', new Error('the queue is not open')],
    ['something else than an error was thrown', 'a word'],
  ])('is an error when %s', (_, error) => {
    expect(told(error)).toEqual({ lines: [`50 ${WHAT}`], troubles: 1 });
  });

  test('is no news while the database is away, but somebody looks after it', () => {
    const away = new DatabaseError(CONNECTION_FAILURE, 'connection terminated');
    expect(told(away)).toEqual({ lines: [`20 ${WHAT}`], troubles: 1 });
  });

  test('is no news when a stop has closed the queue under it', () => {
    expect(told(new QueueClosedError('closed')).lines).toEqual([`20 ${WHAT}`]);
  });
});
