import { expect, test } from 'vitest';
import { chanceOf } from '../../src/sandbox/chance.ts';

test('a name gives one stream, another name another', () => {
  const draw = (name: string) => {
    const chance = chanceOf(name);
    return [chance.next(), chance.whole(1, 1_000_000), chance.uuid()];
  };
  expect(draw('a')).toEqual(draw('a'));
  expect(draw('a')).not.toEqual(draw('b'));
});

test('draws cover their range evenly, ends included', () => {
  const chance = chanceOf('even');
  const counts = [0, 0, 0, 0];
  for (let draw = 0; draw < 8_000; draw += 1) counts[chance.whole(0, 3)]! += 1;
  for (const count of counts) expect(count).toBeGreaterThan(1_800);
});

test('ids are version 4 UUIDs and do not repeat', () => {
  const ids = new Set(Array.from({ length: 10_000 }, (_, name) => chanceOf(`${name}`).uuid()));
  expect(ids.size).toBe(10_000);
  for (const id of ids) {
    expect(id).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
  }
});
