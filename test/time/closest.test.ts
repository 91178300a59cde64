import { expect, it } from 'vitest';
import { closest } from '../../src/time/closest.ts';

const fields = ['timezone', 'policies', 'version', 'calendars'];

it('finds the word that was meant', () => {
  expect(closest('tiemzone', fields)).toBe('timezone');
  expect(closest('Timezone', fields)).toBe('timezone');
  expect(closest('policy', fields)).toBe(undefined);
  expect(closest('polices', fields)).toBe('policies');
  expect(closest('calendar', fields)).toBe('calendars');
});

it('finds nothing where nothing is close', () => {
  expect(closest('window', fields)).toBe(undefined);
  expect(closest('', fields)).toBe(undefined);
  expect(closest('x', [])).toBe(undefined);
});

it('takes the closest of several, the first at a tie', () => {
  expect(closest('cat', ['cart', 'cat', 'car'])).toBe('cat');
  expect(closest('cat', ['cart', 'bat'])).toBe('cart');
});
