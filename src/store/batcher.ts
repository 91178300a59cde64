/** How a batcher groups, and what it does with a group. */
export interface Batching<Item, Answer> {
  /** Items of one key never share a group, and groups run in order: so do items of a key. */
  keyOf(item: Item): string;
  readonly sizeMax: number;
  /** Serves a group, all or nothing; answers in the order of the items. */
  run(items: readonly Item[]): Promise<readonly Answer[]>;
  /** Whether a failure proves that nothing happened, so that the items may be tried one by one. */
  isRepeatable(error: unknown): boolean;
}

interface Waiting<Item, Answer> {
  readonly item: Item;
  resolve(answer: Answer): void;
  reject(error: unknown): void;
}

/**
 * Lets callers that meet share one statement and one commit: whoever comes while a group runs waits
 * for the next. When a group fails its items run one by one, so that a bad one fails alone.
 */
export function createBatcher<Item, Answer>(
  batching: Batching<Item, Answer>,
): (item: Item) => Promise<Answer> {
  type Member = Waiting<Item, Answer>;
  let waiting: Member[] = [];
  let isRunning = false;

  function nextGroup(): Member[] {
    const keys = new Set<string>();
    const group: Member[] = [];
    const rest: Member[] = [];
    for (const member of waiting) {
      const key = batching.keyOf(member.item);
      const fits = group.length < batching.sizeMax && !keys.has(key);
      // A key that had to wait keeps its later items waiting, too.
      keys.add(key);
      (fits ? group : rest).push(member);
    }
    waiting = rest;
    return group;
  }

  async function serve(group: readonly Member[]): Promise<void> {
    try {
      const answers = await batching.run(group.map(({ item }) => item));
      group.forEach((member, index) => {
        member.resolve(answers[index]!);
      });
    } catch (error) {
      if (group.length > 1 && batching.isRepeatable(error)) {
        for (const member of group) await serve([member]);
      } else {
        for (const member of group) member.reject(error);
      }
    }
  }

  async function serveAll(): Promise<void> {
    while (waiting.length > 0) await serve(nextGroup());
    isRunning = false;
  }

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (isRunning) return;
      isRunning = true;
      // Not at once: what else happens in this turn of the event loop belongs into the group.
      setImmediate(serveAll);
    });
}
