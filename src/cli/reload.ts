import { findDaemon } from './asking.ts';
import { type Cli, type Format, formatOption, printJson } from './command.ts';
import { Failure } from './failure.ts';

interface Options {
  readonly allowMassDelete?: boolean;
  readonly format: Format;
}

/** `curfew reload` */
export function addReload({ program, surroundings, action }: Cli): void {
  program
    .command('reload')
    .description('have the running daemon load its policy files again, all or nothing')
    .option('--allow-mass-delete', 'even if most of the policies that hold syncs are gone')
    .addOption(formatOption())
    .action(
      action(async ({ allowMassDelete, format }: Options) => {
        const daemon = await findDaemon(surroundings);
        if (daemon === undefined) {
          throw new Failure(3, 'no daemon is running; it loads its policies when it starts');
        }
        const body = { allowMassDelete: allowMassDelete === true };
        const answer = await daemon.post<{ message: string }>('/v1/reload', body);
        if (format === 'json') printJson(surroundings, answer);
        else surroundings.stdout.write(`${answer.message}\n`);
        return 0;
      }),
    );
}
