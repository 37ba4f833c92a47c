import { bytesToHex, type Hex } from 'viem';
import { keccak, joinBytes, word } from '../merkle/hash.js';
import { MemoryTree, treeDepth } from '../merkle/memory-tree.js';
import { LoweringError } from './errors.js';
import { encodeInstructions } from './instruction.js';
import { lower, type LoweredProgram } from './lower.js';

/** The entry that L1 can start: one unit of proof. */
export const PROVABLE_ENTRY = 'run';
/** Instructions in one data contract: with the leading STOP byte its code stays below 24,576 bytes. */
export const INSTRUCTIONS_PER_CONTRACT = 1_535;
const DOMAIN = new TextEncoder().encode('MetaChain program v1');

/** What L1 knows of a program (docs/spec/machine.md, "Program hash"). */
export interface ProgramDescription {
  readonly hash: Uint8Array;
  readonly entryPc: number;
  readonly entryFrameSlots: number;
  /** Bytes. */
  readonly memorySize: number;
  readonly memoryDepth: number;
  readonly memoryRoot: Uint8Array;
  /** Code of each data contract, leading zero byte included. */
  readonly contracts: readonly Uint8Array[];
}

/**
 * Lowers what `run` can reach and describes it as L1 holds it.
 * @throws LoweringError
 */
export function describeProgram(wasm: Uint8Array): ProgramDescription {
  const program = lowerProvable(wasm);
  if (program.entries.get(PROVABLE_ENTRY)?.parameters.length !== 0) {
    throw new LoweringError('no-such-export', `${PROVABLE_ENTRY} without parameters`);
  }
  return describeLowered(program);
}

/** The lowered program that L1 judges: `run` and everything it calls. */
export const lowerProvable = (wasm: Uint8Array): LoweredProgram => lower(wasm, { entries: [PROVABLE_ENTRY] });

/** Describes a lowered program that starts at `entryName`. */
export function describeLowered(program: LoweredProgram, entryName = PROVABLE_ENTRY): ProgramDescription {
  const entry = program.entries.get(entryName);
  if (entry === undefined) throw new LoweringError('no-such-export', entryName);
  const memory = new MemoryTree(program.memory.length, program.globals.length);
  memory.update(program.memory, program.globals);
  const parts = {
    entryPc: entry.pc,
    entryFrameSlots: entry.frameSlots,
    memorySize: program.memory.length,
    memoryDepth: treeDepth(program.memory.length, program.globals.length),
    memoryRoot: memory.root,
    contracts: dataContracts(program),
  };
  return { ...parts, hash: hashOf(parts) };
}

/**
 * Program hash of a WebAssembly module: what assertions name and L1 judges by.
 * @throws LoweringError
 */
export const programHash = (wasm: Uint8Array): Hex => bytesToHex(describeProgram(wasm).hash);

/** Cuts the encoded code into data contracts; each starts with STOP so that calling it does nothing. */
export function dataContracts(program: LoweredProgram): Uint8Array[] {
  const contracts: Uint8Array[] = [];
  for (let first = 0; first < program.code.length; first += INSTRUCTIONS_PER_CONTRACT) {
    const part = program.code.slice(first, first + INSTRUCTIONS_PER_CONTRACT);
    contracts.push(joinBytes([new Uint8Array(1), encodeInstructions(part)]));
  }
  return contracts;
}

function hashOf(parts: Omit<ProgramDescription, 'hash'>): Uint8Array {
  const domain = new Uint8Array(32);
  domain.set(DOMAIN);
  return keccak(
    domain,
    word(parts.entryPc),
    word(parts.entryFrameSlots),
    word(parts.memorySize),
    word(parts.memoryDepth),
    parts.memoryRoot,
    keccak(joinBytes(parts.contracts.map((code) => keccak(code)))),
  );
}
