import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Token } from '../../src/daemon/config-values.ts';
import { NotReadyError, ObservingError } from '../../src/daemon/create-operations.ts';
import type { Operations } from '../../src/daemon/operations.ts';
import { DatabaseError } from '../../src/store/database.ts';
import { createWeb, type DirectRequest, type Web } from '../../src/web/web.ts';
import { fixedOperations, INVOICES, quietLog, SEALS } from './fixture.ts';

const TOKENS: readonly Token[] = [
  { name: 'ann', role: 'admin', secret: 'ann-0123456789abcdef' },
  { name: 'oli', role: 'operator', secret: 'oli-0123456789abcdef' },
  { name: 'vic', role: 'viewer', secret: 'vic-0123456789abcdef' },
];

const open: Web[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((web) => web.close()));
});

function webOver(over: Partial<Operations> = {}, tokens: readonly Token[] = []) {
  const operations = fixedOperations(over);
  const logged: string[] = [];
  const web = createWeb({ operations, tokens, version: '1.2.3', log: quietLog(logged) });
  open.push(web);
  return { web, asked: operations.asked, logged };
}

const get = (url: string, headers = {}): DirectRequest => ({ method: 'GET', url, headers });
const post = (url: string, body?: object, headers = {}): DirectRequest => ({
  method: 'POST',
  url,
  headers,
  body,
});
const bearer = (name: string) => ({ authorization: `Bearer ${name}-0123456789abcdef` });

const refusal = (status: number, code: string) => ({
  status,
  body: expect.objectContaining({ error: { code, message: expect.any(String) } }),
});

describe('the answers', () => {
  it('are alive, and ready when every part is', async () => {
    const { web } = webOver();
    expect(await web.ask(get('/livez'))).toEqual({
      status: 200,
      body: { name: 'curfew', version: '1.2.3', isAlive: true },
    });
    expect((await web.ask(get('/readyz'))).status).toBe(200);
    const parts = [{ name: 'queue', isReady: false, message: 'Redis is away.' }] as const;
    const sick = webOver({ health: async () => ({ isReady: false, parts }) });
    expect(await sick.web.ask(get('/readyz'))).toEqual({
      status: 503,
      body: { isReady: false, parts },
    });
  });

  it('write instants in RFC 3339 and "for ever" as null', async () => {
    const { web } = webOver();
    expect((await web.ask(get('/v1/status'))).body).toMatchObject({
      now: '2026-11-01T05:30:00Z',
      startedAt: '2026-11-01T05:29:00Z',
      inventory: { syncs: 2, readAt: '2026-11-01T05:29:59Z' },
    });
    expect((await web.ask(get('/v1/journal'))).body).toMatchObject([
      {
        seq: 7,
        at: '2026-11-01T05:30:00Z',
        occurrence: { start: '2026-11-01T05:30:00Z', end: null },
        latenessMs: 12,
      },
    ]);
    expect((await web.ask(get('/v1/explain?sync=Usage'))).body).toMatchObject({
      at: '2026-11-01T05:30:00Z',
      until: null,
    });
  });

  it('find a sync by a name with a slash and a letter beyond ASCII', async () => {
    const { web } = webOver();
    const path = `/v1/syncs/${encodeURIComponent(INVOICES.name)}`;
    expect(await web.ask(get(path))).toMatchObject({
      status: 200,
      body: { key: INVOICES.key, active: true, heldBy: 'snowflake-maintenance' },
    });
    expect(await web.ask(get(`${path}/status`))).toMatchObject({
      body: { sync: INVOICES.key, nextAt: '2026-11-01T05:31:00Z' },
    });
  });

  it('pass every filter of the journal on', async () => {
    const { web, asked } = webOver();
    const since = encodeURIComponent('2026-11-01T01:00:00-05:00');
    await web.ask(
      get(`/v1/journal?sync=model:gone&policy=p&type=hold.held,hold.gone&since=${since}&after=6`),
    );
    expect(asked.queries).toEqual([
      {
        sync: 'model:gone',
        policy: 'p',
        types: ['hold.held', 'hold.gone'],
        since: Date.UTC(2026, 10, 1, 6),
        until: undefined,
        afterSeq: 6,
        limit: 100,
      },
    ]);
  });

  it('show the newest seals', async () => {
    const { web } = webOver();
    expect((await web.ask(get('/v1/audit/seals'))).body).toEqual(SEALS);
    expect((await web.ask(get('/v1/audit/seals?limit=1'))).body).toEqual(SEALS.slice(1));
  });

  it('act in the name of whoever the request names when there are no tokens', async () => {
    const { web, asked } = webOver();
    const body = { reason: ' Incident 12 ', actor: 'kim@desk' };
    expect(await web.ask(post('/v1/syncs/Usage/deactivate', body))).toMatchObject({
      status: 200,
      body: { outcome: 'ok', key: 'cf1-abc' },
    });
    expect(asked.actions).toEqual([
      {
        sync: 'bulk:9d1c6a52-4b0e-4f6e-8f64-0a57a2a1b001',
        action: 'deactivate',
        actor: 'kim@desk',
        reason: 'Incident 12',
      },
    ]);
  });

  it('tell that a call failed, and what came of it', async () => {
    const { web } = webOver({
      act: async ({ sync, action }) => ({
        sync,
        syncName: 'Usage',
        action,
        key: 'cf1-abc',
        outcome: 'missing',
        status: 404,
        attempts: 1,
        message: 'The API does not know it.',
      }),
    });
    const answer = await web.ask(post('/v1/syncs/Usage/start'));
    expect(answer).toEqual(refusal(502, 'call-failed'));
    expect(answer.body).toMatchObject({ result: { outcome: 'missing', status: 404 } });
  });
});

describe('the refusals', () => {
  it.each([
    ['an unknown route', get('/v2/status'), 404, 'route-unknown'],
    ['an unknown sync', get('/v1/explain?sync=Usag'), 404, 'sync-unknown'],
    ['an ambiguous sync', get('/v1/syncs/Twice'), 409, 'sync-ambiguous'],
    ['an unknown parameter', get('/v1/journal?sinc=1'), 400, 'query-invalid'],
    ['an unknown entry type', get('/v1/journal?type=hold.lost'), 400, 'query-invalid'],
    ['an instant without an offset', get('/v1/journal?since=2026-11-01'), 400, 'query-invalid'],
    ['too many entries', get('/v1/journal?limit=10001'), 400, 'query-invalid'],
    [
      'a part of the journal with seals',
      get('/v1/audit/evidence?seals=true&policy=p'),
      400,
      'query',
    ],
    ['a limit for evidence', get('/v1/audit/evidence?limit=3'), 400, 'query-invalid'],
    ['too many seals', get('/v1/audit/seals?limit=10001'), 400, 'query-invalid'],
    ['a repeated parameter', get('/v1/explain?sync=a&sync=b'), 400, 'query-invalid'],
    ['a question without a sync', get('/v1/explain'), 400, 'query-invalid'],
    ['an unknown field', post('/v1/syncs/Usage/start', { why: 'x' }), 400, 'body-invalid'],
    [
      'a line break in a reason',
      post('/v1/syncs/Usage/start', { reason: 'a\nb' }),
      400,
      'body-inv',
    ],
    ['a broken escape', get('/v1/syncs/%E0%A4%A'), 400, 'request-invalid'],
  ])('name %s', async (_, question, status, code) => {
    const { web, asked } = webOver();
    const answer = await web.ask(question);
    expect(answer).toEqual(refusal(status, expect.stringContaining(code)));
    expect(asked.actions).toEqual([]);
  });

  it('do not show what failed inside, but log it', async () => {
    const { web, logged } = webOver({ syncs: () => Promise.reject(new Error('secret path')) });
    const answer = await web.ask(get('/v1/syncs'));
    expect(answer).toEqual(refusal(500, 'internal'));
    expect(JSON.stringify(answer.body)).not.toContain('secret');
    expect(logged.join('')).toContain('secret path');
  });

  it('say 503 while the database is away', async () => {
    const away = new DatabaseError('08006', 'connection lost');
    const { web } = webOver({ status: () => Promise.reject(away) });
    expect(await web.ask(get('/v1/status'))).toEqual(refusal(503, 'unavailable'));
  });

  it('say 503, and what start-up waits for, while the daemon starts', async () => {
    const waiting = new NotReadyError('Waiting for Redis.');
    const { web } = webOver({ status: () => Promise.reject(waiting) });
    expect(await web.ask(get('/v1/status'))).toEqual({
      status: 503,
      body: { error: { code: 'unavailable', message: 'Waiting for Redis.' } },
    });
  });

  it('say 502 when the API of the vendor does not answer', async () => {
    const { web } = webOver({
      syncStatus: async () => ({ kind: 'failed', outcome: 'not-sent', message: 'No route.' }),
    });
    expect(await web.ask(get('/v1/syncs/Usage'))).toEqual(refusal(502, 'api-unreachable'));
  });

  it('pass on that most policies may go, only when somebody said so', async () => {
    const asked: unknown[] = [];
    const reload: Operations['reload'] = async (how) => {
      asked.push(how);
      return { ok: true, message: '' };
    };
    const { web } = webOver({ reload });
    await web.ask(post('/v1/reload'));
    await web.ask(post('/v1/reload', { allowMassDelete: true }));
    expect(asked).toEqual([{}, { mayDeleteMost: true }]);
    const typo = await web.ask(post('/v1/reload', { allowMassDeletes: true }));
    expect(typo).toEqual(refusal(400, 'body-invalid'));
  });

  it('refuse to act while a daemon only observes', async () => {
    const act = async () => {
      throw new ObservingError('This Curfew only observes (--observe).');
    };
    const { web } = webOver({ act });
    const asked = post(`/v1/syncs/${encodeURIComponent(INVOICES.name)}/cancel`);
    expect(await web.ask(asked)).toEqual(refusal(409, 'observing'));
  });

  it('have all of one moment that a plan is compared with', async () => {
    const { web } = webOver();
    expect((await web.ask(get('/v1/plan-basis'))).body).toMatchObject({
      now: '2026-11-01T05:30:00Z',
      inForce: {
        loadedAt: '2026-11-01T05:30:00Z',
        sources: [{ file: 'a.yaml', text: 'version: 1' }],
      },
      syncs: [{ name: INVOICES.name }, { name: 'Usage' }],
      overrides: [
        {
          from: '2026-11-01T05:30:00Z',
          expires: '2026-11-01T05:31:00Z',
          covered: [expect.stringMatching(/^bulk:/)],
        },
      ],
    });
  });

  it('keep the old policies when a reload is refused', async () => {
    const { web } = webOver({ reload: async () => ({ ok: false, message: '3 problems' }) });
    expect(await web.ask(post('/v1/reload'))).toEqual(refusal(409, 'reload-refused'));
  });
});

describe('with tokens', () => {
  it.each([
    ['nobody reads', get('/v1/status'), 401],
    ['a wrong secret reads', get('/v1/status', { authorization: 'Bearer x' }), 401],
    ['another scheme reads', get('/v1/status', { authorization: 'Basic dmljOng=' }), 401],
    ['a viewer reads', get('/v1/status', bearer('vic')), 200],
    ['nobody reads the evidence', get('/v1/audit/evidence'), 401],
    ['a viewer reads seals', get('/v1/audit/seals', bearer('vic')), 200],
    ['a viewer plans', get('/v1/plan-basis', bearer('vic')), 200],
    ['a viewer acts', post('/v1/syncs/Usage/start', {}, bearer('vic')), 403],
    ['an operator acts', post('/v1/syncs/Usage/start', {}, bearer('oli')), 200],
    ['an operator reloads', post('/v1/reload', {}, bearer('oli')), 403],
    ['an admin reloads', post('/v1/reload', {}, bearer('ann')), 200],
    [
      'an admin by another host name reads',
      get('/v1/status', { ...bearer('ann'), host: 'x' }),
      200,
    ],
    ['nobody asks for life', get('/livez'), 200],
  ])('%s: %#', async (_, question, status) => {
    expect((await webOver({}, TOKENS).web.ask(question)).status).toBe(status);
  });

  it('the actor is the name of the token, whatever the request says', async () => {
    const { web, asked } = webOver({}, TOKENS);
    await web.ask(post('/v1/syncs/Usage/start', { actor: 'the boss' }, bearer('oli')));
    expect(asked.actions[0]?.actor).toBe('oli');
  });

  it('probes without a token learn which part is sick, but not its message', async () => {
    const parts = [{ name: 'database', isReady: false, message: 'db.internal refused' }] as const;
    const { web } = webOver({ health: async () => ({ isReady: false, parts }) }, TOKENS);
    expect((await web.ask(get('/readyz'))).body).toEqual({
      isReady: false,
      parts: [{ name: 'database', isReady: false }],
    });
    expect((await web.ask(get('/readyz', bearer('vic')))).body).toMatchObject({ parts });
  });
});

describe('without tokens', () => {
  it.each(['localhost:4280', '127.0.0.1', '[::1]:4280', 'LOCALHOST'])(
    '%s may ask',
    async (host) => {
      expect((await webOver().web.ask(get('/v1/status', { host }))).status).toBe(200);
    },
  );

  it.each(['evil.example', '127.0.0.1.evil.example:4280', '10.0.0.1', 'a@localhost'])(
    'a page at %j that reaches this machine under its own name is refused',
    async (host) => {
      const answer = await webOver().web.ask(get('/v1/status', { host }));
      expect(answer).toEqual(refusal(403, 'host-not-local'));
    },
  );
});

describe('on a real socket', () => {
  async function listening(over: Partial<Operations> = {}) {
    const { web, asked } = webOver(over);
    return { web, asked, ...(await web.listen({ host: '127.0.0.1', port: 0 })) };
  }

  it.each(['text/plain', 'application/x-www-form-urlencoded', undefined])(
    'a post of %s, as a foreign page can send it, does nothing',
    async (type) => {
      const { url, asked } = await listening();
      const headers = type === undefined ? {} : { 'content-type': type };
      const answer = await fetch(`${url}/v1/syncs/Usage/start`, { method: 'POST', headers });
      expect([answer.status, asked.actions]).toEqual([415, []]);
    },
  );

  it('the journal comes as lines, as narrow as it was asked for, or with its seals', async () => {
    const { url, asked } = await listening();
    const narrow = 'sync=Usage&policy=p&type=hold.held&since=2026-11-01T00:00Z';
    const answer = await fetch(`${url}/v1/audit/evidence?${narrow}`);
    expect(answer.headers.get('content-type')).toBe('application/x-ndjson');
    const lines = (await answer.text()).trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line).seq)).toEqual([7, 8, 9]);
    await fetch(`${url}/v1/audit/evidence?seals=true`);
    const since = Date.UTC(2026, 10, 1);
    const sync = 'bulk:9d1c6a52-4b0e-4f6e-8f64-0a57a2a1b001';
    expect(asked.evidence).toEqual([
      { query: { sync, policy: 'p', types: ['hold.held'], since }, withSeals: false },
      { query: {}, withSeals: true },
    ]);
  });

  it('a journal that cannot be read to its end does not look as if it ended there', async () => {
    const { url } = await listening({
      async *evidence() {
        yield '{"seq":7,"seal":1}\n';
        throw new DatabaseError('08006', 'connection lost');
      },
    });
    const reading = fetch(`${url}/v1/audit/evidence`).then((answer) => answer.text());
    await expect(reading).rejects.toThrow('terminated');
  });

  it('the journal is read by two at once, and by the next when one of them is gone', async () => {
    const { url } = await listening({
      async *evidence() {
        for (;;) yield `${'x'.repeat(100_000)}\n`;
      },
    });
    const leaving = new AbortController();
    const read = (signal?: AbortSignal) =>
      fetch(`${url}/v1/audit/evidence`, signal === undefined ? {} : { signal });
    const [first, second] = [await read(leaving.signal), await read()];
    expect([first.status, second.status]).toEqual([200, 200]);
    expect((await read()).status).toBe(503);
    leaving.abort();
    await vi.waitFor(async () => {
      const answer = await read();
      await answer.body?.cancel();
      expect(answer.status).toBe(200);
    });
    await second.body?.cancel();
  });

  it('a journal of which nothing can be read is refused as any other question', async () => {
    const { url } = await listening({
      // biome-ignore lint/correctness/useYield: it fails before there is anything to give.
      async *evidence() {
        throw new DatabaseError('08006', 'connection lost');
      },
    });
    const answer = await fetch(`${url}/v1/audit/evidence`);
    expect(answer.status).toBe(503);
    expect(await answer.json()).toMatchObject({ error: { code: 'unavailable' } });
  });

  it('a body beyond the limit is refused', async () => {
    const { url } = await listening();
    const answer = await fetch(`${url}/v1/syncs/Usage/start`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ reason: 'x'.repeat(20_000) }),
    });
    expect(answer.status).toBe(413);
    expect(await answer.json()).toMatchObject({ error: { code: 'body-too-large' } });
  });

  it('headers beyond the limit are refused', async () => {
    const { port } = await listening();
    const status = await new Promise((resolve, reject) => {
      const headers = { 'x-long': 'x'.repeat(20_000) };
      httpRequest({ port, host: '127.0.0.1', path: '/livez', headers })
        .on('response', (answer) => resolve(answer.resume().statusCode))
        .on('error', reject)
        .end();
    });
    expect(status).toBe(431);
  });

  it('a port that is in use is one sentence', async () => {
    const { port } = await listening();
    const { web } = webOver();
    await expect(web.listen({ host: '127.0.0.1', port })).rejects.toMatchObject({
      name: 'ListenError',
      code: 'port-in-use',
      message: `127.0.0.1:${port} is in use by another program`,
    });
  });

  it('closing ends a connection that somebody keeps open, and can be done twice', async () => {
    const { web, port } = await listening();
    const socket = connect(port, '127.0.0.1');
    await new Promise((resolve) => socket.once('connect', resolve));
    const ended = new Promise((resolve) => socket.once('close', resolve));
    socket.resume().on('error', () => undefined);
    await web.close();
    await web.close();
    await ended;
  });
});
