import { describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const pages = ['docs/stage.md', 'docs/exit.md', 'docs/security-findings.md', 'docs/deployment.md'];
const read = (page: string) => readFileSync(join(root, page), 'utf8');
const sources = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], { cwd: root, encoding: 'utf8' }).split(
  '\n',
);

describe.each(pages)('%s', (page) => {
  const text = read(page);

  it('links to pages that exist', () => {
    const links = [...text.matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, link]) => link!);
    expect(links.filter((link) => !existsSync(join(root, dirname(page), link)))).toEqual([]);
  });

  it('names files that exist', () => {
    const named = [...text.matchAll(/`([\w./-]+\.(?:ts|sol))`/g)].map(([, path]) => path!);
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((path) => !sources.some((source) => source === path || source.endsWith(`/${path}`)))).toEqual(
      [],
    );
  });

  it('names tests and invariants that exist', () => {
    const contracts = sources.filter((path) => path.startsWith('contracts/test/') && path.endsWith('.sol')).map(read);
    const named = [...text.matchAll(/`((?:test|invariant)_\w*[a-z]\w*|afterInvariant)`/g)].map(([, name]) => name!);
    const prefixes = named.filter((name) => name.endsWith('_'));
    const missing = named.filter((name) => !contracts.some((source) => source.includes(`function ${name}`)));
    expect(missing.filter((name) => !prefixes.includes(name))).toEqual([]);
  });
});
