import { readFileSync } from 'node:fs';
import { programPath } from '@metachain/program';
import { bytesToHex } from 'viem';
import { describeProgram } from './lowering/program.js';

/** `npm run program:hash [-- FILE] [--json]`: prints the hash by which L1 knows the program. */
const [file = programPath] = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const program = describeProgram(new Uint8Array(readFileSync(file)));
const hash = bytesToHex(program.hash);
if (process.argv.includes('--json')) {
  const { entryPc, entryFrameSlots, memorySize, memoryDepth } = program;
  const memoryRoot = bytesToHex(program.memoryRoot);
  const contracts = program.contracts.length;
  console.log(JSON.stringify({ hash, entryPc, entryFrameSlots, memorySize, memoryDepth, memoryRoot, contracts }));
} else console.log(hash);
