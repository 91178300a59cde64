/** Something took longer than it may. */
class DeadlineError extends Error {
  override readonly name = 'DeadlineError';

  constructor(what: string, ms: number) {
    super(`${what}: no answer within ${ms} ms`);
  }
}

/**
 * The outcome of `work`, or a `DeadlineError` after `ms`, or the reason of `signal` when it is
 * aborted before that; the work itself is not stopped.
 */
export async function within<T>(
  ms: number,
  what: string,
  work: () => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  let giveUp = () => {};
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new DeadlineError(what, ms)), ms);
    giveUp = () => reject(signal?.reason);
    signal?.addEventListener('abort', giveUp);
  });
  if (signal?.aborted) giveUp();
  try {
    return await Promise.race([work(), late]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', giveUp);
  }
}

/** Waits until `work` has settled, whichever way, but at most `ms`; false when it had not. */
export async function settledWithin(
  ms: number,
  work: Promise<unknown>,
  after: (ms: number, act: () => void) => () => void = afterReal,
): Promise<boolean> {
  let callOff = () => {};
  const late = new Promise<boolean>((resolve) => {
    callOff = after(ms, () => resolve(false));
  });
  const settled = work.then(
    () => true,
    () => true,
  );
  try {
    return await Promise.race([settled, late]);
  } finally {
    callOff();
  }
}

function afterReal(ms: number, act: () => void): () => void {
  const timer = setTimeout(act, ms);
  return () => clearTimeout(timer);
}
