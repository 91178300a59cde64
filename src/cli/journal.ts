import { setTimeout as wait } from 'node:timers/promises';
import type { JournalEntry } from '../plan/entry.ts';
import type { Instant } from '../time/interval.ts';
import type { Wire } from '../web/wire.ts';
import { type Curfew, type Query, withCurfew } from './asking.ts';
import { type Cli, type Format, formatOption, printJson } from './command.ts';
import { reachOf } from './environment.ts';
import { Failure } from './failure.ts';
import { createJournalLines, type JournalLines } from './journal-lines.ts';
import { createPaint } from './paint.ts';
import type { Surroundings } from './surroundings.ts';
import { parsePast } from './when.ts';

type Entry = Wire<JournalEntry>;

interface Options {
  readonly sync?: string;
  readonly policy?: string;
  readonly type?: string;
  readonly since?: string;
  readonly limit: string;
  readonly follow?: boolean;
  readonly format: Format;
}

const FOLLOW_EVERY_MS = 1_000;
/** As many as one question of the API gives. */
const ENTRIES_MAX = 10_000;

/** `curfew journal` */
export function addJournal({ program, surroundings, action }: Cli): void {
  program
    .command('journal')
    .description('read the journal: what was decided and done, and why')
    .option('--sync <sync>', 'only entries about a sync')
    .option('--policy <policy>', 'only entries about a policy')
    .option('--type <types>', 'only entries of these types, such as hold.held,hold.released')
    .option('--since <time>', 'only entries since a time (UTC without an offset) or a length: 2h')
    .option('--limit <count>', 'at most so many, the newest', '100')
    .option('--follow', 'go on as entries come in, until Ctrl-C')
    .addOption(formatOption())
    .action(
      action(async (options: Options) => {
        const query = queryOf(options, surroundings.clock.now());
        await withCurfew(surroundings, (curfew) =>
          options.follow === true
            ? follow(surroundings, curfew, query, options.format)
            : printOnce(surroundings, curfew, query, options.format),
        );
        return 0;
      }),
    );
}

function queryOf({ sync, policy, type, since, limit }: Options, now: Instant): Query {
  if (!/^\d+$/.test(limit) || Number(limit) > ENTRIES_MAX) {
    throw new Failure(2, `--limit: ${JSON.stringify(limit)} is no number up to ${ENTRIES_MAX}`);
  }
  return {
    sync,
    policy,
    type,
    limit,
    since: since && new Date(parsePast(since, '--since', now)).toISOString(),
  };
}

async function printOnce(
  surroundings: Surroundings,
  curfew: Curfew,
  query: Query,
  format: Format,
): Promise<void> {
  const entries = await curfew.get<Entry[]>('/v1/journal', query);
  if (format === 'json') return printJson(surroundings, entries);
  if (entries.length === 0) return surroundings.stdout.write('No entries.\n');
  print(surroundings, entries, linesFor(surroundings));
}

async function follow(
  surroundings: Surroundings,
  curfew: Curfew,
  query: Query,
  format: Format,
): Promise<void> {
  if (!curfew.isDaemon && reachOf(surroundings).dataFolder !== undefined) {
    throw new Failure(3, 'no daemon is running, so there is nothing to follow');
  }
  const { stdout, stop } = surroundings;
  const lines = linesFor(surroundings);
  let after: number | undefined;
  while (!stop.aborted) {
    const limit = after === undefined ? query.limit : ENTRIES_MAX;
    const entries = await curfew.get<Entry[]>('/v1/journal', { ...query, limit, after });
    // A stream has no end, so it cannot be one document: one line for each entry.
    if (format === 'json') {
      for (const entry of entries) stdout.write(`${JSON.stringify(entry)}\n`);
    } else print(surroundings, entries, lines);
    after = entries.at(-1)?.seq ?? after ?? 0;
    await wait(FOLLOW_EVERY_MS, undefined, { signal: stop }).catch(() => undefined);
  }
}

function linesFor({ stdout, env }: Surroundings): JournalLines {
  return createJournalLines(createPaint(stdout, env));
}

function print({ stdout }: Surroundings, entries: readonly Entry[], lines: JournalLines): void {
  for (const entry of entries) stdout.write(`${lines(entry).join('\n')}\n`);
}
