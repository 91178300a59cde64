import { formatProblem } from '../policy/format-problem.ts';
import type { Problem } from '../policy/problem.ts';
import type { Parts } from './parts.ts';
import type { ReloadOptions } from './policy-keeper.ts';
import { StartError } from './start-error.ts';

/** What came of a reload, in one sentence. */
export interface Reloaded {
  readonly ok: boolean;
  readonly message: string;
}

/** The two ways in which policies are loaded again while the daemon runs. */
export interface Reloader {
  /** For who noticed a change. */
  reload(how?: ReloadOptions): Promise<Reloaded>;
  /** For a person, who wants what is true now, also of calendars. */
  reloadAll(how?: ReloadOptions): Promise<Reloaded>;
}

/** The watcher, a signal and a person may all ask at once; each gets a whole reload in turn. */
export function createReloader(parts: Parts, onLoaded: () => Promise<void>): Reloader {
  const { keeper, feeds, reader } = parts;

  async function reloadOnce(how: ReloadOptions): Promise<Reloaded> {
    const outcome = await keeper.reload(how);
    switch (outcome.kind) {
      case 'unchanged':
        return { ok: true, message: 'The policy files have not changed.' };
      case 'followed':
        await onLoaded();
        return { ok: true, message: 'The newer set of another replica is in force.' };
      case 'refused':
        return { ok: false, message: refusalSentence(outcome.problems) };
      case 'adopted':
      case 'loaded':
        await feeds.forgetOthers(reader.feeds);
        await onLoaded();
        return { ok: true, message: `${outcome.set.policies.length} policies are in force.` };
    }
  }

  let reloading: Promise<unknown> = Promise.resolve();
  function reload(how: ReloadOptions = {}): Promise<Reloaded> {
    const wish = { isWish: true, ...how };
    const mine = reloading.then(() => reloadOnce(wish));
    reloading = mine.catch(() => {
      // It was read and is not in force: whoever looks for changes has to find it once more.
      reader.forget(wish.isWish ? 'files' : 'feeds');
    });
    return mine;
  }

  return {
    reload,
    async reloadAll(how) {
      await feeds.refresh(reader.feeds, 'all');
      return reload(how);
    },
  };
}

/**
 * Files that cannot be read must not let holds rot: with an earlier set on record that set stays in
 * force; without one nothing was ever paused, and the person at the keyboard is told.
 */
export async function loadFirstSet({ keeper }: Parts): Promise<void> {
  const outcome = await keeper.reload();
  if (outcome.kind !== 'refused' || keeper.set !== undefined) return;
  throw new StartError('policies', 'The policy files were refused.', {
    problems: outcome.problems,
  });
}

function refusalSentence(problems: readonly Problem[]): string {
  const errors = problems.filter(({ severity }) => severity === 'error');
  const [first] = errors;
  const what = first === undefined ? '' : ` The first of ${errors.length}: ${formatProblem(first)}`;
  return `The policy files were refused; the last good set stays in force.${what}`;
}
