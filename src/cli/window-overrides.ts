import type { OverrideRow } from '../daemon/operations.ts';
import type { WindowOverride } from '../plan/override.ts';
import type { Wire } from '../web/wire.ts';
import { withCurfew } from './asking.ts';
import type { Surroundings } from './surroundings.ts';

/** What people did to windows of policies, as Curfew has it on record. */
export async function windowOverrides(surroundings: Surroundings): Promise<WindowOverride[]> {
  const rows = await withCurfew(surroundings, (curfew) =>
    curfew.get<Wire<OverrideRow>[]>('/v1/overrides', { all: 'true' }),
  );
  // The newest come first; of two, the newer one has the higher number.
  return rows.reverse().flatMap((row, number) => {
    const { kind, policy, occurrence, revokedAt } = row;
    if (kind === 'hold' || kind === 'release') return [];
    if (policy === undefined || occurrence === undefined) return [];
    const { id, actor, reason, policyHash = '', timezone = 'UTC' } = row;
    const { start, end } = occurrence;
    return {
      ...{ id, number, kind, actor, reason, policy, policyHash, timezone },
      createdAt: Date.parse(row.createdAt!),
      from: Date.parse(row.from!),
      expires: Date.parse(row.expires!),
      revokedAt: revokedAt == null ? undefined : Date.parse(revokedAt),
      occurrence: {
        start: start === null ? Number.NEGATIVE_INFINITY : Date.parse(start),
        end: Date.parse(end!),
      },
    };
  });
}
