import { block } from '../../kernel/block-context';
import { copyAddress, copyWord } from '../../kernel/bytes';
import { TOKEN_ETH, poolReference, tokenReference } from '../../kernel/entity';
import { OK } from '../../kernel/errors';
import { keccak } from '../../kernel/host';
import { ERR_FEE_TOKEN, ERR_NOT_CANONICAL, ERR_OPERATION, ERR_OPERATION_COUNT } from './errors';
import {
  FIELD_ACCOUNT,
  FIELD_AMOUNT,
  FIELD_DIRECTION,
  FIELD_POOL,
  FIELD_POOLS,
  FIELD_TOKEN,
  MAXIMUM_OPERATIONS,
  Operation,
  SWAP,
  operationAccount,
  operationAmount,
  operationAt,
  operationPools,
  shapeOf,
} from './operation';
import { recoverSender } from './signature';
import { KIND_PACKED, RECOVERY, RECOVERY_R, RECOVERY_S, TRANSACTION_HASH, transaction } from './types';
import { hashTransaction } from './typed-data';
import {
  wireAmount,
  wireByte,
  wireCode,
  wireFail,
  wireFailed,
  wireIndex,
  wireMaximumFee,
  wireNumber,
  wireOpen,
  wirePosition,
  wireRefuse,
  wireTake,
  wireVarint,
} from './wire';

/** Packed transactions (docs/spec/transactions.md, "Packed transactions"). */

const TAG_PARITY: u32 = 0x40;
const TAG_SINGLE_SWAP: u32 = 0x20;
const TAG_DIRECTION: u32 = 0x10;
const TAG_LANE: u32 = 0x02;
const TAG_FULL_DEADLINE: u32 = 0x01;

/** Compact deadlines count in units of 64 s, from eight units before the block. */
const DEADLINE_SHIFT: u64 = 6;
const DEADLINE_SLACK: u64 = 8;

/** The smallest multiple of 64 s that is congruent and not below the slack before the block's time. */
function expandDeadline(byte: u64): u64 {
  const quotient = block().timestamp >> DEADLINE_SHIFT;
  const lowest = quotient > DEADLINE_SLACK ? quotient - DEADLINE_SLACK : 0;
  return (lowest + ((byte - lowest) & 255)) << DEADLINE_SHIFT;
}

/** Token operand: `index * 2 + (kind - 1)`. */
function readToken(): u64 {
  const value = wireVarint();
  if (value >> 33 != 0) wireFail();
  return (value & 1) != 0 ? poolReference(u32(value >> 1)) : tokenReference(u32(value >> 1));
}

function readDirection(): u32 {
  const byte = wireByte();
  if (byte > 1) wireFail();
  return byte;
}

function readPools(operation: Operation): void {
  const count = wireByte();
  if (count < 2 || count > 3) {
    wireFail();
    return;
  }
  operation.poolCount = count;
  for (let i: u32 = 0; i < count; i++) store<u32>(operationPools(operation) + usize(i << 2), wireIndex());
}

function readPool(operation: Operation): void {
  operation.poolCount = 1;
  operation.pool0 = wireIndex();
}

function readOneToken(operation: Operation, second: bool): void {
  if (second) operation.tokenB = readToken();
  else operation.tokenA = readToken();
}

/** Reads the operands that the shape lists. */
function readOperands(operation: Operation, shape: u32): void {
  let amounts: u32 = 0;
  let tokens: u32 = 0;
  for (let rest = shape; rest != 0 && !wireFailed(); rest >>= 4) {
    const field = rest & 15;
    if (field == FIELD_AMOUNT) wireAmount(operationAmount(operation, amounts++));
    else if (field == FIELD_POOL) readPool(operation);
    else if (field == FIELD_DIRECTION) operation.zeroForOne = readDirection();
    else if (field == FIELD_TOKEN) readOneToken(operation, tokens++ != 0);
    else if (field == FIELD_POOLS) readPools(operation);
    else if (field == FIELD_ACCOUNT) readAccount(operation);
  }
}

function readAccount(operation: Operation): void {
  const at = wireTake(20);
  if (!wireFailed()) copyAddress(operationAccount(operation), at);
}

function readSingleSwap(tag: u32): void {
  const operation = operationAt(0);
  operation.code = SWAP;
  readPool(operation);
  operation.zeroForOne = (tag & TAG_DIRECTION) != 0 ? 1 : 0;
  wireAmount(operationAmount(operation, 0));
  wireAmount(operationAmount(operation, 1));
}

/** Number of operations that follow; a count is written only where there is more than one. */
function readCount(tag: u32): u32 {
  if ((tag & TAG_DIRECTION) == 0) return 1;
  const count = wireByte();
  if (count < 1 || count > MAXIMUM_OPERATIONS) wireRefuse(ERR_OPERATION_COUNT);
  if (count == 1) wireRefuse(ERR_NOT_CANONICAL);
  return count;
}

function readOperation(operation: Operation): void {
  operation.code = wireByte();
  const shape = shapeOf(operation.code);
  if (shape == 0) wireRefuse(ERR_OPERATION);
  readOperands(operation, shape);
}

function readOperations(tag: u32): void {
  const count = readCount(tag);
  for (let i: u32 = 0; i < count && !wireFailed(); i++) readOperation(operationAt(i));
  // A swap alone has a shorter form.
  if (count == 1 && operationAt(0).code == SWAP) wireRefuse(ERR_NOT_CANONICAL);
  transaction().operations = count;
}

/** A lane; lane 0 is written by leaving it out. */
function readLane(): u32 {
  const lane = wireIndex();
  if (lane == 0) wireRefuse(ERR_NOT_CANONICAL);
  return lane;
}

/** Seconds in full; multiples of 64 s have the one-byte form only, whatever the block's time. */
function readFullDeadline(): u64 {
  const deadline = wireNumber(5);
  if ((deadline >> DEADLINE_SHIFT) << DEADLINE_SHIFT == deadline) wireRefuse(ERR_NOT_CANONICAL);
  return deadline;
}

function readHead(tag: u32): void {
  const fields = transaction();
  fields.kind = KIND_PACKED;
  fields.feeToken = TOKEN_ETH + u64((tag >> 2) & 3);
  fields.lane = (tag & TAG_LANE) != 0 ? readLane() : 0;
  fields.nonce = wireVarint();
  fields.deadline = (tag & TAG_FULL_DEADLINE) != 0 ? readFullDeadline() : expandDeadline(u64(wireByte()));
  fields.maximumFee = wireMaximumFee();
  fields.operations = 1;
}

function readSignature(): void {
  const at = wireTake(64);
  if (wireFailed()) return;
  copyWord(RECOVERY_R, at);
  copyWord(RECOVERY_S, at + 32);
}

/**
 * Decodes a packed transaction of at most `available` bytes, hashes it and recovers its sender. Everything is left in `transaction()`, the
 * operation records and the words beside them; `packedEnd` tells where it ended. What was signed has one encoding; any other is refused.
 * Fails: 22xx, ERR_SIGNATURE.
 */
export function readPacked(from: usize, available: u32): u32 {
  wireOpen(from, available);
  const tag = wireByte();
  if ((tag & 0x0c) == 0x0c) return ERR_FEE_TOKEN;
  readHead(tag);
  if ((tag & TAG_SINGLE_SWAP) != 0) readSingleSwap(tag);
  else readOperations(tag);
  readSignature();
  if (wireFailed()) return wireCode();
  hashTransaction(RECOVERY);
  const code = recoverSender((tag & TAG_PARITY) != 0 ? 1 : 0);
  if (code != OK) return code;
  // The digest alone is not unique: two users may sign the same words. The sender's word stands behind it.
  copyWord(TRANSACTION_HASH, RECOVERY);
  keccak(TRANSACTION_HASH, 64, TRANSACTION_HASH);
  return OK;
}

/** One past the last byte that `readPacked` read. */
export function packedEnd(): usize {
  return wirePosition();
}
