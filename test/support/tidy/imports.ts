import { posix } from 'node:path';
import type { Node, Source } from './source.ts';

/** One place where a file takes something from another file or from a package. */
export interface Import {
  readonly node: Node;
  /** As written: `./interval.ts`, `bullmq`, `node:fs`. */
  readonly specifier: string;
  /** The file meant, from the root of the repository; undefined for packages. */
  readonly target: string | undefined;
  /** What is taken, by the names that the other file gives; `*` is everything. */
  readonly names: readonly string[];
}

/**
 * All imports of a file: static, dynamic, re-exports, types, and files that are started or read by
 * `new URL('./file', import.meta.url)`.
 */
export function importsOf(source: Source): Import[] {
  const imports: Import[] = [];
  for (const node of source.nodes) {
    const [from, names] = takenBy(node) ?? [];
    if (typeof from?.value !== 'string' || names === undefined) continue;
    const specifier = from.value;
    const isFile = specifier.startsWith('.');
    const target = isFile ? posix.join(posix.dirname(source.path), specifier) : undefined;
    imports.push({ node, specifier, target, names });
  }
  return imports;
}

function takenBy(node: Node): [Node | null | undefined, string[]] | undefined {
  switch (node.type) {
    case 'ImportDeclaration':
      return [node.source, (node.specifiers ?? []).map(nameOfSpecifier)];
    case 'ExportNamedDeclaration':
      return [node.source, (node.specifiers ?? []).map((specifier) => nameOf(specifier.local))];
    case 'ExportAllDeclaration':
    case 'ImportExpression':
      return [node.source, ['*']];
    case 'TSImportType':
      return [node.source, [node.qualifier ? nameOf(node.qualifier) : '*']];
    case 'NewExpression':
      return node.callee?.name === 'URL' && node.arguments?.[1]?.type === 'MemberExpression'
        ? [node.arguments[0], ['*']]
        : undefined;
    default:
      return undefined;
  }
}

function nameOfSpecifier(specifier: Node): string {
  if (specifier.type === 'ImportNamespaceSpecifier') return '*';
  if (specifier.type === 'ImportDefaultSpecifier') return 'default';
  return nameOf(specifier.imported);
}

function nameOf(node: Node | undefined): string {
  return node?.name ?? String(node?.value);
}

/** The package of a specifier without its subpath: `@scope/name/part` → `@scope/name`. */
export function packageOf(specifier: string): string {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}
