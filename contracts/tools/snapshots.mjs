// Shape of the contracts under review: interface, storage layout, code size. `--update` writes it, else a drift fails.
// Gas is recorded by the tests themselves, in the same folder.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CONTRACTS } from './contracts.mjs';
import { forge } from './forge.mjs';

const project = fileURLToPath(new URL('..', import.meta.url));
const folder = join(project, 'snapshots', 'shape');
const update = process.argv.includes('--update');
/** EIP-170, bytes. */
const MAXIMUM_CODE_SIZE = 24_576;

const type = ({ type: name, components }) =>
  name.startsWith('tuple') ? `(${components.map(type).join(',')})${name.slice('tuple'.length)}` : name;

const describe = (entry) => {
  const inputs = (entry.inputs ?? []).map((input) => (input.indexed ? `${type(input)} indexed` : type(input)));
  const outputs = entry.outputs?.length ? ` -> ${entry.outputs.map(type).join(',')}` : '';
  return `${entry.type} ${entry.name ?? ''}(${inputs.join(',')})${outputs} ${entry.stateMutability ?? ''}`.trim();
};

/** Everything of one contract that must not change unseen, one fact a line. */
const shape = (artifact) => {
  const { abi, deployedBytecode, storageLayout } = artifact;
  const storage = storageLayout.storage.map(({ label, slot, offset, type: id }) => {
    const { label: name, numberOfBytes } = storageLayout.types[id];
    return `slot ${slot} offset ${offset}: ${label} ${name} (${numberOfBytes} bytes)`;
  });
  const structures = Object.values(storageLayout.types)
    .filter(({ members }) => members)
    .map(({ label, members }) => {
      const fields = members.map((member) => `${member.slot}+${member.offset} ${member.label}`);
      return `${label}: ${fields.join(', ')}`;
    });
  const codeSizeBytes = (deployedBytecode.object.length - 2) / 2;
  return { codeSizeBytes, storage, structures: structures.sort(), abi: abi.map(describe).sort() };
};

const { code } = forge(['build', '--quiet', ...Object.values(CONTRACTS)]);
if (code !== 0) process.exit(code);

mkdirSync(folder, { recursive: true });
for (const name of Object.keys(CONTRACTS)) {
  const artifact = JSON.parse(readFileSync(join(project, 'out', `${name}.sol`, `${name}.json`), 'utf8'));
  const found = shape(artifact);
  const path = join(folder, `${name}.json`);
  const text = `${JSON.stringify(found, null, 2)}\n`;
  if (update) writeFileSync(path, text);
  else if (!existsSync(path) || readFileSync(path, 'utf8') !== text) {
    console.error(`${name} differs from snapshots/shape/${name}.json: npm run snapshots, and review the difference`);
    process.exitCode = 1;
  }
  if (found.codeSizeBytes > MAXIMUM_CODE_SIZE) {
    console.error(`${name} has ${found.codeSizeBytes} bytes of code, above ${MAXIMUM_CODE_SIZE}`);
    process.exitCode = 1;
  }
}
