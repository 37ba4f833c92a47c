import { oneStepProverAbi } from '@metachain/contracts';
import { bytesToHex, encodeFunctionData, type Hex } from 'viem';
import type { ProgramDescription } from './lowering/program.js';
import { keccak } from './merkle/hash.js';

/** Name of a data contract on L1: the hash of its code, the leading STOP included. */
export const codeHash = (code: Uint8Array): Hex => bytesToHex(keccak(code));

/** Call that has the one-step prover make a data contract. It puts the leading STOP itself. */
export const creationCall = (code: Uint8Array): Hex =>
  encodeFunctionData({
    abi: oneStepProverAbi,
    functionName: 'createDataContract',
    args: [bytesToHex(code.subarray(1))],
  });

/** Call that registers a program whose data contracts are there. */
export function registrationCall(program: ProgramDescription): Hex {
  const { entryPc, entryFrameSlots, memorySize, memoryDepth } = program;
  const memoryRoot = bytesToHex(program.memoryRoot);
  const codeHashes = program.contracts.map(codeHash);
  const entry = { entryPc, entryFrameSlots, memorySize, memoryDepth, memoryRoot, codeHashes };
  return encodeFunctionData({ abi: oneStepProverAbi, functionName: 'register', args: [entry] });
}
