import { afterEach, describe, expect, it } from 'vitest';
import type { Token } from '../../src/daemon/config-values.ts';
import type { Operations } from '../../src/daemon/operations.ts';
import { createWeb, type DirectRequest, type Web } from '../../src/web/web.ts';
import { fixedOperations, INVOICES, NOW, quietLog } from './fixture.ts';

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
  const web = createWeb({ operations, tokens, version: '1.2.3', log: quietLog() });
  open.push(web);
  return { web, asked: operations.asked };
}

const get = (url: string, headers = {}): DirectRequest => ({ method: 'GET', url, headers });
const post = (body: object, headers = {}, url = '/v1/overrides'): DirectRequest => ({
  method: 'POST',
  url,
  headers,
  body,
});
const bearer = (name: string) => ({ authorization: `Bearer ${name}-0123456789abcdef` });
const refusal = (status: number, code: string) => ({
  status,
  body: { error: { code, message: expect.any(String) } },
});

const HOLD = { kind: 'hold', syncs: ['Usage'], for: '2h', reason: 'Incident 12' };
const EXTEND = { kind: 'extend', policy: 'nightly', by: '1h', reason: 'it takes longer' };

describe('overrides over HTTP', () => {
  it('a hold names syncs, a selector, or both, and for how long', async () => {
    const { web, asked } = webOver();
    const select = { name: 'Finance/*' };
    const answer = await web.ask(post({ ...HOLD, select, actor: 'kim@desk' }));
    expect(answer).toMatchObject({
      status: 201,
      body: {
        outcome: 'created',
        message: expect.stringContaining('Usage is paused at once'),
        isEnforced: true,
        override: { id: '3f2a9c1b7d04', from: '2026-11-01T05:30:00Z', expires: expect.any(String) },
      },
    });
    expect(asked.overrides).toMatchObject([
      {
        kind: 'hold',
        syncs: [{ name: 'Usage' }],
        select,
        forMs: 7_200_000,
        actor: 'kim@desk',
        reason: 'Incident 12',
      },
    ]);
  });

  it('a window is skipped, ended or extended', async () => {
    const { web, asked } = webOver();
    const at = '2026-11-08T00:00:00-05:00';
    await web.ask(post({ kind: 'skip', policy: 'nightly', at, reason: 'a launch' }));
    await web.ask(post({ kind: 'end', policy: 'nightly', reason: 'done early' }));
    await web.ask(post({ ...EXTEND, dryRun: true }));
    expect(asked.overrides).toMatchObject([
      {
        kind: 'skip',
        policy: 'nightly',
        at: Date.UTC(2026, 10, 8, 5),
        actor: 'somebody on this machine',
      },
      { kind: 'end', policy: 'nightly' },
      { kind: 'extend', byMs: 3_600_000, isDryRun: true },
    ]);
  });

  it('the key comes in the header or in the body, and asking again is no creation', async () => {
    const known = { outcome: 'known' } as const;
    const { web, asked } = webOver({
      override: async (request) => {
        asked.overrides.push(request);
        return { ...(await fixedOperations().override(request)), ...known } as never;
      },
    });
    expect((await web.ask(post(HOLD, { 'idempotency-key': 'k-1' }))).status).toBe(200);
    await web.ask(post({ ...HOLD, key: 'k-2' }));
    expect(asked.overrides.map(({ key }) => key)).toEqual(['k-1', 'k-2']);
    const both = post({ ...HOLD, key: 'k-2' }, { 'idempotency-key': 'k-1' });
    expect(await web.ask(both)).toEqual(refusal(400, 'body-invalid'));
  });

  it('are listed, those that are over too when asked for', async () => {
    const { web } = webOver();
    expect((await web.ask(get('/v1/overrides'))).body).toMatchObject([
      { does: 'holds Usage until 2026-11-01T06:30Z', createdAt: '2026-11-01T05:30:00Z' },
    ]);
    expect((await web.ask(get('/v1/overrides?all=true'))).body).toHaveLength(2);
    expect(await web.ask(get('/v1/overrides?al=true'))).toEqual(refusal(400, 'query-invalid'));
  });

  it('are revoked by their id', async () => {
    const { web, asked } = webOver();
    const answer = await web.ask(post({ reason: 'done' }, {}, '/v1/overrides/3f2a/revoke'));
    expect(answer).toMatchObject({ status: 200, body: { outcome: 'revoked' } });
    expect(asked.revocations).toMatchObject([{ id: '3f2a', reason: 'done' }]);
  });
});

describe('an override is refused', () => {
  it.each<[string, object, string]>([
    ['without a kind', { reason: 'x' }, 'body-invalid'],
    ['of a kind that does not exist', { ...HOLD, kind: 'pause' }, 'body-invalid'],
    ['without a reason', { kind: 'hold', syncs: ['Usage'] }, 'body-invalid'],
    ['with an empty reason', { ...HOLD, reason: '  ' }, 'body-invalid'],
    ['with a line break in its reason', { ...HOLD, reason: 'a\nb' }, 'body-invalid'],
    ['about nothing', { kind: 'hold', for: '2h', reason: 'x' }, 'body-invalid'],
    ['with two ends', { ...HOLD, until: '2026-11-02T00:00:00Z' }, 'body-invalid'],
    ['with a length of nothing', { ...HOLD, for: '0s' }, 'body-invalid'],
    ['with a time without an offset', { ...HOLD, from: '2026-11-02T00:00' }, 'body-invalid'],
    ['with a field of another kind', { ...HOLD, policy: 'nightly' }, 'body-invalid'],
    ['that extends by nothing', { kind: 'extend', policy: 'p', reason: 'x' }, 'body-invalid'],
    ['with an empty key', { ...HOLD, key: '' }, 'body-invalid'],
  ])('%s', async (_, body, code) => {
    const { web, asked } = webOver();
    expect(await web.ask(post(body))).toEqual(refusal(400, code));
    expect(asked.overrides).toEqual([]);
  });

  it('about a sync that nobody has, or that several have', async () => {
    const { web } = webOver();
    const about = (name: string) => web.ask(post({ ...HOLD, syncs: [INVOICES.key, name] }));
    expect(await about('Usag')).toEqual(refusal(404, 'sync-unknown'));
    expect(await about('Twice')).toEqual(refusal(409, 'sync-ambiguous'));
  });

  it.each([
    ['invalid', 400, 'override-invalid'],
    ['conflict', 409, 'override-conflict'],
    ['unknown', 404, 'policy-unknown'],
  ] as const)('when the answer is %s', async (code, status, name) => {
    const no = async () => ({ kind: 'refused', code, message: 'No.' }) as const;
    const { web } = webOver({ override: no, revoke: no });
    expect(await web.ask(post(EXTEND))).toEqual(refusal(status, name));
    const revoked = await web.ask(post({}, {}, '/v1/overrides/x/revoke'));
    expect(revoked).toEqual(refusal(status, name.replace('policy', 'override')));
  });
});

describe('with tokens', () => {
  it.each([
    ['nobody reads', get('/v1/overrides'), 401],
    ['a viewer reads', get('/v1/overrides', bearer('vic')), 200],
    ['a viewer overrides', post(HOLD, bearer('vic')), 403],
    ['an operator overrides', post(HOLD, bearer('oli')), 201],
    ['an admin overrides', post(EXTEND, bearer('ann')), 201],
    ['a viewer revokes', post({}, bearer('vic'), '/v1/overrides/x/revoke'), 403],
    ['an operator revokes', post({}, bearer('oli'), '/v1/overrides/x/revoke'), 200],
    ['an operator reloads', post({}, bearer('oli'), '/v1/reload'), 403],
  ])('%s: %#', async (_, question, status) => {
    expect((await webOver({}, TOKENS).web.ask(question)).status).toBe(status);
  });

  it('the actor is the name of the token, whatever the request says', async () => {
    const { web, asked } = webOver({}, TOKENS);
    await web.ask(post({ ...HOLD, actor: 'the boss' }, bearer('oli')));
    await web.ask(post({ actor: 'the boss' }, bearer('ann'), '/v1/overrides/x/revoke'));
    expect(asked.overrides[0]?.actor).toBe('oli');
    expect(asked.revocations[0]?.actor).toBe('ann');
  });
});

it('instants of overrides are RFC 3339, and what has no beginning is null', async () => {
  const occurrence = { start: Number.NEGATIVE_INFINITY, end: NOW };
  const [row] = await fixedOperations().overrides('open');
  const { web } = webOver({ overrides: async () => [{ ...row!, occurrence, revokedAt: NOW }] });
  expect((await web.ask(get('/v1/overrides'))).body).toMatchObject([
    {
      occurrence: { start: null, end: '2026-11-01T05:30:00Z' },
      revokedAt: '2026-11-01T05:30:00Z',
    },
  ]);
});
