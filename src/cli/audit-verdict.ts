import type { ChainVerdict } from '../plan/chain-check.ts';
import { sealMark } from '../plan/seal.ts';
import { formatDuration } from '../time/duration.ts';
import type { Paint } from './paint.ts';
import { plain, wrap } from './text-width.ts';

// More are in the JSON document, for whoever has to find out what somebody did.
const BREACHES_SHOWN = 10;

const LABEL_COLUMNS = 12;

/** What a check came to, for people: the answer first, then what it rests on. */
export function verdictText(verdict: ChainVerdict, paint: Paint, columns: number): string {
  const facts = [
    ...breachFacts(verdict),
    ...writtenFacts(verdict),
    ['signed', signed(verdict)] as const,
    ['kept seals', kept(verdict)] as const,
    ...prunedFacts(verdict),
    ['not sealed', unsealed(verdict)] as const,
    ...(verdict.last === undefined ? [] : [['newest seal', sealMark(verdict.last)] as const]),
  ];
  const lines = facts.flatMap(([label, text]) => {
    const [first = '', ...rest] = wrap(plain(text), columns - LABEL_COLUMNS - 2);
    const head = `  ${paint('quiet', label.padEnd(LABEL_COLUMNS))}${first}`;
    return [head, ...rest.map((line) => ' '.repeat(LABEL_COLUMNS + 2) + line)];
  });
  return `${headline(verdict, paint)}\n${lines.join('\n')}\n`;
}

function headline({ ok, breaches, seals, entries }: ChainVerdict, paint: Paint): string {
  const [first] = breaches;
  if (first !== undefined) {
    const what = `The journal does not hold: the first bad entry is ${first.seq}`;
    return `${paint('bad', '✗')} ${paint('strong', what)}`;
  }
  if (ok && seals === 0) return `${paint('good', '✓')} The journal is empty`;
  const checked = `${count(entries, 'entry', 'entries')} under ${count(seals, 'seal')}`;
  return `${paint('good', '✓')} ${paint('strong', `The journal holds: ${checked}`)}`;
}

type Fact = readonly [label: string, text: string];

function breachFacts({ breaches, breachCount }: ChainVerdict): readonly Fact[] {
  const shown = breaches.slice(0, BREACHES_SHOWN);
  const facts = shown.map(({ message }, at): Fact => [at === 0 ? 'found' : '', message]);
  const more = breachCount - shown.length;
  return more === 0 ? facts : [...facts, ['', `and ${more.toLocaleString('en')} more`]];
}

function writtenFacts({ from, to }: ChainVerdict): readonly Fact[] {
  if (from === undefined || to === undefined) return [];
  return [['written', `from ${secondOf(from)} to ${secondOf(to)}`]];
}

function signed({ seals, signatures }: ChainVerdict): string {
  const { count: many, first, keyIds, isChecked } = signatures;
  if (many === 0 || first === undefined) return 'no';
  const since = first.header.number === 1 ? '' : `, from seal ${first.header.number} on`;
  const which = many === seals ? 'every seal' : `${many.toLocaleString('en')} seals${since}`;
  const how = isChecked ? '' : '; not checked, which takes --public-key';
  return `${which}, with key ${keyIds.join(', ')}${how}`;
}

function kept({ kept: many }: ChainVerdict): string {
  if (many === 0) return 'none given: an end that was cut off could not be seen';
  return `${count(many, 'seal')} of --against found as kept`;
}

function prunedFacts({ pruned }: ChainVerdict): readonly Fact[] {
  if (pruned === undefined) return [];
  const { throughSeq, throughSeal, retentionMs, at, seq } = pruned;
  const what = `entries up to ${throughSeq}, under seals up to ${throughSeal}`;
  const why = `by a retention of ${formatDuration(retentionMs)}`;
  return [['pruned', `${what}, at ${secondOf(at)} ${why}, says entry ${seq}; their seals hold`]];
}

function unsealed({ unsealed: { count: many, since } }: ChainVerdict): string {
  if (many === 0) return 'nothing';
  const when = since === undefined ? '' : ` since ${secondOf(since)}`;
  return `${count(many, 'entry', 'entries')}${when}, which nothing vouches for yet`;
}

/** `2026-06-07 06:00:05Z`; people read no milliseconds, and what is no time stays as it is. */
function secondOf(time: string): string {
  return time.replace(/^(\S+)T(\S+?)\.\d+Z$/, '$1 $2Z');
}

function count(many: number, one: string, others = `${one}s`): string {
  return `${many.toLocaleString('en')} ${many === 1 ? one : others}`;
}
