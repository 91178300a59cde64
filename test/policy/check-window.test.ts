import fc from 'fast-check';
import { expect, it } from 'vitest';
import { loadText, policyText } from './fixtures.ts';

it('S9: a cron window is said to overlap itself exactly when its occurrences do', () => {
  const list = (max: number) =>
    fc.uniqueArray(fc.integer({ min: 0, max }), { minLength: 1, maxLength: 3 });
  const days = fc.constantFrom('*', '1-5', '1', '0,3');
  fc.assert(
    fc.property(
      list(59),
      list(23),
      days,
      fc.integer({ min: 1, max: 3_000 }),
      (minutes, hours, weekdays, length) => {
        const cron = `cron: "${minutes} ${hours} * * ${weekdays}", for: ${length}m, timezone: UTC`;
        const text = policyText(`pause: { during: [{ ${cron} }] }`, 'allow_always: true');
        const { set, problems } = loadText(text);
        let previousEnd = -Infinity;
        let isOverlapping = false;
        let seen = 0;
        for (const { start, end } of set!.policies[0]!.windows[0]!.occurrences(0)) {
          isOverlapping ||= start < previousEnd;
          previousEnd = end;
          if (++seen === 200) break;
        }
        const codes = problems.map(({ code }) => code);
        expect(codes.includes('window-overlaps-itself')).toBe(isOverlapping);
      },
    ),
  );
});
