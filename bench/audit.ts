import { hash } from 'node:crypto';
import { join } from 'node:path';
import { evidenceOf } from '../src/daemon/evidence.ts';
import { createChainCheck } from '../src/plan/chain-check.ts';
import { createEvidenceReader } from '../src/plan/evidence.ts';
import { type EntryDocument, type Link, makeSeal, SEAL_ENTRIES_MAX } from '../src/plan/seal.ts';
import { canonicalJson } from '../src/policy/canonical.ts';
import { createStore } from '../src/store/create-store.ts';
import type { Database } from '../src/store/database.ts';
import { openEmbedded, openPostgres } from '../src/store/open.ts';
import type { Store } from '../src/store/store.ts';
import { temporaryFolder } from '../test/support/guard.ts';
import { median, number, printTable, spread } from './figures.ts';
import { startServers } from './pause.ts';

const ENTRIES = 100_000;
const ROUNDS = 3;

/** Entries sealed and checked per second, beside SHA-256 alone over the same bytes. */
export async function benchAudit(): Promise<void> {
  console.log(`\n## audit: ${number(ENTRIES)} entries\n`);
  const servers = await startServers();
  const folder = await temporaryFolder('bench-audit');
  const onCrash = (error: Error) => console.error(error);
  try {
    const postgres = await openPostgres({ url: servers.postgres.url });
    const rows = await measure('Postgres', postgres);
    const { database } = await openEmbedded({ folder: join(folder.path, 'data'), onCrash });
    rows.push(...(await measure('embedded', database)));
    const head = ['where', 'what', 'entries per CPU second', 'times as long as SHA-256'];
    printTable(head, rows);
  } finally {
    await folder.remove();
    await servers.stop();
  }
}

async function measure(where: string, database: Database): Promise<string[][]> {
  const store = createStore(database);
  await fill(database);
  const seal = await timed(() => sealAll(store));
  const links = await readLinks(store);
  const documents = links.flatMap(({ entries }) => entries);
  const texts = documents.map((document) => Buffer.from(canonicalJson(document)));
  const bytes = texts.reduce((sum, { length }) => sum + length, 0);
  console.log(`${where}: ${number(bytes / ENTRIES)} bytes per entry`);
  const sides: Readonly<Record<string, () => unknown>> = {
    'SHA-256 alone': () => texts.map((text) => hash('sha256', text, 'buffer')),
    'documents to seals': () => makeSeals(documents),
    'check of what is in memory': () => checkLinks(links),
    'audit verify, reading all': () => verify(store),
  };
  const tookMs = new Map<string, number[]>(Object.keys(sides).map((name) => [name, []]));
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [name, run] of Object.entries(sides)) tookMs.get(name)!.push(await timed(run));
  }
  const alone = tookMs.get('SHA-256 alone')!;
  await store.close();
  const rows = [...tookMs].map(([name, ms]) => {
    const ratios = ms.map((one, round) => one / alone[round]!);
    return [where, name, number(ENTRIES / (median(ms) / 1_000)), spread(ratios, 1)];
  });
  const perSecond = number(ENTRIES / (seal / 1_000));
  return [
    ...rows,
    [where, 'sealing, with the database', perSecond, number(seal / median(alone), 1)],
  ];
}

/** Entries as a daemon writes them: calls with keys and details. */
async function fill(database: Database): Promise<void> {
  await database.query(
    `insert into curfew.journal
       (at, type, actor, reason, policy, sync, sync_name, hold, key, detail)
     select '2026-06-07T06:00Z'::timestamptz + n * interval '37 ms', 'call.answered', 'curfew',
            'The API accepted: deactivate.', 'snowflake-maintenance', 'model:' || md5(n::text),
            'Warehouse/Contacts to Salesforce ' || n % 2000, md5('hold' || n),
            'cf1-' || md5('key' || n),
            jsonb_build_object('action', 'deactivate', 'outcome', 'ok', 'status', 200, 'attempt', 1)
       from generate_series(1, $1::integer) as n`,
    [ENTRIES],
  );
}

async function sealAll(store: Store): Promise<void> {
  for (;;) {
    const { last, entries } = await store.unsealed(SEAL_ENTRIES_MAX);
    if (entries.length === 0) return;
    const { seal, list } = makeSeal(last, entries, Date.now(), undefined);
    await store.addSeal(seal, list);
  }
}

async function readLinks(store: Store): Promise<Link[]> {
  const links: Link[] = [];
  for (;;) {
    const next = await store.linksAfter(links.length, SEAL_ENTRIES_MAX);
    if (next.length === 0) return links;
    links.push(...next);
  }
}

function makeSeals(documents: readonly EntryDocument[]): void {
  for (let start = 0; start < documents.length; start += SEAL_ENTRIES_MAX) {
    makeSeal(undefined, documents.slice(start, start + SEAL_ENTRIES_MAX), start, undefined);
  }
}

function checkLinks(links: readonly Link[]): void {
  const check = createChainCheck();
  for (const link of links) check.take(link);
  insistOn(check.verdict());
}

async function verify(store: Store): Promise<void> {
  const check = createChainCheck();
  const reader = createEvidenceReader(check);
  for await (const chunk of evidenceOf(store, { query: {}, withSeals: true })) {
    for (const line of chunk.trimEnd().split('\n')) reader.take(line);
  }
  reader.end();
  insistOn(check.verdict());
}

function insistOn({ ok, entries }: { readonly ok: boolean; readonly entries: number }): void {
  if (!ok || entries !== ENTRIES) throw new Error('the chain does not hold: nothing was measured');
}

/** CPU time of this process, with its database where that is embedded; others do not count. */
async function timed(run: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}
