import { expect, test } from 'vitest';
import { routePattern } from '../../src/sandbox/route-pattern.ts';

test.each([
  ['/api/syncs/*/activate', '/api/syncs/abc/activate', true],
  ['/api/syncs/:id/activate', '/api/syncs/abc/activate', true],
  ['/api/syncs/*', '/api/syncs/abc/activate', false],
  ['/api/**', '/api/syncs/abc/activate', true],
  ['**', '/anything', true],
  ['/api/sync*', '/api/syncs', true],
  ['/api/me', '/api/me/too', false],
  ['/api/m.', '/api/me', false],
])('%s and %s: %s', (pattern, path, expected) => {
  expect(routePattern(pattern)(path)).toBe(expected);
});
