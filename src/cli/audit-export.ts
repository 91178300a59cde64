import { Option } from 'commander';
import { ENTRY_TYPES, type EntryType } from '../plan/entry.ts';
import type { EntryDocument } from '../plan/seal.ts';
import { closest } from '../time/closest.ts';
import type { Cli } from './command.ts';
import { csvLine } from './csv.ts';
import { type EvidenceFilter, withEvidence } from './evidence-source.ts';
import { Failure } from './failure.ts';
import { linesOf } from './lines.ts';
import type { Surroundings } from './surroundings.ts';
import { parsePast } from './when.ts';

interface Options {
  readonly sync?: string;
  readonly policy?: string;
  readonly type?: string;
  readonly since?: string;
  readonly until?: string;
  readonly withSeals?: boolean;
  readonly format: 'jsonl' | 'csv';
}

/** `curfew audit export` */
export function addExport({ surroundings, action }: Cli, audit: Cli['program']): void {
  const format = new Option('--format <format>', 'one JSON document per line, or CSV')
    .choices(['jsonl', 'csv'])
    .default('jsonl');
  audit
    .command('export')
    .description('write entries to stdout, oldest first, each with the number of its seal')
    .option('--sync <sync>', 'only entries about a sync')
    .option('--policy <policy>', 'only entries about a policy')
    .option('--type <types>', 'only entries of these types, such as hold.held,hold.released')
    .option('--since <time>', 'only entries since a time (UTC without an offset) or a length: 30d')
    .option('--until <time>', 'only entries before a time')
    .option('--with-seals', 'all entries and their seals, for curfew audit verify <file>')
    .addOption(format)
    .action(
      action(async (options: Options) => {
        const filter = filterOf(options, surroundings);
        await withEvidence(surroundings, async (source) => {
          const isWhole = options.withSeals === true;
          const chunks = isWhole ? source.whole() : source.entries(filter);
          await (options.format === 'csv'
            ? writeCsv(surroundings, chunks)
            : writeLines(surroundings, chunks));
          const [last] = await source.seals(1);
          // Not on stdout: whoever keeps it wants it beside the file, not in it.
          if (last !== undefined) surroundings.stderr.write(`newest seal: ${last.mark}\n`);
        });
        return 0;
      }),
    );
}

function filterOf(options: Options, { clock }: Surroundings): EvidenceFilter {
  const { sync, policy, type, withSeals, format } = options;
  const [since, until] = (['since', 'until'] as const).map((name) => {
    const text = options[name];
    return text === undefined ? undefined : parsePast(text, `--${name}`, clock.now());
  });
  const filter = { sync, policy, types: typesOf(type), since, until };
  if (withSeals !== true) return filter;
  if (format === 'csv') throw new Failure(2, '--with-seals: CSV has no place for seals');
  if (Object.values(filter).some((value) => value !== undefined)) {
    throw new Failure(2, '--with-seals: only the whole journal has its seals, without any filter');
  }
  return filter;
}

function typesOf(text: string | undefined): readonly EntryType[] | undefined {
  return text?.split(',').map((name) => {
    if (Object.hasOwn(ENTRY_TYPES, name)) return name as EntryType;
    const hint = closest(name, Object.keys(ENTRY_TYPES));
    const advice = hint === undefined ? '' : ` (did you mean ${hint}?)`;
    throw new Failure(2, `--type: ${JSON.stringify(name)} is no type of entries${advice}`);
  });
}

async function writeLines({ stdout }: Surroundings, chunks: AsyncIterable<string>): Promise<void> {
  for await (const chunk of chunks) {
    stdout.write(chunk);
    await stdout.drained();
  }
}

type Row = EntryDocument & { readonly seal: number | null };

const COLUMNS: Readonly<Record<string, (row: Row) => string | number | undefined>> = {
  seq: ({ seq }) => seq,
  seal: ({ seal }) => seal ?? undefined,
  at: ({ at }) => at,
  type: ({ type }) => type,
  actor: ({ actor }) => actor,
  sync: ({ sync }) => sync,
  syncName: ({ syncName }) => syncName,
  policy: ({ policy }) => policy,
  reason: ({ reason }) => reason,
  hold: ({ hold }) => hold,
  occurrenceStart: ({ occurrence }) => occurrence?.start,
  occurrenceEnd: ({ occurrence }) => occurrence?.end,
  before: ({ before }) => before,
  after: ({ after }) => after,
  key: ({ key }) => key,
  latenessMs: ({ latenessMs }) => latenessMs,
  detail: ({ detail }) => (detail === undefined ? undefined : JSON.stringify(detail)),
};

async function writeCsv({ stdout }: Surroundings, chunks: AsyncIterable<string>): Promise<void> {
  stdout.write(csvLine(Object.keys(COLUMNS)));
  const cells = Object.values(COLUMNS);
  for await (const line of linesOf(chunks)) {
    const row = JSON.parse(line) as Row;
    stdout.write(csvLine(cells.map((cell) => cell(row))));
    await stdout.drained();
  }
}
