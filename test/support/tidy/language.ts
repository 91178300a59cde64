import { type Finding, findingAt, type Node, type Rule } from './source.ts';

/** Worker threads cannot load TypeScript on Node 20, where the tests run from source. */
const JAVASCRIPT_IN_SRC = ['src/store/pglite-worker.js'];

/** Only TypeScript that becomes JavaScript by deleting the types. */
export const erasableSyntax: Rule = (sources) =>
  sources.flatMap((source): Finding[] => {
    const isJavaScript = source.path.startsWith('src/') && source.path.endsWith('.js');
    if (isJavaScript && !JAVASCRIPT_IN_SRC.includes(source.path)) {
      return [{ path: source.path, line: 1, rule: 'language', advice: 'write it in TypeScript' }];
    }
    return source.nodes.flatMap((node) => {
      const advice = adviceOn(node);
      return advice === undefined ? [] : [findingAt(source, node, 'language', advice)];
    });
  });

function adviceOn(node: Node): string | undefined {
  switch (node.type) {
    case 'TSEnumDeclaration':
      return 'an enum is code: use a union of literals, or an object `as const`';
    case 'TSModuleDeclaration':
      return node.declare ? undefined : 'a namespace is code: use a file';
    case 'TSParameterProperty':
      return 'a parameter property is code: declare the field and assign it';
    case 'TSImportEqualsDeclaration':
    case 'TSExportAssignment':
      return 'use the import and export of ECMAScript';
    case 'TSTypeAssertion':
      return 'write the assertion with `as`';
    default:
      return undefined;
  }
}
