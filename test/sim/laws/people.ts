import { type Law, law, rulesOf } from '../law.ts';
import { isHeldSince, wantAt } from '../oracle.ts';

/** A replica may go by the policies of before for so long. */
const OLD_POLICIES_MS = 120_000;

/** People win, and what runs is theirs. */
export const PEOPLE_LAWS: readonly Law[] = [
  law('Curfew never activates what people want inactive', (world, broken) => ({
    land({ request, sync, isChange }, record) {
      if (request.effect !== 'activate' || !isChange || record?.actor !== 'curfew') return;
      if (world.wishes.of(sync.key).mayBeActive) return;
      broken(`${request.life.name} activated ${sync.name}, which people want inactive`);
    },
  })),
  law('who activates a paused sync is respected', (world, broken) => ({
    land({ request, sync, isChange, at }, record) {
      if (request.effect !== 'deactivate' || !isChange || record?.actor !== 'curfew') return;
      const { owned } = world.wishes.of(sync.key);
      if (owned === undefined || world.clocksWereWrong) return;
      if (owned.hold !== record.hold || request.readAt <= owned.at) return;
      const rules = rulesOf(world);
      const subject = { name: sync.name, kind: sync.seed.kind };
      // Somebody's newer word, or a policy that does not let them.
      if (isHeldSince(rules.words, subject, owned.at)) return;
      const isStubborn = [request.leftAt, at].some(
        (instant) => wantAt(rules, subject, instant).isStubborn,
      );
      if (isStubborn || at - world.book.changedAt < OLD_POLICIES_MS || world.book.isBroken) return;
      broken(`${request.life.name} paused ${sync.name} again, after a person had activated it`);
    },
  })),
  law('running work is only cancelled where a policy says so', (world, broken) => ({
    land({ request, sync, run, at }, record) {
      if (run === undefined || request.effect === 'start' || record?.actor !== 'curfew') return;
      // It cannot spare what began after it looked.
      if (run.startedAt >= request.runsReadAt) return;
      const { book } = world;
      const subject = { name: sync.name, kind: sync.seed.kind };
      const mayCancel = [request.leftAt, at]
        .map((instant) => wantAt(rulesOf(world), subject, instant))
        .some((want) => (run.isResync ? want.cancelsResync : want.cancels) !== false);
      const isOld = at - book.changedAt < OLD_POLICIES_MS || book.isBroken;
      if (mayCancel || isOld || world.clocksWereWrong || sync.renamedAt > at - OLD_POLICIES_MS)
        return;
      const what = run.isResync ? 'a full resync' : 'an execution';
      broken(`${request.life.name} cancelled ${what} of ${sync.name}, to be left alone`);
    },
  })),
];
