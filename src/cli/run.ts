import type { Cli } from './command.ts';
import { configOf, logOf } from './environment.ts';

/** `curfew run` */
export function addRun({ program, surroundings, action }: Cli): void {
  program
    .command('run')
    .description('run the daemon until SIGINT or SIGTERM; SIGHUP loads the policies again')
    .action(
      action(async () => {
        const config = configOf(surroundings);
        const { runDaemon } = await import('./run-daemon.ts');
        await runDaemon(surroundings, config, logOf(surroundings, config));
        return 0;
      }),
    );
}
