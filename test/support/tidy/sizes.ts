import {
  childrenOf,
  type Finding,
  findingAt,
  isNode,
  lineAt,
  type Node,
  type Rule,
  type Source,
} from './source.ts';

const FILE_LINES_MAX = 300;
const TEST_FILE_LINES_MAX = 500;
const FUNCTION_LINES_MAX = 70;
const LINE_COLUMNS_MAX = 100;

const MEASURED = /\.([cm]?[jt]s|sql|sh)$|^\.ci\/run$/;
const TEST = /(\.test|-suite|-conformance)\.ts$/;
const FUNCTIONS = ['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression'];

/** Files, functions and lines stay small enough to be read at once. */
export const sizes: Rule = (sources) =>
  sources
    .filter(({ path }) => MEASURED.test(path))
    .flatMap((source) => [...longFile(source), ...longLines(source), ...longFunctions(source)]);

function longFile({ path, lines }: Source): Finding[] {
  const max = TEST.test(path) ? TEST_FILE_LINES_MAX : FILE_LINES_MAX;
  if (lines.length <= max) return [];
  const advice = `${lines.length} lines, at most ${max}: find the second subject and move it out`;
  return [{ path, line: max + 1, rule: 'size', advice }];
}

function longLines({ path, lines }: Source): Finding[] {
  return lines.flatMap((text, index) => {
    const { length } = [...text];
    if (length <= LINE_COLUMNS_MAX) return [];
    const advice = `${length} columns, at most ${LINE_COLUMNS_MAX}: break the line or name a part`;
    return [{ path, line: index + 1, rule: 'size', advice }];
  });
}

/**
 * A factory that returns closures is a container, as a class is: the functions that it names inside
 * are measured by themselves and do not count as its own lines. Test files are lists of tests.
 */
function longFunctions(source: Source): Finding[] {
  if (TEST.test(source.path)) return [];
  return source.nodes.flatMap((node) => {
    if (!FUNCTIONS.includes(node.type)) return [];
    const length = ownLines(source, node);
    if (length <= FUNCTION_LINES_MAX) return [];
    const advice = `a function of ${length} lines, at most ${FUNCTION_LINES_MAX}: split it by step`;
    return [findingAt(source, node, 'size', advice)];
  });
}

function ownLines(source: Source, node: Node): number {
  const inside = childrenOf(node).flatMap(namedFunctionsIn);
  return inside.reduce((sum, named) => sum - span(source, named), span(source, node));
}

/** The outermost functions in `node` with a name; an anonymous callback is part of its caller. */
function namedFunctionsIn(node: Node): Node[] {
  const named = node.type === 'FunctionDeclaration' ? node : (node.init ?? node.value);
  if (isNode(named) && FUNCTIONS.includes(named.type)) return [named];
  return childrenOf(node).flatMap(namedFunctionsIn);
}

function span(source: Source, node: Node): number {
  return lineAt(source, node.end) - lineAt(source, node.start) + 1;
}
