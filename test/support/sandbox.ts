// The sandbox as tests use it: on a free port, with its request log and its people at hand.

import { createSandbox, type SandboxOptions } from '../../src/sandbox/sandbox.ts';
import { freePort } from './ports.ts';

export const KEY = 'sandbox-api-key';

/** A request as the sandbox logged it. */
export interface SeenRequest {
  /** RFC 3339, by the sandbox's clock. */
  readonly time: string;
  readonly method: string;
  readonly path: string;
  readonly body: { readonly active?: boolean } | null;
  readonly idempotency_key: string | null;
  readonly status: number | null;
  readonly effect: string;
}

export interface SandboxHandle {
  readonly url: string;
  get<T>(path: string): Promise<T>;
  post<T>(path: string, body: object): Promise<T>;
  del(path: string): Promise<void>;
  requests(): Promise<SeenRequest[]>;
  /** `active` by name. */
  activity(): Promise<Record<string, boolean>>;
  close(): Promise<void>;
}

/** Starts a sandbox on a free port. */
export async function startSandbox(options: SandboxOptions = {}): Promise<SandboxHandle> {
  const sandbox = createSandbox({ cancelDelayMs: 200, cancelLateRate: 0, ...options });
  const { url } = await sandbox.listen({ host: '127.0.0.1', port: await freePort() });
  const call = async (method: string, path: string, body?: object) => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status}`);
    return response.json();
  };
  return {
    url,
    get: <T>(path: string) => call('GET', path) as Promise<T>,
    post: <T>(path: string, body: object) => call('POST', path, body) as Promise<T>,
    del: async (path) => void (await call('DELETE', path)),
    async requests() {
      const seen = (await call('GET', '/_sandbox/requests?limit=10000')) as {
        requests: SeenRequest[];
      };
      return seen.requests;
    },
    async activity() {
      const state = (await call('GET', '/_sandbox/state')) as {
        syncs: { name: string; active: boolean }[];
      };
      return Object.fromEntries(state.syncs.map(({ name, active }) => [name, active]));
    },
    close: () => sandbox.close(),
  };
}

/** The activate calls of a request log as `+name-or-id` and `-…`, in order. */
export function writes(requests: readonly SeenRequest[]): SeenRequest[] {
  return requests.filter(({ method }) => method === 'POST');
}
