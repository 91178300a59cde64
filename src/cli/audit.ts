import type { SealDocument } from '../plan/evidence.ts';
import { addExport } from './audit-export.ts';
import { addVerify } from './audit-verify.ts';
import { type Cli, type Format, formatOption, printJson } from './command.ts';
import { withEvidence } from './evidence-source.ts';
import { Failure } from './failure.ts';
import { createPaint } from './paint.ts';
import type { Surroundings } from './surroundings.ts';
import { renderTable } from './table.ts';

const SEALS_MAX = 10_000;

/** `curfew audit verify|export|seals` */
export function addAudit(cli: Cli): void {
  const audit = cli.program.command('audit').description('the journal as evidence');
  addVerify(cli, audit);
  addExport(cli, audit);
  addSeals(cli, audit);
}

interface SealsOptions {
  readonly limit: string;
  readonly format: Format;
}

function addSeals({ surroundings, action }: Cli, audit: Cli['program']): void {
  audit
    .command('seals')
    .description('list the newest seals, for keeping them where nobody here can reach them')
    .option('--limit <count>', 'at most so many', '20')
    .addOption(formatOption())
    .action(
      action(async ({ limit, format }: SealsOptions) => {
        if (!/^\d+$/.test(limit) || Number(limit) > SEALS_MAX) {
          throw new Failure(2, `--limit: ${JSON.stringify(limit)} is no number up to ${SEALS_MAX}`);
        }
        const seals = await withEvidence(surroundings, ({ seals }) => seals(Number(limit)));
        if (format === 'json') printJson(surroundings, seals);
        else surroundings.stdout.write(text(seals, surroundings));
        return 0;
      }),
    );
}

function text(seals: readonly SealDocument[], { stdout, env }: Surroundings): string {
  if (seals.length === 0) return 'Nothing is sealed yet.\n';
  return renderTable<SealDocument>(
    [
      { title: 'MADE', text: ({ seal }) => seal.madeAt.replace('T', ' ').replace(/\.\d+Z$/, 'Z') },
      { title: 'ENTRIES', text: ({ seal }) => String(seal.count), align: 'right' },
      { title: 'UP TO', text: ({ seal }) => String(seal.lastSeq), align: 'right' },
      { title: 'KEY', text: ({ seal }) => seal.keyId ?? '' },
      // Never cut: half of it is worth nothing.
      { title: 'SEAL', text: ({ mark }) => mark, tone: () => 'strong' },
    ],
    seals,
    { paint: createPaint(stdout, env), columns: stdout.columns },
  );
}
