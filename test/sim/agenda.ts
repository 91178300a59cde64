import type { Instant } from '../../src/time/interval.ts';
import type { Dice } from './dice.ts';

/** What the whole world shares: the true time, and what is to happen in it. */
export interface Agenda {
  readonly now: Instant;
  /** Plans `act` for `ms` from now; gives the function that calls it off. */
  after(ms: number, act: () => unknown): () => void;
  /**
   * Makes happen what is due until `until`, one thing after the other. Before the next one comes,
   * all that the last one set off has come to rest: it waits for something that is on this agenda.
   */
  runUntil(until: Instant): Promise<void>;
}

interface Item {
  readonly at: Instant;
  /** Things of one millisecond happen in an order of chance. */
  readonly rank: number;
  act: (() => unknown) | undefined;
}

/** An agenda that begins at `start`; `afterEach` is called when the world is at rest again. */
export function createAgenda(start: Instant, dice: Dice, afterEach: () => void): Agenda {
  const heap: Item[] = [];
  let now = start;
  let planned = 0;

  async function rest(): Promise<void> {
    for (let before = -1; before !== planned; ) {
      before = planned;
      // Code under test goes on in microtasks, and gathers what meets in the next turn of the event
      // loop (src/store/batcher.ts): two turns without anything new mean that nothing moves.
      await turn();
      await turn();
    }
  }

  return {
    get now() {
      return now;
    },
    after(ms, act) {
      planned += 1;
      const item: Item = { at: now + Math.max(0, ms), rank: dice.next(), act };
      push(heap, item);
      return () => {
        item.act = undefined;
      };
    },
    async runUntil(until) {
      for (;;) {
        const [first] = heap;
        if (first === undefined || first.at > until) break;
        const { act } = pop(heap);
        if (act === undefined) continue;
        now = first.at;
        await act();
        await rest();
        afterEach();
      }
      now = until;
    },
  };
}

function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

function isBefore(one: Item, other: Item): boolean {
  return one.at < other.at || (one.at === other.at && one.rank < other.rank);
}

function push(heap: Item[], item: Item): void {
  let place = heap.length;
  heap.push(item);
  while (place > 0) {
    const parent = (place - 1) >> 1;
    if (!isBefore(item, heap[parent]!)) break;
    heap[place] = heap[parent]!;
    place = parent;
  }
  heap[place] = item;
}

function pop(heap: Item[]): Item {
  const first = heap[0]!;
  const item = heap.pop()!;
  if (heap.length === 0) return first;
  let place = 0;
  for (;;) {
    let child = 2 * place + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child += 1;
    if (!isBefore(heap[child]!, item)) break;
    heap[place] = heap[child]!;
    place = child;
  }
  heap[place] = item;
  return first;
}
