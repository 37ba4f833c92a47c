import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';

const root = new URL('../../', import.meta.url);
const manifest = (folder: string) =>
  JSON.parse(readFileSync(new URL(`${folder}/package.json`, root), 'utf8')) as {
    nx: { tags: string[] };
    dependencies?: Record<string, string>;
    devDependencies?: Record<string, string>;
  };
const { workspaces } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as { workspaces: string[] };

/** docs/ARCHITECTURE.md, "Packages": which layers a layer may use. */
const allowed: Record<string, readonly string[]> = {
  'layer:rules': [],
  'layer:program': ['layer:rules'],
  'layer:contracts': [],
  'layer:bridge': ['layer:program', 'layer:contracts'],
  'layer:app': ['layer:program', 'layer:contracts', 'layer:bridge'],
  'layer:tools': ['layer:program', 'layer:contracts', 'layer:bridge', 'layer:app'],
};

const layerOf = (folder: string) => manifest(folder).nx.tags.find((tag) => tag.startsWith('layer:')) ?? '';

const internalDependencies = (folder: string) => {
  const { dependencies, devDependencies } = manifest(folder);
  return Object.keys({ ...dependencies, ...devDependencies })
    .filter((name) => name.startsWith('@metachain/'))
    .map((name) => name.slice('@metachain/'.length));
};

describe('dependency rules', () => {
  it.each(workspaces)('%s names exactly one known layer', (folder) => {
    expect(manifest(folder).nx.tags.filter((tag) => tag.startsWith('layer:'))).toHaveLength(1);
    expect(Object.keys(allowed)).toContain(layerOf(folder));
  });

  it.each(workspaces)('%s depends only on layers below it', (folder) => {
    for (const dependency of internalDependencies(folder))
      expect([dependency, allowed[layerOf(folder)]]).toEqual([
        dependency,
        expect.arrayContaining([layerOf(dependency)]),
      ]);
  });

  it.each(workspaces)('%s pins every outside dependency to one exact version', (folder) => {
    const { dependencies, devDependencies } = manifest(folder);
    for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies }))
      if (!name.startsWith('@metachain/'))
        expect([name, version]).toEqual([name, expect.stringMatching(/^(npm:[^@]+@|npm:@[^@]+@)?\d+\.\d+\.\d+/)]);
  });
});
