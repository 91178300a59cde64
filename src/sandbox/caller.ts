// Who is calling. The `Authorization` headers that are valid are known beforehand, so telling
// callers apart is one look-up.

import { chanceOf } from './chance.ts';
import type { Actor } from './sync.ts';

export interface Caller {
  readonly actor: Actor;
  readonly email: string | null;
  /** A key that may only read: every write is 403. */
  readonly isReadOnly: boolean;
}

/** The keys that the sandbox accepts. */
export interface Keys {
  /** User key, sent as `Bearer <key>`. */
  readonly apiKey: string;
  /** A user key that may not write. */
  readonly readOnlyKey: string;
  /** Organization-scoped: `Basic base64(<orgId>:<orgKey>)`. */
  readonly orgId: string;
  readonly orgKey: string;
}

export type KeyName = 'apiKey' | 'readOnlyKey' | 'orgKey';

export interface Callers {
  identify(authorization: string | undefined): Caller | undefined;
  /** Takes a key out of service, or puts it back. */
  setRevoked(key: KeyName, revoked: boolean): void;
  revoked(): KeyName[];
}

/** Builds the register of callers. */
export function createCallers(seed: string, keys: Keys, organizationName: string): Callers {
  const revoked = new Set<KeyName>();
  const user = (key: KeyName, name: string, email: string): Caller => ({
    actor: { id: chanceOf(`${seed}:caller:${key}`).uuid(), name, type: 'user' },
    email,
    isReadOnly: key === 'readOnlyKey',
  });
  const organization: Caller = {
    actor: { id: keys.orgId, name: organizationName, type: 'organization' },
    email: null,
    isReadOnly: false,
  };
  const basic = Buffer.from(`${keys.orgId}:${keys.orgKey}`).toString('base64');
  const known = new Map<string, readonly [KeyName, Caller]>([
    [
      `bearer ${keys.readOnlyKey}`,
      ['readOnlyKey', user('readOnlyKey', 'Auditor', 'auditor@northwind.example')],
    ],
    [
      `bearer ${keys.apiKey}`,
      ['apiKey', user('apiKey', 'Automation', 'automation@northwind.example')],
    ],
    [`basic ${basic}`, ['orgKey', organization]],
  ]);
  return {
    identify(authorization) {
      const match = /^(bearer|basic) +(\S+)$/i.exec(authorization ?? '');
      if (match === null) return undefined;
      const entry = known.get(`${match[1]!.toLowerCase()} ${match[2]}`);
      return entry === undefined || revoked.has(entry[0]) ? undefined : entry[1];
    },
    setRevoked(key, isRevoked) {
      if (isRevoked) revoked.add(key);
      else revoked.delete(key);
    },
    revoked: () => [...revoked],
  };
}
