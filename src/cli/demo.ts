import type { Cli } from './command.ts';
import { STORY_MS } from './demo-script.ts';
import { Failure } from './failure.ts';
import { lengthOf } from './moment.ts';
import { requireLength } from './when.ts';

interface Options {
  readonly for?: string;
  readonly verbose?: boolean;
}

/** `curfew demo` */
export function addDemo({ program, surroundings, action }: Cli): void {
  program
    .command('demo')
    .description('show a whole maintenance window on made-up syncs, within a minute')
    .option('--for <length>', 'end by itself after this long, such as 90s (default: Ctrl-C)')
    .option('--verbose', "print the daemon's log too")
    .action(
      action(async (options: Options) => {
        const forMs = options.for === undefined ? undefined : requireLength(options.for, '--for');
        if (forMs !== undefined && forMs < STORY_MS) {
          throw new Failure(2, `--for: the story takes ${lengthOf(STORY_MS)} at least`);
        }
        const { playDemo } = await import('./demo-play.ts');
        return playDemo(surroundings, options.verbose === true, forMs);
      }),
    );
}
