/** Chance with a name: the same name gives the same numbers, on every machine. */
export interface Dice {
  /** In [0, 1). */
  next(): number;
  /** A whole number from `min` to `max`, both included. */
  whole(min: number, max: number): number;
  is(probability: number): boolean;
  pick<T>(items: readonly T[]): T;
  uuid(): string;
}

/** Dice by name: sfc32 (PractRand's small fast counter), seeded with FNV-1a over the name. */
export function diceOf(name: string): Dice {
  let [a, b, c, d] = [hash(`a${name}`), hash(`b${name}`), hash(`c${name}`), 1];

  function word(): number {
    const sum = (a + b + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + sum) | 0;
    return sum >>> 0;
  }

  for (let turns = 0; turns < 12; turns += 1) word();
  const next = (): number => word() / 2 ** 32;
  return {
    next,
    whole: (min, max) => min + Math.floor(next() * (max - min + 1)),
    is: (probability) => next() < probability,
    pick: (items) => items[Math.floor(next() * items.length)]!,
    uuid() {
      const hex = [word(), word(), word(), word()].map((part) =>
        part.toString(16).padStart(8, '0'),
      );
      const [first = '', second = '', third = '', fourth = ''] = hex;
      const middle = `${second.slice(0, 4)}-4${second.slice(5)}-8${third.slice(1, 4)}`;
      return `${first}-${middle}-${third.slice(4)}${fourth}`;
    },
  };
}

function hash(text: string): number {
  let state = 0x811c9dc5;
  for (const character of text) {
    state = Math.imul(state ^ character.codePointAt(0)!, 0x01000193);
  }
  return state | 0;
}
