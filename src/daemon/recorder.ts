// The room `daemon` puts the parts to work: it looks at syncs when boundaries come, acts, records,
// and looks again. Its composition root (compose.ts) is the only place that knows all the parts.

import type { Entry } from '../plan/entry.ts';
import type { Store, WriteSet, Written } from '../store/store.ts';

export type EntryListener = (entry: Entry) => void;

/** The way into the journal: what has landed is also told to whoever listens (logs, the demo). */
export interface Recorder {
  write(set: WriteSet): Promise<Written>;
  append(entries: readonly Entry[]): Promise<void>;
  /** For entries that another store operation has committed already. */
  announce(entries: readonly Entry[]): void;
  /** Returns the function that stops listening. */
  listen(listener: EntryListener): () => void;
}

/** Wraps the store's writes so that entries are announced only after they are durable. */
export function createRecorder(store: Store): Recorder {
  const listeners = new Set<EntryListener>();
  const announce = (entries: readonly Entry[]): void => {
    for (const entry of entries) {
      for (const listener of listeners) listener(entry);
    }
  };
  return {
    async write(set) {
      const written = await store.write(set);
      if (written === 'written') announce(set.entries ?? []);
      return written;
    },
    async append(entries) {
      if (entries.length === 0) return;
      await store.append(entries);
      announce(entries);
    },
    announce,
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
