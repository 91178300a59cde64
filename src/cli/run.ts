import type { Cli } from './command.ts';
import { configOf, logOf } from './environment.ts';

/** `curfew run` */
export function addRun({ program, surroundings, action }: Cli): void {
  program
    .command('run')
    .description('run the daemon until SIGINT or SIGTERM; SIGHUP loads the policies again')
    .option('--observe', 'a dry run: decide and journal everything, act on nothing')
    .action(
      action(async ({ observe = false }: { observe?: boolean }) => {
        const config = configOf(surroundings);
        const { runDaemon } = await import('./run-daemon.ts');
        await runDaemon(surroundings, config, logOf(surroundings, config), observe);
        return 0;
      }),
    );
}
