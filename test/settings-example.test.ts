// `.env.example` is the second place that knows the settings; it must not drift from the first.

import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parseConfig } from '../src/daemon/config.ts';

const example = readFileSync(new URL('../.env.example', import.meta.url), 'utf8');
const shown = [...example.matchAll(/^(?:# )?([A-Z_]+)=(.*)$/gm)].map(([, name, value]) => {
  return { name: name!, value: value! };
});
const ONLY_COMPOSE = ['POSTGRES_PASSWORD', 'CURFEW_PORT'];
const ORGANIZATION = ['POLYTOMIC_ORG_ID', 'POLYTOMIC_ORG_KEY'];

// Nobody writes a key of several lines into a file of variables, so it is shown as a file.
const SEAL_KEY = generateKeyPairSync('ed25519', {
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
}).privateKey;

/** The names of all variables that the settings are read from. */
function namesRead(): string[] {
  const names = new Set<string>();
  const get = (_: object, name: string) => {
    names.add(name);
    return undefined;
  };
  parseConfig(new Proxy({}, { get }), () => '');
  return [...names].filter((name) => !name.endsWith('_FILE'));
}

it('shows every variable that is read, and no other', () => {
  const names = shown
    .map(({ name }) => name.replace(/_FILE$/, ''))
    .filter((name) => !ONLY_COMPOSE.includes(name));
  expect(names.sort()).toEqual(namesRead().sort());
});

it.each(shown.filter(({ name }) => !ORGANIZATION.includes(name)))(
  'shows a value for $name that is accepted',
  ({ name, value }) => {
    const env = { POLYTOMIC_API_KEY: 'a-key', [name]: value || 'a-key' };
    expect(parseConfig(env, () => SEAL_KEY)).not.toHaveProperty('problems');
  },
);

it('shows an organization that is accepted', () => {
  const env = Object.fromEntries(shown.map(({ name, value }) => [name, value]));
  expect(parseConfig(env, () => SEAL_KEY)).not.toHaveProperty('problems');
});
