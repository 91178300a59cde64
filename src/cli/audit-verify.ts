import { type ChainVerdict, createChainCheck } from '../plan/chain-check.ts';
import { createEvidenceReader, sealDocument } from '../plan/evidence.ts';
import type { KeptSeal } from '../plan/seal-check.ts';
import { readSealKey, type SealKey } from '../plan/seal-key.ts';
import { verdictText } from './audit-verdict.ts';
import { type Cli, type Format, formatOption, printJson } from './command.ts';
import { readText, withEvidence } from './evidence-source.ts';
import { Failure } from './failure.ts';
import { linesOf } from './lines.ts';
import { createPaint } from './paint.ts';

interface Options {
  readonly against?: readonly string[];
  readonly publicKey?: readonly string[];
  readonly format: Format;
}

const HELP = `
A seal is written as number:hash, such as 812:9f86d081… with 64 digits. A file of seals may be
anything that holds some: the log of the daemon, the output of curfew audit seals, an export.

Without a kept seal or a public key, a pass means that nobody has changed the journal who did not
rewrite all seals after it as well: see docs/audit.md.`;

/** `curfew audit verify` */
export function addVerify({ surroundings, action }: Cli, audit: Cli['program']): void {
  audit
    .command('verify')
    .description('check the journal against its seals, and name the first bad entry')
    .argument('[file]', 'an export with its seals to check, instead of the database')
    .option('--against <seal|file>', 'a seal that was kept elsewhere; repeatable', collect)
    .option('--public-key <file>', 'every seal must be signed with it; repeatable', collect)
    .addOption(formatOption())
    .addHelpText('after', HELP)
    .action(
      action(async (file: string | undefined, options: Options) => {
        const { against = [], publicKey = [], format } = options;
        const keys: SealKey[] = [];
        for (const path of publicKey) keys.push(await readKey(path));
        const kept: KeptSeal[] = [];
        for (const what of against) kept.push(...(await readKept(what)));
        const verdict = await (file === undefined
          ? withEvidence(surroundings, (source) => check(source.whole(), { keys, kept }))
          : check(readText(file), { keys, kept }, file));
        const { stdout, env } = surroundings;
        if (format === 'json') printJson(surroundings, documentOf(verdict));
        else stdout.write(verdictText(verdict, createPaint(stdout, env), stdout.columns));
        return verdict.ok ? 0 : 1;
      }),
    );
}

function collect(value: string, earlier: readonly string[] = []): readonly string[] {
  return [...earlier, value];
}

async function check(
  chunks: AsyncIterable<string>,
  options: { readonly keys: readonly SealKey[]; readonly kept: readonly KeptSeal[] },
  file?: string,
): Promise<ChainVerdict> {
  const chain = createChainCheck(options);
  const reader = createEvidenceReader(chain);
  let number = 0;
  for await (const line of linesOf(chunks)) {
    number += 1;
    const fault = reader.take(line);
    if (fault === undefined) continue;
    if (file === undefined) throw new Failure(1, `line ${number} of the journal: ${fault}`);
    const advice = 'make it with curfew audit export --with-seals';
    throw new Failure(1, `${file}:${number}: ${fault}; ${advice}`);
  }
  reader.end();
  return chain.verdict();
}

async function readKey(path: string): Promise<SealKey> {
  let text = '';
  for await (const chunk of readText(path)) text += chunk;
  const key = readSealKey(text);
  if (key === undefined) throw new Failure(2, `${path} holds no Ed25519 public key in PEM`);
  return key;
}

const MARK = /(?<!\w)([1-9]\d*):([0-9a-f]{64})(?!\w)/g;

async function readKept(what: string): Promise<readonly KeptSeal[]> {
  const given = marksIn(what);
  if (given.length > 0) return given;
  const kept: KeptSeal[] = [];
  for await (const line of linesOf(readText(what))) kept.push(...marksIn(line));
  if (kept.length > 0) return kept;
  throw new Failure(2, `${what} holds no seal: one is a number, a colon and 64 digits`);
}

function marksIn(text: string): readonly KeptSeal[] {
  return [...text.matchAll(MARK)].map(([, number, hash]) => ({
    number: Number(number),
    hash: hash!,
  }));
}

function documentOf(verdict: ChainVerdict) {
  const { last, signatures } = verdict;
  return {
    ...verdict,
    last: last && sealDocument(last),
    signatures: { ...signatures, first: signatures.first && sealDocument(signatures.first) },
  };
}
