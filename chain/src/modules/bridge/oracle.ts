import { block } from '../../kernel/block-context';
import { ERR_UNKNOWN_SELECTOR, OK } from '../../kernel/errors';
import { selector } from '../../kernel/call';
import {
  argumentBytes,
  argumentError,
  argumentLength,
  argumentNumberSaturated,
  beginArguments,
} from '../../kernel/abi';
import { BRIDGE, TRANSACTION_CAPACITY } from '../../kernel/memory';
import { returnAmount, returnNumber, returnText } from '../../kernel/result';
import { set128 } from '../../math/u128';
import { multiplySmall128 } from '../../math/u256';
import { loadL1Prices } from '../fees/prices';
import { l1Origin, l1Prices } from '../fees/types';
import { L1_GAS_PER_BYTE, SIGNED_ENTRY_BYTES } from './params';
import * as selectors from './selectors';
import { viewBool, viewNumber } from './views';

/** The op-stack's gas price oracle `0x4200...000f` and L1 attributes `0x4200...0015`, answered from the prices of the fees module. */

const FEE: usize = BRIDGE + 0x320;
/** Decimals of the op-stack's scalars. */
const DECIMALS: u64 = 6;

/** L1 fee in wei of an unsigned transaction of `length` bytes: what the signature and the entry's head add is counted too. */
function returnL1Fee(length: u64): u32 {
  loadL1Prices();
  set128(FEE, length + SIGNED_ENTRY_BYTES, 0);
  multiplySmall128(FEE, FEE, l1Prices().bytePrice);
  returnAmount(FEE);
  return OK;
}

/** `getL1Fee(bytes)` or `getL1GasUsed(bytes)`. */
function viewBytes(isFee: bool): u32 {
  beginArguments(1);
  argumentBytes(0, TRANSACTION_CAPACITY);
  const length = u64(argumentLength());
  if (argumentError() != OK) return argumentError();
  return isFee ? returnL1Fee(length) : viewNumber((length + SIGNED_ENTRY_BYTES) * L1_GAS_PER_BYTE);
}

/** `getL1FeeUpperBound(unsignedTxSize)`: bytes are not compressed, so it is the fee itself. */
function viewUpperBound(): u32 {
  beginArguments(1);
  const length = argumentNumberSaturated(0);
  if (argumentError() != OK) return argumentError();
  return returnL1Fee(length < u64(TRANSACTION_CAPACITY) ? length : u64(TRANSACTION_CAPACITY));
}

function viewL1Price(blob: bool): u32 {
  loadL1Prices();
  returnNumber(blob ? l1Prices().blobBaseFee : l1Prices().baseFee);
  return OK;
}

/** A call of the gas price oracle. Fails: ERR_UNKNOWN_SELECTOR, those of the ABI. */
export function callGasPriceOracle(): u32 {
  const id = selector();
  if (id == selectors.GET_L1_FEE) return viewBytes(true);
  if (id == selectors.GET_L1_GAS_USED) return viewBytes(false);
  if (id == selectors.GET_L1_FEE_UPPER_BOUND) return viewUpperBound();
  if (id == selectors.L1_BASE_FEE) return viewL1Price(false);
  if (id == selectors.BLOB_BASE_FEE) return viewL1Price(true);
  if (id == selectors.GAS_PRICE || id == selectors.BASE_FEE) return viewNumber(block().basePrice);
  if (id == selectors.GET_OPERATOR_FEE) return viewNumber(0);
  if (id == selectors.DECIMALS || id == selectors.DECIMALS_GETTER) return viewNumber(DECIMALS);
  if (id == selectors.IS_ECOTONE || id == selectors.IS_FJORD) return viewBool(true);
  if (id != selectors.VERSION) return ERR_UNKNOWN_SELECTOR;
  returnText('1.4.0');
  return OK;
}

function viewOrigin(isNumber: bool): u32 {
  loadL1Prices();
  returnNumber(isNumber ? l1Origin().number : l1Origin().timestamp);
  return OK;
}

/** A call of the L1 attributes: the L1 block whose prices apply. Fails: ERR_UNKNOWN_SELECTOR. */
export function callL1Block(): u32 {
  const id = selector();
  if (id == selectors.NUMBER) return viewOrigin(true);
  if (id == selectors.TIMESTAMP) return viewOrigin(false);
  if (id == selectors.BASEFEE) return viewL1Price(false);
  if (id == selectors.BLOB_BASE_FEE) return viewL1Price(true);
  if (id != selectors.VERSION) return ERR_UNKNOWN_SELECTOR;
  returnText('1.5.0');
  return OK;
}
