import { block } from '../../chain/src/kernel/block-context';
import { loadBig } from '../../chain/src/kernel/bytes';
import { openCall, selectorOf } from '../../chain/src/kernel/call';
import { closeCheckpoint, openCheckpoint, undoToCheckpoint } from '../../chain/src/kernel/checkpoint';
import { ERR_BLOCK_FULL, ERR_UNDECODABLE, OK } from '../../chain/src/kernel/errors';
import { flushLog } from '../../chain/src/kernel/event';
import { PROGRAM } from '../../chain/src/kernel/memory';
import { resetResult } from '../../chain/src/kernel/result';
import { fits128 } from '../../chain/src/math/u256';
import {
  ERR_DEADLINE,
  ERR_SIGNATURE,
  MAXIMUM_PRICE,
  RECIPIENT,
  SENDER,
  VALUE,
  checkNonce,
  checkSequence,
  consumeNonce,
  consumeSequence,
  packedEnd,
  readEnvelope,
  readPacked,
  transaction,
} from '../../chain/src/modules/auth/module';
import { TOKEN_ETH } from '../../chain/src/kernel/entity';
import {
  ERR_INSUFFICIENT_FUNDS,
  charge,
  checkFunds,
  checkGas,
  checkMaximumFee,
  ethereumWeight,
  measureCharge,
  packedBaseWeight,
  payCharge,
  priceCharge,
} from '../../chain/src/modules/fees/module';
import { dispatch, isSystemAddress } from './dispatch';
import { executeOperations, operationsWeight } from './operations';
import { writeReceipt } from './records';

/** One transaction: decode, authenticate, admit, charge, execute, record (docs/spec/transactions.md). */

/** First byte of an Ethereum entry. */
const TAG_ETHEREUM: u32 = 0x01;
/** Lowest first byte of a packed entry. */
const TAG_PACKED: u32 = 0x80;
/** Tag and length of an Ethereum entry. */
const ETHEREUM_HEAD: u32 = 3;
const MAXIMUM_RAW_BYTES: u32 = 16_384;

const STATUS_FAILED: u32 = 1;
const STATUS_SKIPPED: u32 = 2;

/** Where the entry at hand ended; 0 when it could not be decoded so far that its length is known. */
const ENTRY_END: usize = PROGRAM;

/** One past the last byte of the entry that `applyEntry` saw last, 0 when its length is unknown. */
export function entryEnd(): usize {
  return usize(load<u32>(ENTRY_END));
}

function skipped(code: u32): u32 {
  return (STATUS_SKIPPED << 16) | code;
}

/** Whether a block still has room for the transaction's weight. Fails: ERR_BLOCK_FULL. */
function checkRoom(): u32 {
  return block().weight + charge().weight > block().weightLimit ? ERR_BLOCK_FULL : OK;
}

/** Ends a transaction: keeps or undoes its operations, writes the receipt and counts it. */
export function finish(code: u32): u32 {
  if (code == OK) closeCheckpoint();
  else undoToCheckpoint();
  writeReceipt(code);
  flushLog();
  const context = block();
  context.gasUsed += charge().gas;
  context.weight += charge().weight;
  context.transactions++;
  return code == OK ? OK : (STATUS_FAILED << 16) | code;
}

/** Everything that must hold before an Ethereum transaction may enter a block. */
function admitEthereum(bytes: u32): u32 {
  const fields = transaction();
  measureCharge(
    ethereumWeight(bytes, isSystemAddress(RECIPIENT), selectorOf(usize(fields.data), fields.dataLength)),
    bytes,
  );
  let code = checkRoom();
  if (code == OK) code = checkNonce(fields.nonce);
  if (code == OK) code = checkGas(MAXIMUM_PRICE, fields.gasLimit);
  if (code == OK) code = checkFunds(SENDER, fields.gasLimit, MAXIMUM_PRICE, VALUE);
  if (code == OK && !fits128(VALUE)) code = ERR_INSUFFICIENT_FUNDS;
  return code != OK ? code : priceCharge(TOKEN_ETH);
}

/** An Ethereum transaction whose raw bytes start at `raw`. */
function applyEthereum(raw: usize, length: u32): u32 {
  const bytes = length + ETHEREUM_HEAD;
  let code = readEnvelope(raw, length);
  if (code == OK) code = admitEthereum(bytes);
  if (code == OK) code = payCharge(SENDER);
  if (code != OK) return skipped(code);
  consumeNonce();
  const fields = transaction();
  fields.operations = 1;
  fields.lane = 0;
  resetResult();
  openCheckpoint();
  openCall(SENDER, RECIPIENT, VALUE, usize(fields.data), fields.dataLength, false);
  return finish(dispatch());
}

/** Everything that must hold before a packed transaction may enter a block. */
function admitPacked(bytes: u32): u32 {
  const fields = transaction();
  measureCharge(packedBaseWeight() + operationsWeight(), bytes);
  let code = checkRoom();
  if (code == OK && fields.deadline < block().timestamp) code = ERR_DEADLINE;
  if (code == OK) code = checkSequence(fields.lane, fields.nonce);
  if (code == OK) code = priceCharge(fields.feeToken);
  return code != OK ? code : checkMaximumFee(fields.maximumFee);
}

/** Decodes a packed entry; notes where it ended unless its form is broken. `exact`: it must fill all that is available. */
function decodePacked(from: usize, available: u32, exact: bool): u32 {
  const code = readPacked(from, available);
  if (code != OK && code != ERR_SIGNATURE) return code;
  if (exact && packedEnd() != from + usize(available)) return ERR_UNDECODABLE;
  store<u32>(ENTRY_END, u32(packedEnd()));
  return code;
}

function applyPacked(from: usize, available: u32, exact: bool): u32 {
  let code = decodePacked(from, available, exact);
  if (code == OK) code = admitPacked(u32(packedEnd() - from));
  if (code == OK) code = payCharge(SENDER);
  if (code != OK) return skipped(code);
  consumeSequence(transaction().lane);
  resetResult();
  openCheckpoint();
  return finish(executeOperations());
}

/** Length of the raw bytes of an Ethereum entry, 0 when the entry is cut short or its length out of range. */
function rawLength(from: usize, available: u32, exact: bool): u32 {
  if (available <= ETHEREUM_HEAD || u32(load<u8>(from)) != TAG_ETHEREUM) return 0;
  const length = u32(loadBig(from + 1, 2));
  const rest = available - ETHEREUM_HEAD;
  if (length > MAXIMUM_RAW_BYTES || length > rest) return 0;
  return exact && length != rest ? 0 : length;
}

/**
 * Applies the entry at `from`, at most `available` bytes; `exact` when it must fill them. Answers `status << 16 | code`;
 * `entryEnd` tells where it ended.
 */
export function applyEntry(from: usize, available: u32, exact: bool): u32 {
  store<u32>(ENTRY_END, 0);
  if (available != 0 && u32(load<u8>(from)) >= TAG_PACKED) return applyPacked(from, available, exact);
  const length = rawLength(from, available, exact);
  if (length == 0) return skipped(ERR_UNDECODABLE);
  store<u32>(ENTRY_END, u32(from) + ETHEREUM_HEAD + length);
  return applyEthereum(from + usize(ETHEREUM_HEAD), length);
}

/** The part of `applyEntry` that needs no state: decode, digest, recover. Answers 0 or an error number. */
export function prepareEntry(from: usize, available: u32): u32 {
  store<u32>(ENTRY_END, 0);
  if (available != 0 && u32(load<u8>(from)) >= TAG_PACKED) return decodePacked(from, available, true);
  const length = rawLength(from, available, true);
  return length == 0 ? ERR_UNDECODABLE : readEnvelope(from + usize(ETHEREUM_HEAD), length);
}

/** Whether a result word says that the block had no room left. */
export function isBlockFull(result: u32): bool {
  return result == skipped(ERR_BLOCK_FULL);
}
