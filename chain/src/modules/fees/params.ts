/**
 * Parameters of fees: word `6, 1` (README, "Parameters"). Genesis writes them; a governance module will change them. Bounds are applied when
 * they are read, so that no stored value can stop the chain.
 */
@unmanaged
export class FeeParams {
  /** Wei per gas. */
  basePrice: u64;
  /** Millionths of the blob gas price that a byte costs (one blob gas per raw byte, 131,072 of 126,976 usable). */
  blobScalar: u32;
  /** Millionths of L1 gas per byte: a byte's share of what a batch and its assertion cost besides blobs. */
  overheadScalar: u32;
  /** What is added to the rate when a fee is not paid in ETH, in basis points. */
  spreadBps: u32;
  unused: u32;
  reserved: u64;
}

export const MINIMUM_BASE_PRICE: u64 = 1;
export const MAXIMUM_BASE_PRICE: u64 = 1_000_000_000_000;
export const MAXIMUM_SCALAR: u32 = 100_000_000;
export const MAXIMUM_SPREAD_BPS: u32 = 5_000;

/** Largest L1 gas price that is believed, 10,000 gwei: keeps every product within 128 bits. */
export const MAXIMUM_L1_PRICE: u64 = 10_000_000_000_000;

/** EIP-7918: the blob base fee is at least the base fee times 2^13 over 2^17. */
export const BLOB_RESERVE_SHIFT: u64 = 4;

/** One ether in wei. */
export const ETHER: u64 = 1_000_000_000_000_000_000;
export const BPS: u64 = 10_000;
export const MILLION: u64 = 1_000_000;

/** What an L1 byte costs at most, wei: blob and overhead part at the largest price and scalar. */
export const MAXIMUM_BYTE_PRICE: u64 = 2 * (MAXIMUM_L1_PRICE / MILLION) * (MAXIMUM_SCALAR as u64);
