import { type Hex, hexToBytes } from 'viem';

import type { TestProgram } from './wasm.js';

/** Where the entry stands: three bytes before the raw bytes, as in the transaction buffer. */
const RAW = 0x18003;

/** Decodes raw bytes with the rules: the error number, and sender and hash when it is 0. */
export const readTransaction = (program: TestProgram, raw: Hex): { code: number; sender: Hex; hash: Hex } => {
  const bytes = hexToBytes(raw);
  program.write(RAW, bytes);
  const code = program.number('envelope', RAW, bytes.length);
  return {
    code,
    sender: program.hex(program.number('sender'), 20),
    hash: program.hex(program.number('transactionHash'), 32),
  };
};
