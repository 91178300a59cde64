import { createHash, timingSafeEqual } from 'node:crypto';
import { isLoopback } from '../daemon/config.ts';
import type { Role, Token } from '../daemon/config-values.ts';
import { Refusal } from './refusal.ts';

/** The headers that say who asks, and under which name they reached us. */
export interface Asking {
  readonly host?: string | undefined;
  readonly authorization?: string | undefined;
}

export interface Access {
  /** Refuses requests that a foreign web page made in the name of this machine. */
  checkHost(asking: Asking): void;
  /**
   * Refuses who may not do what `role` may. Gives the token's name, the actor for the journal;
   * undefined where no tokens are set and whoever is on this machine may do everything.
   */
  check(asking: Asking, role: Role): string | undefined;
  /** Whether `check` would let them in as a viewer. */
  isKnown(asking: Asking): boolean;
}

const RANK: Readonly<Record<Role, number>> = { viewer: 0, operator: 1, admin: 2 };

/** Decides who may ask for what. Without tokens only this machine may, and it may do all. */
export function createAccess(tokens: readonly Token[]): Access {
  const known = tokens.map((token) => ({ token, digest: digestOf(token.secret) }));

  function tokenOf({ authorization }: Asking): Token | undefined {
    const secret = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
    if (secret === undefined) return undefined;
    const digest = digestOf(secret);
    // All are compared, and digests instead of secrets: the time taken tells nothing of either.
    return known.filter((entry) => timingSafeEqual(entry.digest, digest))[0]?.token;
  }

  return {
    checkHost({ host }) {
      // A page that rebinds its own name to 127.0.0.1 still sends its own name.
      if (tokens.length > 0 || isLoopback(hostName(host ?? ''))) return;
      const message = 'Without CURFEW_TOKENS only requests to a loopback address are answered.';
      throw new Refusal('host-not-local', message);
    },
    check(asking, role) {
      if (tokens.length === 0) return undefined;
      const token = tokenOf(asking);
      if (token === undefined) {
        throw new Refusal(
          'unauthorized',
          'Send Authorization: Bearer and a secret of CURFEW_TOKENS.',
        );
      }
      if (RANK[token.role] < RANK[role]) {
        const message = `The token ${token.name} is a ${token.role}; this needs the role ${role}.`;
        throw new Refusal('forbidden', message);
      }
      return token.name;
    },
    isKnown: (asking) => tokens.length === 0 || tokenOf(asking) !== undefined,
  };
}

function digestOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

/** The host of a `Host` header, without port and brackets. */
function hostName(header: string): string {
  const match = /^(?:\[([^\]]*)\]|([^:]*))(?::\d*)?$/.exec(header);
  return (match?.[1] ?? match?.[2] ?? '').toLowerCase();
}
