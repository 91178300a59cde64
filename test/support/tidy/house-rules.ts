import { exportShapes, unusedExports, unusedFiles } from './exports.ts';
import { floors, oneDoor } from './floors.ts';
import { erasableSyntax } from './language.ts';
import { names } from './names.ts';
import { problemCodes } from './problem-codes.ts';
import { documentPaths, markdownTitles, roomParagraphs } from './prose.ts';
import { sizes } from './sizes.ts';
import type { Finding, Rule } from './source.ts';
import { clockAndChance, surroundings } from './surroundings.ts';
import { testManners } from './test-manners.ts';

/** The rules of the house, by what each promises. */
export const HOUSE_RULES: Readonly<Record<string, Rule>> = {
  'imports go down the floors': floors,
  'replaceable dependencies have few doors': oneDoor,
  'time and chance are arguments': clockAndChance,
  'only the command line knows its surroundings': surroundings,
  'files, functions and lines are small': sizes,
  'file names say what is inside': names,
  'exports have names': exportShapes,
  'every export is used': unusedExports,
  'every file is used': unusedFiles,
  'types can be erased': erasableSyntax,
  'problem codes are documented and tested': problemCodes,
  'tests have manners': testManners,
  'every room introduces itself': roomParagraphs,
  'every document has one title': markdownTitles,
  'documents name files that exist': documentPaths,
};

/** `path:line: rule: what to do instead`. */
export function render({ path, line, rule, advice }: Finding): string {
  return `${path}:${line}: ${rule}: ${advice}`;
}
