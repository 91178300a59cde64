// Repeatable chance. Every stream is named by a text that contains the seed, so what a sync or an
// execution draws does not depend on the order in which requests came.

/** A stream of draws; the same name gives the same stream. */
export interface Chance {
  /** `[0, 1)`. */
  next(): number;
  /** A whole number, both ends included. */
  whole(from: number, to: number): number;
  pick<T>(list: readonly [T, ...T[]]): T;
  /** A version 4 UUID. */
  uuid(): string;
}

/** Opens the stream of this name. */
export function chanceOf(name: string): Chance {
  const next32 = sfc32(...cyrb128(name));
  const next = () => next32() / 2 ** 32;
  const whole = (from: number, to: number) => from + Math.floor(next() * (to - from + 1));
  return {
    next,
    whole,
    pick: (list) => list[Math.floor(next() * list.length)] ?? list[0],
    uuid: () => uuidFrom(hex(next32()) + hex(next32()) + hex(next32()) + hex(next32())),
  };
}

function hex(word: number): string {
  return word.toString(16).padStart(8, '0');
}

function uuidFrom(digits: string): string {
  const variant = (8 + (Number.parseInt(digits.charAt(16), 16) & 3)).toString(16);
  const tail = `4${digits.slice(13, 16)}-${variant}${digits.slice(17, 20)}-${digits.slice(20)}`;
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-${tail}`;
}

/** The public-domain hash cyrb128 by bryc: four words from a text. */
function cyrb128(text: string): [number, number, number, number] {
  let a = 1779033703;
  let b = 3144134277;
  let c = 1013904242;
  let d = 2773480762;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    a = b ^ Math.imul(a ^ code, 597399067);
    b = c ^ Math.imul(b ^ code, 2869860233);
    c = d ^ Math.imul(c ^ code, 951274213);
    d = a ^ Math.imul(d ^ code, 2716044179);
  }
  a = Math.imul(c ^ (a >>> 18), 597399067);
  b = Math.imul(d ^ (b >>> 22), 2869860233);
  c = Math.imul(a ^ (c >>> 17), 951274213);
  d = Math.imul(b ^ (d >>> 19), 2716044179);
  a ^= b ^ c ^ d;
  return [a, b ^ a, c ^ a, d ^ a];
}

/** The small fast counter generator of PractRand. */
function sfc32(w: number, x: number, y: number, z: number): () => number {
  let [a, b, c, d] = [w, x, y, z];
  return () => {
    const sum = (a + b + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    return sum >>> 0;
  };
}
