import { FEES } from '../../kernel/memory';

/** What one transaction costs. */
@unmanaged
export class Charge {
  /** Step weight. */
  weight: u64;
  /** L1 cost in gas at the base price, rounded up. */
  l1Gas: u64;
  /** weight + l1Gas. */
  gas: u64;
  /** Token reference the fee is paid in. */
  token: u64;
}

/** Last L1 prices that a block took over: word `6, 4`. */
@unmanaged
export class L1Prices {
  /** Wei per byte. */
  bytePrice: u64;
  baseFee: u64;
  blobBaseFee: u64;
  reserved: u64;
}

/** The L1 block they come from: word `6, 5`. */
@unmanaged
export class L1Origin {
  number: u64;
  timestamp: u64;
  /** Number of the inbox item, plus 1. */
  item: u64;
  reserved: u64;
}

const CHARGE: usize = FEES;
/** Fee of the transaction at hand in base units of its token, u128. */
export const FEE: usize = FEES + 0x20;
/** Its L1 part, u128. */
export const L1_FEE: usize = FEES + 0x30;
export const KEY: usize = FEES + 0x40;
/** A pot: L2 part u128, L1 part u128. */
export const POT_WORD: usize = FEES + 0x60;
export const PARAMS_WORD: usize = FEES + 0x80;
export const PRICES_WORD: usize = FEES + 0xa0;
export const ORIGIN_WORD: usize = FEES + 0xc0;
export const POSTER_WORD: usize = FEES + 0xe0;
/** Words of intermediate results. */
export const SCRATCH: usize = FEES + 0x100;
/** One inbox word. */
export const INPUT_WORD: usize = FEES + 0x200;

/** What the transaction at hand costs. */
export function charge(): Charge {
  return changetype<Charge>(CHARGE);
}

export function l1Prices(): L1Prices {
  return changetype<L1Prices>(PRICES_WORD);
}

export function l1Origin(): L1Origin {
  return changetype<L1Origin>(ORIGIN_WORD);
}
