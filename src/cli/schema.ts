import { policyJsonSchema } from '../policy/schema.ts';
import { type Cli, printJson } from './command.ts';

/** `curfew schema` */
export function addSchema({ program, surroundings, action }: Cli): void {
  program
    .command('schema')
    .description('print the JSON Schema of policy files, for editors')
    .action(
      action(async () => {
        printJson(surroundings, policyJsonSchema());
        return 0;
      }),
    );
}
