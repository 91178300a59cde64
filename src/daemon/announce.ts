import type { DaemonOptions } from './daemon-options.ts';
import type { Parts } from './parts.ts';

/** Journals that a daemon came up, and with what. */
export async function announceStart(parts: Parts, options: DaemonOptions): Promise<void> {
  const { config, clock, version } = options;
  await parts.recorder.append([
    {
      at: clock.now(),
      type: 'daemon.started',
      actor: 'curfew',
      reason: `Curfew ${version} started.`,
      detail: {
        version,
        tzdata: process.versions.tz ?? 'unknown',
        node: process.versions.node,
        database: config.databaseUrl === undefined ? 'embedded' : 'postgres',
        queue: parts.queueConnection.kind,
        organization: parts.identity.organizationId ?? null,
      },
    },
  ]);
}

/** Journals an orderly stop. */
export async function announceStop(parts: Parts, options: DaemonOptions): Promise<void> {
  await parts.store.leaveReplicas(parts.owner);
  await parts.recorder.append([
    {
      at: options.clock.now(),
      type: 'daemon.stopped',
      actor: 'curfew',
      reason: 'Curfew stopped in an orderly way.',
    },
  ]);
}
