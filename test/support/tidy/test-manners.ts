// Tests that can be told apart, all run, wait for events, and try the real thing.

import { importsOf } from './imports.ts';
import {
  childrenOf,
  type Finding,
  findingAt,
  isMember,
  type Node,
  nodesOf,
  type Rule,
  type Source,
} from './source.ts';

const RUNNERS = ['it', 'test', 'describe'];
const SLEEPERS = ['sleep', 'delay', 'wait', 'pause'];
/** What happens while time passes is the subject of chaos; nothing there waits for a result. */
const MAY_LET_TIME_PASS = /^test\/chaos\/(?!.*\.test\.ts$)/;

/** The manners of test files. */
export const testManners: Rule = (sources) =>
  sources
    .filter(({ path }) => /^test\/.*\.ts$/.test(path))
    .flatMap((source) => [
      ...equalNames(source),
      ...onlyCalls(source),
      ...sleeps(source),
      ...mocks(source),
    ]);

function equalNames(source: Source): Finding[] {
  const seen = new Set<string>();
  const findings: Finding[] = [];
  const look = (node: Node, parents: string) => {
    const runner = runnerOf(node);
    const title = runner === undefined ? undefined : literalText(source, node.arguments?.[0]);
    const path = title === undefined ? parents : `${parents} > ${title}`;
    if (title !== undefined && runner !== 'describe') {
      if (seen.has(path)) {
        const advice = `another test here is called ${title}: say what is different`;
        findings.push(findingAt(source, node, 'tests', advice));
      }
      seen.add(path);
    }
    for (const child of childrenOf(node)) look(child, path);
  };
  for (const root of source.nodes.slice(0, 1)) look(root, '');
  return findings;
}

/** `it` of `it(…)`, `it.skipIf(…)(…)`, `it.each(…)(…)`. */
function runnerOf(node: Node): string | undefined {
  if (node.type !== 'CallExpression') return undefined;
  let callee = node.callee;
  while (callee !== undefined && callee.type !== 'Identifier') {
    callee = callee.type === 'MemberExpression' ? callee.object : callee.callee;
  }
  return RUNNERS.includes(callee?.name ?? '') ? callee?.name : undefined;
}

function literalText(source: Source, node: Node | undefined): string | undefined {
  if (node?.type !== 'Literal' && node?.type !== 'TemplateLiteral') return undefined;
  return source.text.slice(node.start, node.end);
}

function onlyCalls(source: Source): Finding[] {
  const found = source.nodes.filter((node) =>
    RUNNERS.some((runner) => isMember(node, runner, ['only'])),
  );
  return found.map((node) => findingAt(source, node, 'tests', 'remove `.only`'));
}

function sleeps(source: Source): Finding[] {
  if (MAY_LET_TIME_PASS.test(source.path)) return [];
  const constants = numbersOf(source);
  const sleepers = [...SLEEPERS, ...promisedTimers(source)];
  const isLiteralTime = (node: Node | undefined): boolean => {
    if (node?.type === 'Literal') return typeof node.value === 'number' && node.value > 0;
    if (node?.type === 'Identifier') return constants.has(node.name);
    return node?.type === 'BinaryExpression' && isLiteralTime(node.left);
  };
  const found = source.nodes.filter((node) => {
    if (node.type === 'CallExpression' && sleepers.includes(node.callee?.name ?? '')) {
      return isLiteralTime(node.arguments?.[0]);
    }
    return isLiteralTime(timerInPromise(node)?.arguments?.[1]);
  });
  const advice = 'wait for what should happen (an event, a line, vi.waitFor), or move a fake clock';
  return found.map((node) => findingAt(source, node, 'tests', advice));
}

/** The names of this file's constants that are plain numbers. */
function numbersOf(source: Source): Set<string | undefined> {
  const numbers = source.nodes.filter(
    (node) => node.type === 'VariableDeclarator' && typeof node.init?.value === 'number',
  );
  return new Set(numbers.map((node) => node.id?.name));
}

/** What `setTimeout` of `node:timers/promises` is called here. */
function promisedTimers(source: Source): string[] {
  return importsOf(source)
    .filter(({ specifier }) => specifier === 'node:timers/promises')
    .flatMap(({ node }) => node.specifiers ?? [])
    .filter((specifier) => specifier.imported?.name === 'setTimeout')
    .map((specifier) => specifier.local?.name ?? '');
}

/** The `setTimeout(resolve, …)` in a `new Promise((resolve) => …)`. */
function timerInPromise(node: Node): Node | undefined {
  if (node.type !== 'NewExpression' || node.callee?.name !== 'Promise') return undefined;
  const resolve = node.arguments?.[0]?.params?.[0]?.name;
  return [...nodesOf(node)].find((call) => {
    if (call.type !== 'CallExpression' || call.callee?.name !== 'setTimeout') return false;
    const callback = call.arguments?.[0];
    const body = (callback as { body?: Node } | undefined)?.body;
    return [callback?.name, body?.callee?.name].includes(resolve ?? '');
  });
}

function mocks(source: Source): Finding[] {
  const found = source.nodes.filter((node) => {
    if (node.type !== 'CallExpression' || !node.callee) return false;
    if (!isMember(node.callee, 'vi', ['mock', 'doMock'])) return false;
    const [what] = node.arguments ?? [];
    const from = what?.type === 'ImportExpression' ? what.source : what;
    return /^\.|src\//.test(String(from?.value));
  });
  const advice = 'do not mock our own code: use the real thing, or a port with a twin';
  return found.map((node) => findingAt(source, node, 'tests', advice));
}
