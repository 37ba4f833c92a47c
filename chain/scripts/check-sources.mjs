import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Restrictions of the language (chain/src/kernel/README.md) that can be seen in the text of a source file. */
const rules = [
  [/\bthrow\b/, 'throw'],
  [/\bnew [A-Z]/, 'allocation with new'],
  [/\bf(32|64)\b|\bMath\.|\bMathf\./, 'floating point'],
  [/\bmemory\.(grow|copy|fill|size)\b/, 'a memory instruction beyond load and store'],
  [/=>/, 'a function value'],
  [/^(export )?let /m, 'a mutable global'],
  [/\b(Array|Map|Set|StaticArray|ArrayBuffer|Uint8Array)\s*</, 'a managed collection'],
  [/\btry\s*\{/, 'try'],
  [/\bunchecked\(|\bheap\./, 'the allocator'],
];

const withoutComments = (text) =>
  text
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/\/\/.*$/gm, '')
    .replace(/'(?:[^'\\]|\\.)*'/g, "''");

const sourcesIn = async (folder) => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !/\.(test|fuzz|bench|d)\.ts$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
};

/** Lists violations in the sources below `folders`, leaving out the TypeScript files named in `except`. */
export const checkSources = async (folders, except = []) => {
  const files = (await Promise.all(folders.map(sourcesIn)))
    .flat()
    .filter((file) => !except.some((end) => file.endsWith(end)));
  const texts = await Promise.all(files.map(async (file) => [file, withoutComments(await readFile(file, 'utf8'))]));
  return texts.flatMap(([file, text]) =>
    rules.filter(([pattern]) => pattern.test(text)).map(([, what]) => `${file}: ${what}`),
  );
};
