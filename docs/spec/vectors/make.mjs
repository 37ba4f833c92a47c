// Computes tree.json, delayed.json, items.json, tuple.json, headers.json and host.json from the text of docs/spec, with node:crypto, viem and
// noble and without the code that they check. `node make.mjs` writes them, `node make.mjs --check` fails when the files differ.
import { readFileSync, writeFileSync } from 'node:fs';
import { format } from 'prettier';
import { headerVectors, tupleVectors } from './make/blocks.mjs';
import { hostVectors } from './make/host.mjs';
import { delayedVectors, itemVectors } from './make/inbox.mjs';
import { treeVectors } from './make/tree.mjs';

const files = {
  'tree.json': treeVectors(),
  'delayed.json': delayedVectors(),
  'items.json': itemVectors(),
  'tuple.json': tupleVectors(),
  'headers.json': headerVectors(),
  'host.json': hostVectors(),
};

for (const [name, content] of Object.entries(files)) {
  const path = new URL(name, import.meta.url);
  const text = await format(JSON.stringify(content), { parser: 'json', printWidth: 120 });
  if (!process.argv.includes('--check')) writeFileSync(path, text);
  else if (readFileSync(path, 'utf8') !== text) {
    console.error(`${name} is not what the specification gives; run node docs/spec/vectors/make.mjs`);
    process.exitCode = 1;
  }
}
