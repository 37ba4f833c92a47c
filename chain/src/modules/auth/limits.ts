import { countZeroBytes } from '../../kernel/bytes';
import { OK } from '../../kernel/errors';
import { less256, multiplySmall256 } from '../../math/u256';
import { ERR_GAS_PRODUCT, ERR_INTRINSIC_GAS, ERR_NONCE_OVERFLOW, ERR_PRIORITY_FEE } from './errors';
import { DECODE, MAXIMUM_PRICE, PRIORITY_PRICE, transaction } from './types';

/** Ethereum's own validity rules that need no state. Our gas schedule comes on top: a wallet's limit satisfies both. */

const PRODUCT: usize = DECODE + 0x20;

/** Source: Ethereum yellow paper, appendix G (G_transaction, G_txdata), EIP-2028, EIP-2930. */
const GAS_TRANSACTION: u64 = 21_000;
const GAS_ZERO_BYTE: u64 = 4;
const GAS_BYTE: u64 = 16;
const GAS_ACCESS_ADDRESS: u64 = 2_400;
const GAS_ACCESS_KEY: u64 = 1_900;

/** Ethereum's gas for a call with this data, before anything is executed. */
export function baseGas(data: usize, length: u32): u64 {
  const zeros = countZeroBytes(data, length);
  return GAS_TRANSACTION + u64(zeros) * GAS_ZERO_BYTE + u64(length - zeros) * GAS_BYTE;
}

/** Ethereum's intrinsic gas of the transaction at hand. */
function intrinsicGas(): u64 {
  const fields = transaction();
  const lists = u64(fields.accessAddresses) * GAS_ACCESS_ADDRESS + u64(fields.accessKeys) * GAS_ACCESS_KEY;
  return baseGas(usize(fields.data), fields.dataLength) + lists;
}

/** Fails: ERR_NONCE_OVERFLOW, ERR_PRIORITY_FEE, ERR_GAS_PRODUCT, ERR_INTRINSIC_GAS. */
export function checkLimits(): u32 {
  const fields = transaction();
  if (fields.nonce == u64.MAX_VALUE) return ERR_NONCE_OVERFLOW;
  if (less256(MAXIMUM_PRICE, PRIORITY_PRICE)) return ERR_PRIORITY_FEE;
  if (multiplySmall256(PRODUCT, MAXIMUM_PRICE, fields.gasLimit)) return ERR_GAS_PRODUCT;
  return fields.gasLimit < intrinsicGas() ? ERR_INTRINSIC_GAS : OK;
}
