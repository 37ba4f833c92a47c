import type { Hex } from 'viem';

/** What the producer fixes before a block's first transaction (docs/spec/batch.md, "Block context buffer"). */
export interface BlockContext {
  /** Seconds. */
  readonly timestamp: bigint;
  /** Delayed messages this block consumes. */
  readonly delayed: bigint;
  /** Item whose L1 prices apply from this block on, plus 1; 0 = keep. */
  readonly priceItem: bigint;
  readonly producer: Hex;
}

/** Result word of `apply`: executed, included but failed, or skipped without effect. */
export interface ApplyResult {
  readonly status: 'executed' | 'failed' | 'skipped';
  /** Stable error number, 0 when executed. */
  readonly code: number;
}

/** An Ethereum-shaped log as the rules wrote it. */
export interface ProgramEvent {
  readonly address: Hex;
  readonly topics: readonly Hex[];
  readonly data: Hex;
}

/** docs/spec/logs.md, record 0x02, with the events that belong to it. */
export interface ProgramReceipt {
  readonly kind: 'ethereum' | 'packed' | 'delayed';
  readonly status: 'ok' | 'failed';
  readonly operations: number;
  readonly code: number;
  readonly gasUsed: bigint;
  readonly l1Gas: bigint;
  readonly effectiveGasPrice: bigint;
  readonly fee: bigint;
  readonly feeToken: bigint;
  readonly hash: Hex;
  readonly sender: Hex;
  readonly nonce: bigint;
  readonly lane: number;
  readonly events: readonly ProgramEvent[];
}

/** docs/spec/logs.md, record 0x03, plus what the host computes at the seal. */
export interface SealedBlock {
  readonly number: bigint;
  readonly timestamp: bigint;
  readonly gasUsed: bigint;
  /** Absolute count of delayed messages consumed so far. */
  readonly delayedConsumed: bigint;
  readonly l1BytePrice: bigint;
  readonly basePrice: bigint;
  readonly producer: Hex;
  readonly parentHash: Hex;
  readonly stateRoot: Hex;
  readonly logHash: Hex;
  /** `keccak(parentHash || stateRoot || logHash)`. */
  readonly hash: Hex;
  readonly receipts: readonly ProgramReceipt[];
}

/** Where the next unit starts, and what it builds on. */
export interface Position {
  readonly parentHash: Hex;
  readonly parentNumber: bigint;
  readonly item: bigint;
  /** Byte of the item's payload. */
  readonly offset: number;
  /** Units of the item before this one. */
  readonly unit: number;
}

/** Inputs of a unit as L1 holds them; every word is 32 bytes. Returns undefined when out of range (the program then traps). */
export interface UnitInputs {
  itemWord(item: bigint, word: number): Uint8Array | undefined;
  payloadWord(item: bigint, word: number): Uint8Array | undefined;
  delayedWord(message: bigint, word: number): Uint8Array | undefined;
}

/** Outcome of `run`: at most one block, and the next position. */
export interface UnitResult {
  readonly block: SealedBlock | undefined;
  readonly next: Position;
  readonly trapped: boolean;
}

/** A message call against a state (`eth_call`, estimates). Value in wei. */
export interface QueryRequest {
  readonly from: Hex;
  readonly to: Hex;
  readonly value: bigint;
  readonly data: Hex;
  readonly timestamp: bigint;
}

/** `code` 0 = success. `data` is the return data, or the ABI-encoded revert reason. */
export interface QueryResult {
  readonly code: number;
  readonly data: Hex;
  readonly gasUsed: bigint;
}
