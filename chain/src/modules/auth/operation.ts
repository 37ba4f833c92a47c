import { OPERATIONS } from '../../kernel/memory';

/** One decoded operation of a packed transaction. Fields that its type does not have are left as they were. */
@unmanaged
export class Operation {
  code: u32;
  /** Pools of a route, in order; a plain swap has one. */
  poolCount: u32;
  pool0: u32;
  pool1: u32;
  pool2: u32;
  /** Direction through the first pool: 1 = token 0 for token 1. */
  zeroForOne: u32;
  /** Token references. */
  tokenA: u64;
  tokenB: u64;
}

const SIZE: usize = 128;
/** Address operand: `to` or `spender`. */
const ACCOUNT: usize = 40;
/** Four u128 amounts, in the order of the type. */
const AMOUNTS: usize = 64;

export const MAXIMUM_OPERATIONS: u32 = 32;

export function operationAt(index: u32): Operation {
  return changetype<Operation>(OPERATIONS + usize(index) * SIZE);
}

/** Pointer to the u32 pool indices. */
export function operationPools(operation: Operation): usize {
  return changetype<usize>(operation) + 8;
}

/** Pointer to the address operand. */
export function operationAccount(operation: Operation): usize {
  return changetype<usize>(operation) + ACCOUNT;
}

/** Pointer to the amount operand `index` (0..3), a u128. */
export function operationAmount(operation: Operation, index: u32): usize {
  return changetype<usize>(operation) + AMOUNTS + usize(index << 4);
}

export const TRANSFER: u32 = 0x01;
export const APPROVE: u32 = 0x02;
export const SWAP: u32 = 0x10;
export const SWAP_EXACT_OUT: u32 = 0x11;
export const SWAP_ROUTE: u32 = 0x12;
export const SWAP_ROUTE_EXACT_OUT: u32 = 0x13;
export const ADD_LIQUIDITY: u32 = 0x14;
export const REMOVE_LIQUIDITY: u32 = 0x15;
export const CREATE_POOL: u32 = 0x16;
export const WITHDRAW: u32 = 0x20;

export const FIELD_TOKEN: u32 = 1;
export const FIELD_POOL: u32 = 2;
export const FIELD_POOLS: u32 = 3;
export const FIELD_ACCOUNT: u32 = 4;
export const FIELD_DIRECTION: u32 = 5;
export const FIELD_AMOUNT: u32 = 6;

/** Field kinds of an operation, four bits each, the first in the lowest; 0 for an unknown code. The wire and EIP-712 agree on the order. */
export function shapeOf(code: u32): u32 {
  switch (code) {
    case TRANSFER:
    case APPROVE:
    case WITHDRAW:
      return 0x641;
    case SWAP:
    case SWAP_EXACT_OUT:
      return 0x6652;
    case SWAP_ROUTE:
    case SWAP_ROUTE_EXACT_OUT:
      return 0x6653;
    case ADD_LIQUIDITY:
      return 0x66662;
    case REMOVE_LIQUIDITY:
      return 0x6662;
    case CREATE_POOL:
      return 0x11;
    default:
      return 0;
  }
}
