import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

/** Every server of the tests listens here and nowhere else. */
export const LOOPBACK = '127.0.0.1';

// Below the range from which kernels take the ports of outgoing connections, so that no client of a
// test that runs at the same time can get hold of a port between our look and the server's start;
// and low enough for Redis Cluster, whose bus listens 10,000 above.
const FIRST_PORT = 12_000;
const LAST_PORT = 22_000;
const ATTEMPTS_MAX = 100;

/** A port on which nobody listens, and, for `alsoAbove`, nobody that far above it either. */
export async function freePort(alsoAbove = 0): Promise<number> {
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
    const port = randomInt(FIRST_PORT, LAST_PORT);
    if ((await isFree(port)) && (alsoAbove === 0 || (await isFree(port + alsoAbove)))) return port;
  }
  throw new Error(`no free port between ${FIRST_PORT} and ${LAST_PORT}`);
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen(port, LOOPBACK);
    await once(server, 'listening');
    server.close();
    await once(server, 'close');
    return true;
  } catch {
    return false;
  }
}
