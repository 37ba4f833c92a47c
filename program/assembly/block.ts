import { CONTEXT_DOMAIN, block } from '../../chain/src/kernel/block-context';
import { flushLog, resetLog } from '../../chain/src/kernel/event';
import { PROGRAM } from '../../chain/src/kernel/memory';
import { makeKey, readState, writeState } from '../../chain/src/kernel/store';
import { hashDomain } from '../../chain/src/modules/auth/module';
import { beginFees, endFees } from '../../chain/src/modules/fees/module';
import { consumeDelayed } from './delayed';
import { writeBlockRecord } from './records';

/** The life of a block: begin, transactions, end (docs/spec/batch.md). */

const MODULE_KERNEL: u32 = 1;
const KIND_HEAD: u32 = 1;
const KIND_CHAIN: u32 = 2;

const KEY: usize = PROGRAM + 0x20;
const HEAD_WORD: usize = PROGRAM + 0x40;
const CHAIN_WORD: usize = PROGRAM + 0x60;

/** Messages that one block consumes at most. */
export const MAXIMUM_DELAYED: u64 = 64;

/** Largest weight limit that is believed: with what is not weighed (skipped entries, hashing) a block stays below 2^32 steps. */
const MAXIMUM_WEIGHT: u64 = 3_000_000_000;

/** The last block: word `1, 1`. */
@unmanaged
export class Head {
  number: u64;
  /** Seconds. */
  timestamp: u64;
  /** Delayed messages consumed since genesis. */
  delayedConsumed: u64;
  reserved: u64;
}

/** What genesis fixes about the chain: word `1, 2`. */
@unmanaged
class Chain {
  chainId: u64;
  /** Step weight that a block's transactions may take together. */
  weightLimit: u64;
  reserved0: u64;
  reserved1: u64;
}

/** Reads the head from state. */
export function loadHead(): Head {
  makeKey(KEY, MODULE_KERNEL, KIND_HEAD);
  readState(KEY, HEAD_WORD);
  return changetype<Head>(HEAD_WORD);
}

/** Fixes chain id, EIP-712 domain and weight limit in the block context. */
export function openChain(): void {
  makeKey(KEY, MODULE_KERNEL, KIND_CHAIN);
  readState(KEY, CHAIN_WORD);
  const chain = changetype<Chain>(CHAIN_WORD);
  const context = block();
  context.chainId = chain.chainId;
  context.weightLimit = chain.weightLimit < MAXIMUM_WEIGHT ? chain.weightLimit : MAXIMUM_WEIGHT;
  hashDomain(CONTEXT_DOMAIN);
}

/** Fixes the whole block context from its first three fields, the producer and the state. */
export function openContext(): void {
  openChain();
  const context = block();
  context.gasUsed = 0;
  context.weight = 0;
  context.transactions = 0;
  const head = loadHead();
  context.number = head.number + 1;
  context.delayedConsumed = head.delayedConsumed;
  if (context.timestamp < head.timestamp) context.timestamp = head.timestamp;
  beginFees();
}

/**
 * Opens the block described in the block context buffer and consumes its delayed messages, at most MAXIMUM_DELAYED. `creditOnly`: their ether
 * is credited and their calls are not made, as after a trap.
 */
export function beginBlock(creditOnly: bool = false): void {
  resetLog();
  openContext();
  const asked = block().delayed;
  consumeDelayed(asked < MAXIMUM_DELAYED ? asked : MAXIMUM_DELAYED, creditOnly);
}

/** Closes the block: block hooks, head, block record. */
export function endBlock(): void {
  endFees();
  const context = block();
  const head = changetype<Head>(HEAD_WORD);
  head.number = context.number;
  head.timestamp = context.timestamp;
  head.delayedConsumed = context.delayedConsumed;
  head.reserved = 0;
  makeKey(KEY, MODULE_KERNEL, KIND_HEAD);
  writeState(KEY, HEAD_WORD);
  writeBlockRecord();
  flushLog();
}
