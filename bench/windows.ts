import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { median, number, printTable, spread } from './figures.ts';
import { RULES, WALKERS } from './walkers.ts';

const ROUND = fileURLToPath(new URL('./windows-round.js', import.meta.url));
const ROUNDS = 5;

interface Result {
  readonly name: string;
  readonly count: number;
  readonly sum: number;
  /** CPU time of the walk that finds no zone table yet, in milliseconds. */
  readonly firstMs: number;
  /** Of the same walk once more. */
  readonly secondMs: number;
}

/**
 * Occurrences per second over ten years of New York: ours and those of three libraries that walk
 * the same rule. Throws when two of them do not agree on the occurrences.
 */
export async function benchWindows(): Promise<void> {
  console.log('\n## windows: ten years in America/New_York\n');
  const rows = RULES.flatMap(({ name: rule, window }) => {
    const rounds = Array.from({ length: ROUNDS }, (_, round) => runRound(rule, round));
    const counts = rounds.flat().map(({ count, sum }) => `${count} ${sum}`);
    const [first] = rounds[0]!;
    if (new Set(counts).size > 1) {
      throw new Error(`${rule}: not the same occurrences: ${JSON.stringify(rounds[0])}`);
    }
    return Object.keys(WALKERS).map((name) => {
      const mine = rounds.map((results) => results.find((result) => result.name === name)!);
      const ours = rounds.map((results) => results.find((result) => result.name === 'curfew')!);
      const ratios = mine.map(({ firstMs }, round) => firstMs / ours[round]!.firstMs);
      const secondRatios = mine.map(({ secondMs }, round) => secondMs / ours[round]!.secondMs);
      return [
        name === 'curfew' ? `${rule}: \`${window}\`, ${number(first!.count)}` : '',
        name,
        number(first!.count / (median(mine.map(({ firstMs }) => firstMs)) / 1_000)),
        name === 'curfew' ? '1' : spread(ratios),
        number(first!.count / (median(mine.map(({ secondMs }) => secondMs)) / 1_000)),
        name === 'curfew' ? '1' : spread(secondRatios),
      ];
    });
  });
  const head = ['rule, occurrences', 'walker', 'first walk, occ./s', 'times slower'];
  printTable([...head, 'second walk, occ./s', 'times slower'], rows);
}

/** The order rotates from round to round: nobody is always first, or always after the slowest. */
function runRound(rule: string, round: number): Result[] {
  const names = Object.keys(WALKERS);
  const turn = round % names.length;
  const order = [...names.slice(turn), ...names.slice(0, turn)];
  const args = [ROUND, rule, ...order];
  return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' }));
}
