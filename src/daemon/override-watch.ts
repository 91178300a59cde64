import type { Queue } from '../queue/queue.ts';
import { type Loop, startLoop } from './loop.ts';
import { lookAtOverride, type OverrideParts, spokenAt } from './override-edge.ts';
import type { Parts } from './parts.ts';

/** How soon a replica hears what another process put on record, when nobody tells it. */
const LOOK_EVERY_MS = 2_000;

/** One replica has the syncs looked at; the others only take note. */
const DUTY_MS = 10_000;

/**
 * Notices overrides that another process put on record, such as a command on a machine without a
 * daemon. Acting on a sync never depends on this: whoever takes one learns the version there is.
 * The embedded database belongs to one process, so there is nobody else to hear of.
 */
export function watchOverrides(
  parts: OverrideParts &
    Pick<Parts, 'owner' | 'databaseKind' | 'timers'> & { readonly queue: Queue },
  tend: () => Promise<unknown>,
  onError: (error: unknown) => void,
): Loop[] {
  if (parts.databaseKind === 'embedded') return [];
  const { overrides, store, inventory } = parts;
  let seen = overrides.all();
  const look = async (): Promise<void> => {
    await overrides.refresh();
    const known = new Map(seen.map((override) => [override.id, override]));
    const news = overrides.all().filter((override) => {
      const before = known.get(override.id);
      return before === undefined || before.revokedAt !== override.revokedAt;
    });
    seen = overrides.all();
    if (news.length === 0) return;
    await tend();
    if (!(await store.claimDuty('overrides', parts.owner, DUTY_MS))) return;
    await inventory.refresh();
    for (const override of news) await lookAtOverride(parts, override, spokenAt(override));
  };
  return [startLoop(parts.timers, LOOK_EVERY_MS, look, onError)];
}
