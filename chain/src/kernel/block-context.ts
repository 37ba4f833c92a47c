import { KERNEL } from './memory';

/**
 * What is fixed for a block, written by `begin` (docs/spec/batch.md, "Block context buffer"). The only values that outlive a
 * transaction in memory.
 */
@unmanaged
export class BlockContext {
  /** Seconds. */
  timestamp: u64;
  /** Delayed messages this block was asked to consume. */
  delayed: u64;
  /** Item whose L1 prices apply, plus 1; 0 = keep. */
  priceItem: u64;
  /** Producer address, 20 bytes, then 12 zero bytes. */
  producer0: u64;
  producer1: u64;
  producer2: u64;
  producer3: u64;
  chainId: u64;
  /** EIP-712 domain separator, 32 bytes. */
  domain0: u64;
  domain1: u64;
  domain2: u64;
  domain3: u64;
  /** From here on filled by `begin` alone. */
  number: u64;
  /** Wei per gas. */
  basePrice: u64;
  /** Wei per byte on L1. */
  l1BytePrice: u64;
  /** Gas used so far, L1 part included. */
  gasUsed: u64;
  /** Step weight used so far, and its limit. */
  weight: u64;
  weightLimit: u64;
  /** Transactions so far, delayed messages included. */
  transactions: u64;
  /** Delayed messages consumed since genesis. */
  delayedConsumed: u64;
}

export const CONTEXT: usize = KERNEL;
export const CONTEXT_PRODUCER: usize = KERNEL + 24;
export const CONTEXT_DOMAIN: usize = KERNEL + 64;
/** Fee rates of the block, two u256 words: see modules/fees. */
export const CONTEXT_RATES: usize = KERNEL + 0xc0;

export function block(): BlockContext {
  return changetype<BlockContext>(CONTEXT);
}

/** Timestamp of the block, seconds. */
export function now(): u64 {
  return block().timestamp;
}
