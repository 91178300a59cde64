import { inject, it } from 'vitest';
import { temporaryFolder } from '../guard.ts';
import { startPostgres, startRedis } from '../servers.ts';

it('starts servers and hangs', async () => {
  const redis = await startRedis();
  const postgres = await startPostgres();
  const folder = await temporaryFolder('hanging-run');
  const left = {
    pids: [process.pid, redis.pid, postgres.pid],
    urls: [redis.url, postgres.url, inject('redisUrl'), inject('postgresUrl')],
    folder: folder.path,
  };
  console.log(`left behind: ${JSON.stringify(left)}`);
  await new Promise(() => {});
});
