import { expect, test } from 'vitest';
import { lateEdge, lateResumes } from '../../src/plan/lateness.ts';
import { HOUR, hold, MINUTE, T0 } from './rig.ts';

const pausing = hold({ state: 'pausing' });
const resuming = hold({ state: 'resuming', resumeAt: T0 + HOUR });

test('S60: a pause is late five minutes after it was begun, and only until it is made', () => {
  expect(lateEdge(pausing, true, T0, T0 + 5 * MINUTE)).toBeUndefined();
  const late = lateEdge(pausing, true, T0, T0 + 6 * MINUTE);
  expect(late).toMatchObject({ alert: { mark: 'late-pause' }, latenessMs: 6 * MINUTE });
  expect(late?.alert.reason).toBe('It should have been paused 6 minutes ago; still trying.');
  expect(lateEdge(hold(), true, T0, T0 + HOUR)).toBeUndefined();
});

test('S60: a resume is late five minutes after its turn, or the end of its window', () => {
  const at = T0 + HOUR + 6 * MINUTE;
  expect(lateEdge(resuming, false, 0, at)).toMatchObject({ latenessMs: 6 * MINUTE });
  expect(lateEdge(hold(), false, 0, at)).toMatchObject({ latenessMs: 6 * MINUTE });
  const later = hold({ state: 'resuming', resumeAt: T0 + HOUR + 10 * MINUTE });
  expect(lateEdge(later, false, 0, at)).toBeUndefined();
});

test('S60: what ends before its window does is late from when that was seen', () => {
  expect(lateEdge(hold(), false, T0 + MINUTE, T0 + 3 * MINUTE)).toBeUndefined();
  const late = lateEdge(hold(), false, T0 + MINUTE, T0 + 7 * MINUTE);
  expect(late).toMatchObject({ alert: { mark: 'late-resume' }, latenessMs: 6 * MINUTE });
});

test('S60: it is told once', () => {
  const told = { ...resuming, told: ['late-resume'] };
  expect(lateEdge(told, false, 0, T0 + 2 * HOUR)).toBeUndefined();
});

test('late resumes are one sentence with a few names', () => {
  const late = (syncName: string) => hold({ syncName, told: ['late-resume'] });
  expect(lateResumes([hold(), pausing])).toBeUndefined();
  expect(lateResumes([late('A')])).toBe('1 sync should have been restored by now: A.');
  const five = ['A', 'B', 'C', 'D', 'E'].map(late);
  expect(lateResumes(five)).toBe('5 syncs should have been restored by now: A, B, C and 2 more.');
});
