import type { Policy, Window } from '../policy/policy.ts';
import type { TestCase } from '../policy/policy-test.ts';

/** A window of an enabled policy, and whether some case looks at a sync of it while it is open. */
export interface WindowCoverage {
  readonly policy: Policy;
  readonly window: Window;
  readonly isEntered: boolean;
}

/** Which windows the cases ever enter, in the order of the policies. */
export function coverageOf(
  policies: readonly Policy[],
  cases: readonly TestCase[],
): readonly WindowCoverage[] {
  return policies
    .filter(({ enabled }) => enabled)
    .flatMap((policy) => {
      const about = cases.filter(({ expectations }) =>
        expectations.some(({ sync }) => policy.selects(sync)),
      );
      return policy.windows.map((window) => ({
        policy,
        window,
        isEntered: about.some((testCase) => enters(testCase, policy, window)),
      }));
    });
}

function enters({ kind, from, to }: TestCase, { when, leadMs }: Policy, window: Window): boolean {
  // The lead is part of a window inside of which the policy has its effect.
  const early = when === 'during' ? leadMs : 0;
  const end = kind === 'instant' ? from + 1 : to;
  for (const { start } of window.occurrences(from)) return start - early < end;
  return false;
}
