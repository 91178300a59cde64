// Time, chance, the environment and the terminal come in as arguments from the composition root.

import {
  type Finding,
  findingAt,
  isMember,
  type Node,
  type Rule,
  roomOf,
  type Source,
} from './source.ts';

const CLOCK_FILES = ['src/cli/clock.ts', 'src/sandbox/clock.ts'];
const CHANCE = ['randomUUID', 'randomBytes', 'randomInt', 'getRandomValues'];
const PROCESS = ['env', 'exit', 'exitCode', 'argv'];

/** Nobody reads a clock or rolls dice but the clock files. */
export const clockAndChance: Rule = (sources) =>
  findInProduct(
    sources.filter(({ path }) => !CLOCK_FILES.includes(path)),
    readsClockOrChance,
    'clock and chance',
    `take the instant, the clock or the chance as an argument; real ones are in ${CLOCK_FILES}`,
  );

function readsClockOrChance(node: Node): boolean {
  if (isMember(node, 'Date', ['now']) || isMember(node, 'Math', ['random'])) return true;
  if (isMember(node, 'performance', ['now']) || isMember(node, 'process', ['hrtime'])) return true;
  if (node.type === 'Identifier') return CHANCE.includes(node.name ?? '');
  // `Date()` without `new` is the present whatever it is given.
  if (node.type === 'CallExpression') return node.callee?.name === 'Date';
  const isDate = node.type === 'NewExpression' && node.callee?.name === 'Date';
  return isDate && node.arguments?.length === 0;
}

/** Only the command line knows that there is a process around us. */
export const surroundings: Rule = (sources) =>
  findInProduct(
    sources.filter(({ path }) => roomOf(path) !== 'cli'),
    (node) =>
      isMember(node, 'process', PROCESS) ||
      (node.type === 'MemberExpression' && node.object?.name === 'console') ||
      (node.type === 'ImportSpecifier' && PROCESS.includes(node.imported?.name ?? '')),
    'surroundings',
    'read settings, end the process and print in src/cli; elsewhere take or return a value, or log',
  );

function findInProduct(
  sources: readonly Source[],
  isBad: (node: Node) => boolean,
  rule: string,
  advice: string,
): Finding[] {
  return sources.flatMap((source) => {
    if (!source.path.startsWith('src/')) return [];
    return source.nodes.filter(isBad).map((node) => findingAt(source, node, rule, advice));
  });
}
