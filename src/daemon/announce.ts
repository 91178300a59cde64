import type { Parts } from './parts.ts';
import type { RuntimeOptions } from './runtime.ts';

/** Journals that a daemon came up, and with what. */
export async function announceStart(parts: Parts, options: RuntimeOptions): Promise<void> {
  const { clock, version } = options;
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
        database: parts.databaseKind,
        queue: parts.queueKind,
        organization: parts.identity.organizationId ?? null,
      },
    },
  ]);
}

/** Journals an orderly stop. */
export async function announceStop(parts: Parts, options: RuntimeOptions): Promise<void> {
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
