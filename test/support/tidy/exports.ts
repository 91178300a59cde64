// What is exported is a promise to others: by name, and only when there are others.

import { importsOf } from './imports.ts';
import { type Finding, findingAt, type Node, type Rule, type Source } from './source.ts';

const CONFIG_FILE = /(^|\/)[a-z.]+\.config\.ts$/;
/** Files that are started, not imported. */
const ENTRIES = [
  'src/cli/main.ts',
  'test/support/global-setup.ts',
  'test/support/worker-setup.ts',
  'test/support/hanging-run/hang.ts',
];
const CHECKED_FOR_USE = /^(src|test\/support)\/.*(?<!\.test)\.[jt]s$/;

/** No default exports and no `export *`. */
export const exportShapes: Rule = (sources) =>
  sources.flatMap((source) => {
    return source.nodes.flatMap((node): Finding[] => {
      if (node.type === 'ExportDefaultDeclaration' && !CONFIG_FILE.test(source.path)) {
        return [findingAt(source, node, 'exports', 'export it by name')];
      }
      if (node.type === 'ExportAllDeclaration') {
        return [findingAt(source, node, 'exports', 'let users import the file that defines it')];
      }
      return [];
    });
  });

/** No export that nobody imports. */
export const unusedExports: Rule = (sources) => {
  const used = new Set<string>();
  for (const source of sources) {
    for (const { target, names } of importsOf(source)) {
      for (const name of names) used.add(`${target} ${name}`);
    }
  }
  return sources.filter(isChecked).flatMap((source) => {
    if (used.has(`${source.path} *`)) return [];
    const unused = exportsOf(source).filter(({ name }) => !used.has(`${source.path} ${name}`));
    return unused
      .filter((entry) => !(entry.isType && isUsedAtHome(source, entry.name)))
      .map(({ name, node }) => {
        const advice = `nobody imports \`${name}\`: drop the export, or all of it`;
        return findingAt(source, node, 'exports', advice);
      });
  });
};

/** No file that no other one imports; in `src` a test does not count, since it ships nothing. */
export const unusedFiles: Rule = (sources) => {
  const used = new Set<string | undefined>();
  for (const source of sources) {
    for (const { target } of importsOf(source)) {
      if (!target?.startsWith('src/') || source.path.startsWith('src/')) used.add(target);
    }
  }
  return sources.filter(isChecked).flatMap(({ path }) => {
    if (used.has(path)) return [];
    return [
      { path, line: 1, rule: 'exports', advice: 'nothing imports this file: use or remove it' },
    ];
  });
};

function isChecked({ path }: Source): boolean {
  return CHECKED_FOR_USE.test(path) && !ENTRIES.includes(path);
}

/** A type that only describes parts of the file's other exports is part of their signatures. */
function isUsedAtHome(source: Source, name: string): boolean {
  const mentions = source.nodes.filter((node) => node.name === name);
  return mentions.length > 1;
}

interface Export {
  readonly name: string;
  readonly node: Node;
  readonly isType: boolean;
}

function exportsOf(source: Source): Export[] {
  const declarations = source.nodes.filter(
    (node) => node.type === 'ExportNamedDeclaration' && !node.source,
  );
  return declarations.flatMap((node): Export[] => {
    const { declaration, specifiers = [] } = node;
    const isType = declaration?.type.startsWith('TS') ?? false;
    const names = [
      ...specifiers.map((specifier) => specifier.exported?.name),
      declaration?.id?.name,
      ...(declaration?.declarations ?? []).flatMap((declared) => boundNames(declared.id)),
    ];
    return names.filter((name) => name !== undefined).map((name) => ({ name, node, isType }));
  });
}

/** The names that a pattern binds: `a` and `b` of `{ a, x: [b] }`. */
function boundNames(pattern: Node | null | undefined): (string | undefined)[] {
  if (!pattern) return [];
  if (pattern.type === 'Identifier') return [pattern.name];
  const properties = (pattern.properties ?? []).map((property) => property.value as Node);
  return [...properties, ...(pattern.elements ?? [])].flatMap(boundNames);
}
