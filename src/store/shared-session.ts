import { DatabaseError } from './database.ts';
import type { Engine } from './engine.ts';

/** One user of a session that several share. */
export interface SessionUser {
  /**
   * Runs a statement when it is this user's turn; a user's own statements run in their order. A
   * statement that leaves a transaction open keeps all others out until that transaction ends.
   */
  query(text: string, params?: readonly (string | null)[]): Promise<readonly unknown[]>;
  /** Ends this user's transaction, if one is open, by rolling it back. */
  release(): Promise<void>;
}

/**
 * Lends the engine's one session to many users, such that a transaction has it alone. Whether a
 * transaction is open is what the engine says after each statement, never a guess from its text.
 */
export function shareSession(engine: Engine): () => SessionUser {
  const waiting: (() => void)[] = [];
  let isTaken = false;

  function take(): Promise<void> {
    if (isTaken) return new Promise((resolve) => waiting.push(resolve));
    isTaken = true;
    return Promise.resolve();
  }

  function giveBack(): void {
    const next = waiting.shift();
    if (next === undefined) isTaken = false;
    else next();
  }

  return () => {
    let hasSession = false;
    let last: Promise<unknown> = Promise.resolve();

    async function run(text: string, params?: readonly (string | null)[]) {
      if (!hasSession) await take();
      const { rows, inTransaction } = await engine.run(text, params);
      hasSession = inTransaction;
      if (!hasSession) giveBack();
      if (rows instanceof DatabaseError) throw rows;
      return rows;
    }

    function inOrder<T>(work: () => Promise<T>): Promise<T> {
      const result = last.then(work);
      last = result.catch(() => undefined);
      return result;
    }

    return {
      query: (text, params) => inOrder(() => run(text, params)),
      release: () =>
        inOrder(async () => {
          if (hasSession) await run('rollback');
        }),
    };
  };
}
