import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';

const root = new URL('../../', import.meta.url);
const manifest = (folder: string) =>
  JSON.parse(readFileSync(new URL(`${folder}/package.json`, root), 'utf8')) as {
    name: string;
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

/** Modules that a package's TypeScript names, each with a file that does. Templates and comments that look like imports are few enough to read. */
const importsOf = (folder: string): { file: string; name: string }[] => {
  const list = ['ls-files', '-co', '--exclude-standard', '--', `${folder}/**/*.ts`, `${folder}/**/*.mjs`];
  const files = execFileSync('git', list, { cwd: fileURLToPath(root), encoding: 'utf8' })
    .split('\n')
    .filter(Boolean);
  return files.flatMap((file) => {
    const text = readFileSync(new URL(file, root), 'utf8');
    const names = text.matchAll(
      /^(?:import|export)\b[^'"`;]*?\bfrom '([^']+)'|\bimport\('([^']+)'\)|^import '([^']+)'/gm,
    );
    return [...names].map(([, from, dynamic, bare]) => ({ file, name: (from ?? dynamic ?? bare)! }));
  });
};

const packageOf = (name: string) => name.split('/', name.startsWith('@') ? 2 : 1).join('/');
const isOutside = (name: string) => !/^\.|^node:|^file:/.test(name) && !builtinModules.includes(name);
const rootManifest = manifest('.');

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

  it.each(workspaces)('%s imports only packages that it declares', (folder) => {
    const { dependencies, devDependencies, name } = manifest(folder);
    const shared = { ...rootManifest.dependencies, ...rootManifest.devDependencies };
    const declared = new Set([name, ...Object.keys({ ...dependencies, ...devDependencies, ...shared })]);
    const outside = importsOf(folder).filter(({ name: module }) => isOutside(module));
    expect(outside.filter(({ name: module }) => !declared.has(packageOf(module)))).toEqual([]);
  });

  // The compiler of the rules knows no packages: program links the sources of chain by their paths.
  it.each(workspaces.filter((folder) => folder !== 'program'))('%s reaches no other package by a path', (folder) => {
    const leaving = importsOf(folder).filter(
      ({ file, name }) =>
        name.startsWith('.') && relative(folder, resolve('/', file, '..', name).slice(1)).startsWith('..'),
    );
    expect(leaving).toEqual([]);
  });
});
