import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readPolicyFiles } from '../../src/policy/read-policy-files.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'curfew-policies-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function put(name: string, content: string | Uint8Array = `# ${name}\n`): Promise<string> {
  const path = join(folder, name);
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(path, content);
  return path;
}

async function read(...names: string[]) {
  const paths = names.length === 0 ? [folder] : names.map((name) => join(folder, name));
  const { sources, problems } = await readPolicyFiles(paths);
  return {
    files: sources.map((source) => source.file.slice(folder.length + 1)),
    problems: problems.map(({ file, line, column, code }) => {
      const name = file === folder ? '.' : file.slice(folder.length + 1);
      return `${name}:${line}:${column} ${code}`;
    }),
  };
}

describe('a folder of policies', () => {
  it('gives its YAML files and those of its sub-folders, ordered by path', async () => {
    for (const name of ['b.yml', 'a/z.yaml', 'Z.yaml', 'a.yaml', 'a/b/c.yaml']) await put(name);
    const files = ['Z.yaml', 'a.yaml', 'a/b/c.yaml', 'a/z.yaml', 'b.yml'];
    expect(await read()).toEqual({ files, problems: [] });
  });

  it('leaves out tests, other files and what begins with a dot', async () => {
    for (const name of ['a.yaml', 'a.test.yaml', 'b.test.yml', 'README.md', '.x/b.yaml', '.c.yaml'])
      await put(name);
    expect(await read()).toEqual({ files: ['a.yaml'], problems: [] });
  });

  it('reads a mounted Kubernetes volume once, through its links', async () => {
    await put('..2026_01_01/a.yaml');
    await symlink('..2026_01_01', join(folder, '..data'));
    await symlink('..data/a.yaml', join(folder, 'a.yaml'));
    expect(await read()).toEqual({ files: ['a.yaml'], problems: [] });
  });

  it('reads a file once that two paths lead to', async () => {
    await put('a.yaml');
    await symlink('a.yaml', join(folder, 'b.yaml'));
    expect(await read('a.yaml', '.')).toEqual({ files: ['a.yaml'], problems: [] });
  });

  it('takes files and folders by name', async () => {
    for (const name of ['a.yaml', 'b.yaml', 'more/c.yaml']) await put(name);
    const { files } = await read('more', 'b.yaml');
    expect(files).toEqual(['b.yaml', 'more/c.yaml']);
  });
});

describe('what cannot be read is a problem:', () => {
  it('a missing path', async () => {
    expect(await read('gone')).toEqual({ files: [], problems: ['gone:1:1 path-unreadable'] });
  });

  it('a folder without policies', async () => {
    await put('README.md');
    expect(await read()).toEqual({ files: [], problems: ['.:1:1 no-policy-files'] });
  });

  it('a folder that may not be listed', async (context) => {
    if (process.getuid?.() === 0) return context.skip('root may list everything');
    await mkdir(join(folder, 'closed'));
    await chmod(join(folder, 'closed'), 0);
    expect((await read('closed')).problems).toEqual(['closed:1:1 path-unreadable']);
  });

  it('a folder named like a file is read as a folder', async () => {
    await put('odd.yaml/a.yaml');
    expect(await read()).toEqual({ files: ['odd.yaml/a.yaml'], problems: [] });
  });

  it('a link that leads back up, while the rest is read', async () => {
    await put('a.yaml');
    await mkdir(join(folder, 'sub'));
    await symlink('..', join(folder, 'sub', 'up'));
    expect(await read()).toEqual({ files: ['a.yaml'], problems: ['sub/up:1:1 symlink-loop'] });
  });

  it('links that lead to each other', async () => {
    await symlink('b.yaml', join(folder, 'a.yaml'));
    await symlink('a.yaml', join(folder, 'b.yaml'));
    await symlink('c', join(folder, 'c'));
    const problems = ['a.yaml', 'b.yaml', 'c'].map((name) => `${name}:1:1 symlink-loop`);
    expect(await read()).toEqual({ files: [], problems });
  });

  it('a link to nowhere', async () => {
    await symlink('gone.yaml', join(folder, 'a.yaml'));
    await symlink('gone', join(folder, 'note'));
    expect((await read()).problems).toEqual(['a.yaml:1:1 path-unreadable']);
  });

  it.each([
    ['UTF-16 with a mark', Buffer.from('\ufeffversion: 1\n', 'utf16le')],
    ['UTF-16 without', Buffer.from('version: 1\n', 'utf16le')],
    ['UTF-16, big end first', Buffer.from('\ufeffversion: 1\n', 'utf16le').swap16()],
  ])('%s', async (_, bytes) => {
    await put('a.yaml', bytes);
    expect(await read()).toEqual({ files: [], problems: ['a.yaml:1:1 encoding-invalid'] });
  });

  it('bytes that are not UTF-8, with line and column', async () => {
    await put('a.yaml', Buffer.from('version: 1\nowner: Ren\xe9\n', 'latin1'));
    expect((await read()).problems).toEqual(['a.yaml:2:11 encoding-invalid']);
  });

  it('a file of more than 1 MiB, but not of 1 MiB', async () => {
    await put('a.yaml', 'x'.repeat(1024 * 1024));
    await put('b.yaml', 'x'.repeat(1024 * 1024 + 1));
    expect(await read()).toEqual({ files: ['a.yaml'], problems: ['b.yaml:1:1 file-too-big'] });
  });

  it('folders in folders in folders', async () => {
    await put(`${'d/'.repeat(25)}a.yaml`);
    const { problems } = await read();
    expect(problems).toEqual([`${'d/'.repeat(20).slice(0, -1)}:1:1 too-many-files`]);
  });

  it('a path that is no regular file', async () => {
    const { problems } = await readPolicyFiles(['/dev/null']);
    expect(problems.map((problem) => problem.code)).toEqual(['path-unreadable']);
  });

  it('a byte order mark is left for the loader, which says where it stands', async () => {
    const path = await put('a.yaml', '\ufeffversion: 1\n');
    expect((await readPolicyFiles([path])).sources[0]?.text).toBe('\ufeffversion: 1\n');
  });
});
