// The closed list of problem codes is told twice, in code and in the manual; each code is tried.

import { type Finding, findingAt, type Node, nodesOf, type Rule, type Source } from './source.ts';

const CODE_FILE = 'src/policy/problem-codes.ts';
const LIST_NAME = 'problemCodes';
const MANUAL = 'docs/problems.md';
// A heading or the first cell of a table row that begins with a code.
const DOCUMENTED = /^(?:#{2,4} |\| *)`([a-z][a-z0-9-]*)`/;

/** Every code is in the manual and in a test, and the manual invents none. */
export const problemCodes: Rule = (sources) => {
  const list = sources.find(({ path }) => path === CODE_FILE);
  if (list === undefined) return [];
  const manual = sources.find(({ path }) => path === MANUAL);
  const documented = new Map(manual?.lines.flatMap(codeInLine));
  const codes = codesIn(list);
  const tests = sources.filter(({ path }) => path.startsWith('test/') && !path.includes('/tidy'));

  const untold = codes.flatMap(({ code, node }): Finding[] => [
    ...(documented.has(code)
      ? []
      : [findingAt(list, node, 'errors', `describe \`${code}\` in ${MANUAL}`)]),
    ...(tests.some((test) => mentions(test, code))
      ? []
      : [findingAt(list, node, 'errors', `no test provokes \`${code}\`: write one, or drop it`)]),
  ]);
  const invented = [...documented]
    .filter(([code]) => !codes.some((known) => known.code === code))
    .map(([code, line]): Finding => {
      return { path: MANUAL, line, rule: 'errors', advice: `\`${code}\` is not in ${CODE_FILE}` };
    });
  return [...untold, ...invented];
};

function codeInLine(line: string, index: number): [string, number][] {
  const code = DOCUMENTED.exec(line)?.[1];
  return code === undefined ? [] : [[code, index + 1]];
}

function codesIn(file: Source): { readonly code: string; readonly node: Node }[] {
  const list = file.nodes.find(
    (node) => node.type === 'VariableDeclarator' && node.id?.name === LIST_NAME,
  );
  const object =
    list === undefined
      ? undefined
      : [...nodesOf(list)].find((node) => node.type === 'ObjectExpression');
  return (object?.properties ?? []).map((node) => {
    return { code: node.key?.name ?? String(node.key?.value), node };
  });
}

/** As a whole word, so that `zone-unknown-alias` is no test of `zone-unknown`. */
function mentions(test: Source, code: string): boolean {
  return new RegExp(`(?<![\\w-])${code}(?![\\w-])`).test(test.text);
}
