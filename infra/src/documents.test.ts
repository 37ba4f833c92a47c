import { describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const pages = ['stage', 'exit', 'security-findings', 'deployment', 'faults', 'proof', 'ARCHITECTURE'].map(
  (name) => `docs/${name}.md`,
);
const read = (page: string) => readFileSync(join(root, page), 'utf8');
const sources = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], { cwd: root, encoding: 'utf8' }).split(
  '\n',
);

/** Names in quotes, and the file that has them behind: "a", "b" in `file`. */
const QUOTED = /("[^"|]+"(?:, "[^"|]+")*) in `([\w./-]+\.(?:test\.ts|fuzz\.ts|t\.sol))`/g;
/** Files of this path or with this end. */
const named = (path: string) => sources.filter((source) => source === path || source.endsWith(`/${path}`));

it.each(sources.filter((path) => path.endsWith('.md') && existsSync(join(root, path))))(
  '%s links to pages that exist',
  (page) => {
    const links = [...read(page).matchAll(/\]\((?!https?:)([^)#\s]+)/g)].map(([, link]) => link!);
    expect(links.filter((link) => !existsSync(join(root, dirname(page), link)))).toEqual([]);
  },
);

describe.each(pages)('%s', (page) => {
  const text = read(page);

  it('names files that exist', () => {
    const paths = [...text.matchAll(/`([\w./-]+\.(?:ts|sol))`/g)].map(([, path]) => path!);
    expect(paths.length).toBeGreaterThan(0);
    expect(paths.filter((path) => named(path).length === 0)).toEqual([]);
  });

  it('names tests and invariants that exist', () => {
    const contracts = sources.filter((path) => path.startsWith('contracts/test/') && path.endsWith('.sol')).map(read);
    const functions = [...text.matchAll(/`((?:test|invariant)_\w*[a-z]\w*|afterInvariant)`/g)].map(([, name]) => name!);
    const prefixes = functions.filter((name) => name.endsWith('_'));
    const missing = functions.filter((name) => !contracts.some((source) => source.includes(`function ${name}`)));
    expect(missing.filter((name) => !prefixes.includes(name))).toEqual([]);
  });

  it('quotes names that the tests have; three dots stand for anything', () => {
    const quotes = [...text.matchAll(QUOTED)].flatMap(([, names, path]) =>
      [...names!.matchAll(/"([^"]+)"/g)].map(([, name]) => ({ name: name!, path: path! })),
    );
    const has = (text: string, name: string) => name.split(' ... ').every((part) => text.includes(part));
    expect(quotes.filter(({ name, path }) => !named(path).some((source) => has(read(source), name)))).toEqual([]);
    if (page === 'docs/faults.md') expect(quotes.length).toBeGreaterThan(150);
  });
});
