import { SKEW_MAX_MS } from '../plan/pausing.ts';
import { type Blocked, blockedPolicies } from '../plan/restraint.ts';
import type { Policy } from '../policy/policy.ts';
import type { Polytomic } from '../polytomic/polytomic.ts';
import type { Store } from '../store/store.ts';
import type { Instant } from '../time/interval.ts';
import type { Alarms } from './alarms.ts';
import type { Clock } from './clock.ts';
import type { InventoryCache } from './inventory.ts';
import type { PolicyKeeper } from './policy-keeper.ts';

/** A pause that the cap refused is asked for again after this long. */
const CAP_WAIT_MS = 60_000;

const LIMIT_ALARM = 'limit:' as const;
const CAP_ALARM = 'pauses-capped';
const SKEW_ALARM = 'clock-skew';

/** What keeps a mistake from pausing everything. Nothing here ever keeps a sync from resuming. */
export interface Guards {
  /** The policies that select more syncs than their limit allows: they pause nothing new. */
  blocked(): ReadonlySet<string>;
  /** Raises and clears the alerts about blocked policies and clocks; asked at every sweep. */
  tell(): Promise<void>;
  /** Counts one more pause; gives the time to ask again when there were too many in an hour. */
  admitPause(): Promise<Instant | undefined>;
}

/** Makes the guards of a process. `pausesPerHour` undefined means no cap. */
export function createGuards(parts: {
  readonly keeper: PolicyKeeper;
  readonly inventory: InventoryCache;
  readonly polytomic: Pick<Polytomic, 'skewMs'>;
  readonly store: Store;
  readonly alarms: Alarms;
  readonly clock: Clock;
  readonly pausesPerHour: number | undefined;
}): Guards {
  const { keeper, inventory, alarms, clock, pausesPerHour } = parts;
  let known: { policies: readonly Policy[]; version: number } | undefined;
  let found: readonly Blocked[] = [];
  let names: ReadonlySet<string> = new Set();
  /** Whether an alert about the cap may be raised. */
  let mayBeCapped = true;

  /** Counting syncs is much work beside a pass, so it is done once for each reading of them. */
  function lookAgain(): void {
    const policies = keeper.policies();
    if (known?.policies === policies && known.version === inventory.version) return;
    known = { policies, version: inventory.version };
    found = blockedPolicies(policies, inventory.all());
    names = new Set(found.map(({ policy }) => policy));
  }

  async function tellLimits(raised: ReadonlySet<string>): Promise<void> {
    lookAgain();
    for (const { policy: name, selected, allowed } of found) {
      const policy = keeper.policies().find((one) => one.name === name);
      await alarms.raise({
        name: `${LIMIT_ALARM}${name}`,
        policy: name,
        notify: policy?.notify,
        reason:
          `${name} selects ${selected} syncs and may hold ${allowed}: ` +
          'it pauses nothing new; what it holds it keeps.',
        detail: { selected, allowed },
      });
    }
    for (const alarm of raised) {
      const policy = alarm.slice(LIMIT_ALARM.length);
      if (!alarm.startsWith(LIMIT_ALARM) || names.has(policy)) continue;
      const reason = `${policy} is not held back by its limit any more.`;
      await alarms.clear({ name: alarm, policy, reason });
    }
  }

  async function tellSkew(raised: ReadonlySet<string>): Promise<void> {
    const skewMs = parts.polytomic.skewMs();
    if (skewMs === undefined) return;
    const seconds = Math.round(skewMs / 1_000);
    if (Math.abs(skewMs) > SKEW_MAX_MS) {
      const reason =
        `The clock of the API is ${Math.abs(seconds)} s ${seconds > 0 ? 'ahead of' : 'behind'} ` +
        'ours: nothing new is paused until they agree.';
      await alarms.raise({ name: SKEW_ALARM, reason, detail: { skewMs } });
    } else if (raised.has(SKEW_ALARM)) {
      await alarms.clear({ name: SKEW_ALARM, reason: 'Our clock and that of the API agree.' });
    }
  }

  async function clearCap(): Promise<void> {
    mayBeCapped = false;
    await alarms.clear({ name: CAP_ALARM, reason: 'The cap on pauses holds nothing back.' });
  }

  return {
    blocked() {
      lookAgain();
      return names;
    },
    async tell() {
      const raised = new Set((await parts.store.alerts()).map(({ name }) => name));
      await tellLimits(raised);
      await tellSkew(raised);
      if (pausesPerHour === undefined && raised.has(CAP_ALARM)) await clearCap();
    },
    async admitPause() {
      if (pausesPerHour === undefined) return undefined;
      if (await parts.store.admitPause(pausesPerHour)) {
        if (mayBeCapped) await clearCap();
        return undefined;
      }
      mayBeCapped = true;
      const reason = `${pausesPerHour} syncs were paused within an hour, as many as may be.`;
      await alarms.raise({ name: CAP_ALARM, reason: `${reason} The others wait for their turn.` });
      return clock.now() + CAP_WAIT_MS;
    },
  };
}
