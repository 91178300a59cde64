import type { Socket } from 'node:net';
import { expect, test } from 'vitest';
import type { OutcomeKind } from '../../src/plan/outcome.ts';
import { answering, clientOf, ID, KEY, raw, response, SECRET } from './rig.ts';

const GOOD = JSON.stringify({ data: { active: false, id: ID } });

interface Fault {
  readonly act: (socket: Socket) => void;
  readonly kind: OutcomeKind;
  readonly reason?: RegExp;
  readonly timeoutMs?: number;
  readonly bodyLimitBytes?: number;
}

/** Long enough to send a request on a busy machine, short enough to wait for. */
const SHORT_MS = 1000;

const faults: Readonly<Record<string, Fault>> = {
  'never answers': {
    act: () => {},
    kind: 'unknown',
    reason: /within 1000 ms/,
    timeoutMs: SHORT_MS,
  },
  'sends its headers a letter at a time': {
    act: (socket) => drip(socket, `HTTP/1.1 200 OK\r\nx: ${'y'.repeat(10_000)}`),
    kind: 'unknown',
    reason: /within 1000 ms/,
    timeoutMs: SHORT_MS,
  },
  'sends its body a letter at a time': {
    act: (socket) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 10000\r\n\r\n');
      drip(socket, ' '.repeat(10_000));
    },
    kind: 'unknown',
    reason: /HTTP 200, but no whole answer within 1000 ms/,
    timeoutMs: SHORT_MS,
  },
  'stalls in the middle of its body': {
    act: (socket) => socket.write(response('200 OK', GOOD).slice(0, -5)),
    kind: 'unknown',
    reason: /HTTP 200, but no whole answer/,
    timeoutMs: SHORT_MS,
  },
  'stalls in the middle of a refusal': {
    act: (socket) => socket.write(response('403 Forbidden', 'not for you').slice(0, -5)),
    kind: 'unauthorized',
    reason: /HTTP 403: not fo/,
    timeoutMs: SHORT_MS,
  },
  'closes in the middle of its body': {
    act: (socket) => socket.end(response('200 OK', GOOD).slice(0, -5)),
    kind: 'unknown',
  },
  'closes in the middle of a chunked body': {
    act: (socket) => socket.end('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\n{"dat'),
    kind: 'unknown',
  },
  'closes in the middle of its headers': {
    act: (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-le'),
    kind: 'unknown',
  },
  'closes without a word': { act: (socket) => socket.end(), kind: 'unknown' },
  'resets after reading the request': {
    act: (socket) => socket.resetAndDestroy(),
    kind: 'unknown',
    reason: /ECONNRESET/,
  },
  'resets in the middle of its body': {
    act: (socket) =>
      socket.write(response('200 OK', GOOD).slice(0, -5), () => socket.resetAndDestroy()),
    kind: 'unknown',
  },
  'announces more than it sends': {
    act: (socket) => socket.end(`HTTP/1.1 200 OK\r\ncontent-length: 9999\r\n\r\n${GOOD}`),
    kind: 'unknown',
  },
  'announces less than it sends': {
    act: (socket) => socket.write(`HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n${GOOD}`),
    kind: 'unknown',
  },
  'announces a length that is no number': {
    act: (socket) => socket.write(`HTTP/1.1 200 OK\r\ncontent-length: many\r\n\r\n${GOOD}`),
    kind: 'unknown',
  },
  'speaks no HTTP': { act: (socket) => socket.end('220 smtp ready\r\n'), kind: 'unknown' },
  'answers a continue that nobody waits for': {
    act: (socket) => socket.write(`HTTP/1.1 100 Continue\r\n\r\n${response('200 OK', GOOD)}`),
    kind: 'unknown',
  },
  'sends early hints before its answer': {
    act: (socket) => socket.write(`HTTP/1.1 103 Early Hints\r\n\r\n${response('200 OK', GOOD)}`),
    kind: 'ok',
  },
  'switches protocols': {
    act: (socket) =>
      socket.write('HTTP/1.1 101 Switching\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n'),
    kind: 'unknown',
  },
  'sends headers without end': {
    act: (socket) => socket.write(`HTTP/1.1 200 OK\r\nx: ${'y'.repeat(1 << 20)}\r\n\r\n`),
    kind: 'unknown',
  },
  'sends a body over the limit': {
    act: (socket) => socket.write(response('200 OK', `"${'x'.repeat(2000)}"`)),
    kind: 'unknown',
    reason: /HTTP 200, but the body exceeds 1000 bytes/,
    bodyLimitBytes: 1000,
  },
  'sends a chunked body without end': {
    act: (socket) => {
      socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n');
      pour(socket, `400\r\n${' '.repeat(0x400)}\r\n`);
    },
    kind: 'unknown',
    reason: /exceeds 100000 bytes/,
    bodyLimitBytes: 100_000,
  },
  'sends an endless refusal': {
    act: (socket) => {
      socket.write('HTTP/1.1 500 Oh\r\ntransfer-encoding: chunked\r\n\r\n');
      pour(socket, `400\r\n${'no '.repeat(0x155)}!\r\n`);
    },
    kind: 'server-error',
    reason: /^HTTP 500: no no no/,
    timeoutMs: 120_000,
  },
  'sends an answer that is not JSON': {
    act: (socket) => socket.write(response('200 OK', '<html>Welcome!</html>')),
    kind: 'unknown',
    reason: /not JSON/,
  },
  'sends an empty answer': { act: (s) => s.write(response('200 OK', '')), kind: 'unknown' },
  'sends no content': { act: (s) => s.write('HTTP/1.1 204 OK\r\n\r\n'), kind: 'unknown' },
  'sends the page of a gateway': {
    act: (socket) =>
      socket.write(response('502 Bad', '<html><h1>502 Bad\0Gateway</h1>\r\n<hr>nginx</html>')),
    kind: 'server-error',
    reason: /^HTTP 502: 502 Bad Gateway nginx$/,
  },
  'answers with a byte order mark': {
    act: (socket) => socket.write(response('200 OK', `\u{feff}${GOOD}`)),
    kind: 'ok',
  },
};

test.each(Object.entries(faults))('a write to a server that %s', async (_, fault) => {
  const url = await raw(fault.act);
  const { timeoutMs = 10_000, bodyLimitBytes } = fault;
  const client = clientOf(url, { timeoutMs, bodyLimitBytes });
  const outcome = await client.setActive(`model:${ID}`, false, KEY);
  expect(outcome.kind).toBe(fault.kind);
  if (outcome.kind !== 'ok') expect(outcome.reason).toMatch(fault.reason ?? /./);
});

test.each([301, 302, 303, 307, 308])(
  'a redirect (%i) is refused and not followed',
  async (status) => {
    const target = await answering(() => ({ body: GOOD }));
    const source = await answering(() => ({ status, headers: { location: `${target.url}/x` } }));
    const outcome = await clientOf(source.url).setActive(`model:${ID}`, false, KEY);
    expect(outcome).toMatchObject({ kind: 'rejected', status });
    expect(outcome).toHaveProperty('reason', expect.stringContaining('redirect to http://127'));
    expect([source.seen.length, target.seen.length]).toEqual([1, 0]);
  },
);

test('one call makes one attempt, whatever comes of it', async () => {
  for (const status of [408, 409, 429, 500, 502, 503, 504]) {
    const server = await answering(() => ({ status, headers: { 'retry-after': '0' }, body: {} }));
    await clientOf(server.url).start(`bulk:${ID}`, KEY);
    expect(server.seen).toHaveLength(1);
  }
});

test('a socket that a timeout left in doubt is not used again', async () => {
  let requests = 0;
  const url = await raw((socket) => {
    requests += 1;
    if (requests > 1) socket.write(response('200 OK', GOOD));
  });
  const client = clientOf(url, { timeoutMs: SHORT_MS, connections: 1 });
  expect((await client.setActive(`model:${ID}`, false, KEY)).kind).toBe('unknown');
  expect((await client.setActive(`model:${ID}`, false, KEY)).kind).toBe('ok');
});

test('the secret stays out of every reason, however the server echoes it', async () => {
  const pair = Buffer.from(`org:${SECRET}`).toString('base64');
  const echoes = [SECRET, encodeURIComponent(SECRET), pair, `\0${SECRET}\u{d800}`];
  const shells: ((echo: string) => unknown)[] = [
    (echo) => ({ message: `bad key ${echo}` }),
    (echo) => ({ error: `${'x '.repeat(249)}${echo}` }),
    (echo) => ({ surprise: echo }),
    (echo) => `<html>${echo}</html>`,
    (echo) => ({ data: { active: true, id: echo, message: echo, status: echo } }),
  ];
  const bodies = shells.flatMap((shell) => echoes.map(shell));
  for (const status of [200, 302, 400, 401, 404, 409, 429, 500]) {
    let turn = 0;
    const server = await answering(() => ({
      status,
      headers: { location: `http://x/${encodeURIComponent(SECRET)}`, 'x-polytomic-version': pair },
      body: bodies[turn % bodies.length],
    }));
    const told: unknown[] = [];
    const client = clientOf(server.url, {
      credentials: { kind: 'basic', organizationId: 'org', key: SECRET },
      onVersionMismatch: (served) => told.push(served),
    });
    for (turn = 0; turn < bodies.length; turn += 1) {
      told.push(await client.setActive(`model:${ID}`, false, KEY));
      told.push(await client.cancel(`bulk:${ID}`, KEY));
    }
    const text = JSON.stringify(told);
    expect(text).not.toMatch(/marker|5ecret/);
    expect(text).not.toContain(pair);
  }
});

/** Writes a letter each few milliseconds, as long as somebody listens. */
function drip(socket: Socket, text: string): void {
  let at = 0;
  const timer = setInterval(() => socket.write(text[at++] ?? ' '), 5);
  socket.on('close', () => clearInterval(timer));
}

/** Writes the same piece for ever, as fast as it is read. */
function pour(socket: Socket, piece: string): void {
  const more = (): void => {
    if (!socket.destroyed) socket.write(piece, () => setImmediate(more));
  };
  more();
}
