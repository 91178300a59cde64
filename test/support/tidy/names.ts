import { posix } from 'node:path';
import type { Rule } from './source.ts';

const NAMED = /\.([cm]?[jt]s|sql|sh|md)$/;
const KEBAB = /^[a-z0-9]+(-[a-z0-9]+)*$/;
// The files that people look for by these names at the top of a repository.
const ROOT_DOCUMENT = /^[A-Z]+\.md$/;
const DRAWERS = ['util', 'utils', 'helper', 'helpers', 'common', 'misc', 'types', 'index'];
const DRAWER_FOLDERS = [...DRAWERS, 'models', 'services', 'lib', 'shared'];

/** File names say what is inside. */
export const names: Rule = (sources) =>
  sources.flatMap(({ path }) => {
    const advice = NAMED.test(path) && !ROOT_DOCUMENT.test(path) ? adviceOn(path) : undefined;
    return advice === undefined ? [] : [{ path, line: 1, rule: 'names', advice }];
  });

function adviceOn(path: string): string | undefined {
  const folders = posix.dirname(path).split('/');
  const parts = posix.basename(path).split('.').slice(0, -1);
  const drawer =
    folders.find((name) => DRAWER_FOLDERS.includes(name)) ??
    parts.flatMap((part) => part.split('-')).find((word) => DRAWERS.includes(word));
  if (drawer !== undefined) {
    return `\`${drawer}\` is a drawer, not a subject: name the file after what is in it`;
  }
  if (!parts.every((part) => KEBAB.test(part))) return 'write the file name in kebab-case';
  return undefined;
}
