import { type Finding, type Rule, roomOf, type Source } from './source.ts';

const PARAGRAPH_LINES_MIN = 2;

/** Every room has one main file: the one that opens with a paragraph about "the room `x`". */
export const roomParagraphs: Rule = (sources) => {
  const code = sources.filter(({ path, nodes }) => path.startsWith('src/') && nodes.length > 0);
  return [...new Set(code.map(({ path }) => roomOf(path)))].flatMap((room): Finding[] => {
    const files = code.filter(({ path }) => roomOf(path) === room);
    const mains = files.filter((file) => opensWith(file, `room \`${room}\``));
    if (mains.length === 1) return [];
    const { path } = mains[1] ?? files[0]!;
    const advice =
      mains.length === 0
        ? `open the main file of the room with a paragraph on "the room \`${room}\`"`
        : `${mains[0]!.path} already introduces the room \`${room}\``;
    return [{ path, line: 1, rule: 'prose', advice }];
  });
};

/** Whether the file begins with a comment of some lines that holds `words`. */
function opensWith({ lines }: Source, words: string): boolean {
  const start = lines[0]?.startsWith('#!') ? 1 : 0;
  const rest = lines.slice(start);
  const end = rest.findIndex((line) => !/^\s*(\/\/|\/\*|\*)/.test(line));
  const comment = rest.slice(0, end === -1 ? rest.length : end);
  return comment.length >= PARAGRAPH_LINES_MIN && comment.join(' ').includes(words);
}

/** Markdown has one title, and it is the first heading. */
export const markdownTitles: Rule = (sources) =>
  sources
    .filter(({ path }) => path.endsWith('.md'))
    .flatMap(({ path, lines }): Finding[] => {
      const headings = headingsOf(lines);
      const titles = headings.filter(({ depth }) => depth === 1);
      if (titles.length === 1 && headings[0]?.depth === 1) return [];
      const line = titles[1]?.line ?? 1;
      return [{ path, line, rule: 'prose', advice: 'open with one `# Title`, and only one' }];
    });

// Paths in inline code, as in `src/plan/decide.ts`; what holds a placeholder or a pattern is none.
const MENTIONED_PATH = /`((?:src|test|bench|scripts|docs|policies|\.ci)\/[\w./-]*)`/g;
// History tells of files that are gone.
const MAY_BE_OUTDATED = /^(CHANGELOG\.md|docs\/decisions\/.*)$/;

/** Documents name only files and folders that are there. */
export const documentPaths: Rule = (sources) => {
  const exists = (mentioned: string) => {
    const folder = mentioned.endsWith('/') ? mentioned : `${mentioned}/`;
    return sources.some(({ path }) => path === mentioned || path.startsWith(folder));
  };
  const documents = sources.filter(
    ({ path }) => path.endsWith('.md') && !MAY_BE_OUTDATED.test(path),
  );
  return documents.flatMap(({ path, lines }) =>
    lines.flatMap((text, index): Finding[] => {
      const mentioned = [...text.matchAll(MENTIONED_PATH)].map((match) => match[1]!);
      const missing = mentioned.filter((name) => !exists(name));
      return missing.map((name) => {
        const advice = `there is no ${name}: name where it is now`;
        return { path, line: index + 1, rule: 'prose', advice };
      });
    }),
  );
};

function headingsOf(lines: readonly string[]): { readonly depth: number; readonly line: number }[] {
  let isCode = false;
  return lines.flatMap((text, index) => {
    if (/^\s*(```|~~~)/.test(text)) isCode = !isCode;
    const marks = /^(#{1,6}) /.exec(text)?.[1];
    return isCode || marks === undefined ? [] : [{ depth: marks.length, line: index + 1 }];
  });
}
