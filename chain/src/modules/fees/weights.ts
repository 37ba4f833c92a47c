import {
  ADD_LIQUIDITY,
  APPROVE,
  CREATE_POOL,
  REMOVE_LIQUIDITY,
  SWAP,
  SWAP_EXACT_OUT,
  SWAP_ROUTE,
  SWAP_ROUTE_EXACT_OUT,
  TRANSFER,
  WITHDRAW,
} from '../auth/operation';
import { APPROVE as TOKEN_APPROVE, TRANSFER as TOKEN_TRANSFER, TRANSFER_FROM } from '../token/selectors';

/**
 * Step weights: the most machine steps that a piece of work can take, rounded up (README, "Weights"). One gas is one step; a host operation
 * counts as the steps that its cost in time equals. Static, so that gas is known before execution.
 */

/** Decoding, digest, recovery (3,000 of it), nonce, fee and receipt of a packed transaction. */
const PACKED_BASE: u64 = 9_000;
/** Reading and hashing one operation, its type string included. */
const PACKED_OPERATION: u64 = 2_000;
/** As PACKED_BASE, for an Ethereum transaction. */
const ETHEREUM_BASE: u64 = 9_000;
/** Copying, hashing and counting one byte of an Ethereum transaction. */
const ETHEREUM_BYTE: u64 = 8;
/** Header, mint and receipt of a delayed message, and one byte of its data. */
const DELAYED_BASE: u64 = 8_000;
const DELAYED_BYTE: u64 = 4;

const TRANSFER_WEIGHT: u64 = 2_500;
const APPROVE_WEIGHT: u64 = 2_500;
const HOP_WEIGHT: u64 = 7_000;
const LIQUIDITY_WEIGHT: u64 = 14_000;
const CREATE_POOL_WEIGHT: u64 = 6_000;
const WITHDRAW_WEIGHT: u64 = 7_000;
/** transfer, transferFrom and approve of a token. */
const TOKEN_CALL_WEIGHT: u64 = 5_000;
/** Any other function of a system contract. */
const CALL_WEIGHT: u64 = 40_000;

/** Weight of one packed operation through `pools` pools. */
export function operationWeight(code: u32, pools: u32): u64 {
  switch (code) {
    case TRANSFER:
      return PACKED_OPERATION + TRANSFER_WEIGHT;
    case APPROVE:
      return PACKED_OPERATION + APPROVE_WEIGHT;
    case SWAP:
    case SWAP_EXACT_OUT:
    case SWAP_ROUTE:
    case SWAP_ROUTE_EXACT_OUT:
      return PACKED_OPERATION + HOP_WEIGHT * u64(pools);
    case ADD_LIQUIDITY:
    case REMOVE_LIQUIDITY:
      return PACKED_OPERATION + LIQUIDITY_WEIGHT;
    case CREATE_POOL:
      return PACKED_OPERATION + CREATE_POOL_WEIGHT;
    case WITHDRAW:
      return PACKED_OPERATION + WITHDRAW_WEIGHT;
    default:
      return PACKED_OPERATION;
  }
}

export function packedBaseWeight(): u64 {
  return PACKED_BASE;
}

/** Weight of a call of a system contract by its selector. */
function callWeight(selector: u32): u64 {
  return selector == TOKEN_TRANSFER || selector == TRANSFER_FROM || selector == TOKEN_APPROVE
    ? TOKEN_CALL_WEIGHT
    : CALL_WEIGHT;
}

/** Weight of an Ethereum transaction of `bytes` wire bytes; `system` says whether it calls a system contract. */
export function ethereumWeight(bytes: u32, system: bool, selector: u32): u64 {
  return ETHEREUM_BASE + ETHEREUM_BYTE * u64(bytes) + (system ? callWeight(selector) : TRANSFER_WEIGHT);
}

/** Weight of a delayed message with `bytes` of data. */
export function delayedWeight(bytes: u32): u64 {
  return DELAYED_BASE + DELAYED_BYTE * u64(bytes) + CALL_WEIGHT;
}
