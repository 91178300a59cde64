import type { Timers } from './clock.ts';
import type { Logger } from './log.ts';
import type { Health, PartHealth } from './operations.ts';

/** While something is away it is looked for this often. */
const LOOK_EVERY_MS = 2_000;

/** What goes away by itself; of the API and the policies alerts tell. */
const WATCHED: readonly PartHealth['name'][] = ['database', 'queue'];

/** Tells people of parts that go away and come back: a line each, however much fails meanwhile. */
export interface HealthWatch {
  /** Something failed, which may mean that a part is away; cheap to call often. */
  suspect(): void;
  stop(): void;
}

/** Makes a watch that costs nothing while nothing fails; `onBack` is called when all is well. */
export function watchHealth(
  timers: Timers,
  health: () => Promise<Health>,
  log: Logger,
  onBack: () => void,
): HealthWatch {
  const away = new Set<PartHealth['name']>();
  let callOff: (() => void) | undefined;
  let isLooking = false;
  let isStopped = false;

  function tell({ name, isReady, message = 'it does not say why.' }: PartHealth): void {
    if (!WATCHED.includes(name)) return;
    if (!isReady && !away.has(name)) {
      away.add(name);
      log.error({ part: name }, `The ${name} is away: ${message}`);
    } else if (isReady && away.delete(name)) {
      log.warn({ part: name }, `The ${name} is back.`);
    }
  }

  async function look(): Promise<void> {
    callOff = undefined;
    isLooking = true;
    const wasAway = away.size > 0;
    for (const part of (await health()).parts) tell(part);
    isLooking = false;
    if (isStopped) return;
    if (away.size > 0) callOff = timers.after(LOOK_EVERY_MS, look);
    else if (wasAway) onBack();
  }

  return {
    suspect() {
      if (!isLooking && !isStopped && callOff === undefined) void look();
    },
    stop() {
      isStopped = true;
      callOff?.();
    },
  };
}
