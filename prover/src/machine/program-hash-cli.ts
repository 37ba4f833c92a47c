import { readFileSync, writeFileSync } from 'node:fs';
import { programPath } from '@metachain/program';
import { bytesToHex } from 'viem';
import { committedHashPath, HASH_ADVICE, readCommittedHash } from './committed-hash.js';
import { describeProgram } from './lowering/program.js';

/**
 * `npm run program:hash [-- FILE] [--json | --check | --write]`: prints the hash by which L1 knows the program, compares it with the committed
 * one (exit code 1 when they differ), or commits it anew.
 */
const flags = new Set(process.argv.slice(2).filter((argument) => argument.startsWith('--')));
const [file = programPath] = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const program = describeProgram(new Uint8Array(readFileSync(file)));
const hash = bytesToHex(program.hash);

const describe = (): string => {
  const { entryPc, entryFrameSlots, memorySize, memoryDepth } = program;
  const memoryRoot = bytesToHex(program.memoryRoot);
  return JSON.stringify({
    hash,
    entryPc,
    entryFrameSlots,
    memorySize,
    memoryDepth,
    memoryRoot,
    contracts: program.contracts.length,
  });
};

if (flags.has('--write')) writeFileSync(committedHashPath, `${JSON.stringify({ programHash: hash }, null, 2)}\n`);
console.log(flags.has('--json') ? describe() : hash);
if (flags.has('--check') && hash !== readCommittedHash()) {
  console.error(`the committed program hash is ${readCommittedHash()}. ${HASH_ADVICE}`);
  process.exitCode = 1;
}
