import { CONTEXT_DOMAIN, block } from '../../kernel/block-context';
import { copyAddress, copyWord, putText } from '../../kernel/bytes';
import { entityAddress, poolReference } from '../../kernel/entity';
import { keccak } from '../../kernel/host';
import { PREIMAGE } from '../../kernel/memory';
import { storeBigEndian128 } from '../../math/u128';
import {
  FIELD_ACCOUNT,
  FIELD_AMOUNT,
  FIELD_DIRECTION,
  FIELD_POOL,
  FIELD_POOLS,
  FIELD_TOKEN,
  Operation,
  SWAP,
  operationAccount,
  operationAmount,
  operationAt,
  operationPools,
  shapeOf,
} from './operation';
import { DECODE, OPERATION_STRUCT, STRUCT, transaction } from './types';
import {
  OPERATION_TYPES,
  codeByName,
  operationType,
  putQuarters,
  putSingleSwapTypeHash,
  putTypeHash,
} from './type-strings';

/** EIP-712 digest of a packed transaction (docs/spec/transactions.md, "Digest"). */

/** Words of the Transaction struct before its operations. */
const HEAD_WORDS: u32 = 6;
/** An `address[]` being hashed: three words. */
const POOLS: usize = OPERATION_STRUCT + 0x100;

function putNumber(out: usize, value: u64): void {
  store<u64>(out, 0);
  store<u64>(out, 0, 8);
  store<u64>(out, 0, 16);
  store<u64>(out, bswap<u64>(value), 24);
}

function putAmount(out: usize, amount: usize): void {
  store<u64>(out, 0);
  store<u64>(out, 0, 8);
  storeBigEndian128(out + 16, amount);
}

function putAccount(out: usize, account: usize): void {
  store<u64>(out, 0);
  store<u32>(out, 0, 8);
  copyAddress(out + 12, account);
}

function putEntity(out: usize, reference: u64): void {
  store<u64>(out, 0);
  store<u32>(out, 0, 8);
  entityAddress(out + 12, reference);
}

/** Hash of an `address[]`: its elements, one word each. */
function putPools(out: usize, operation: Operation): void {
  const count = operation.poolCount;
  for (let i: u32 = 0; i < count; i++) {
    putEntity(POOLS + usize(i << 5), poolReference(load<u32>(operationPools(operation) + usize(i << 2))));
  }
  keccak(POOLS, count << 5, out);
}

/** Writes `hashStruct` of an operation. */
function hashOperation(out: usize, operation: Operation): void {
  putTypeHash(OPERATION_STRUCT, operation.code);
  let at = OPERATION_STRUCT + 32;
  let amounts: u32 = 0;
  let tokens: u32 = 0;
  for (let rest = shapeOf(operation.code); rest != 0; rest >>= 4) {
    const field = rest & 15;
    if (field == FIELD_AMOUNT) putAmount(at, operationAmount(operation, amounts++));
    else if (field == FIELD_POOL) putEntity(at, poolReference(operation.pool0));
    else if (field == FIELD_DIRECTION) putNumber(at, u64(operation.zeroForOne));
    else if (field == FIELD_TOKEN) putEntity(at, tokens++ == 0 ? operation.tokenA : operation.tokenB);
    else if (field == FIELD_ACCOUNT) putAccount(at, operationAccount(operation));
    else if (field == FIELD_POOLS) putPools(at, operation);
    at += 32;
  }
  keccak(OPERATION_STRUCT, u32(at - OPERATION_STRUCT), out);
}

/** Appends the name of an operation's type: its text up to the bracket. */
function putTypeName(out: usize, code: u32): usize {
  const length = putText(out, operationType(code));
  let i: u32 = 0;
  while (i < length && load<u8>(out + usize(i)) != 0x28) i++;
  return out + usize(i);
}

function putDecimal(out: usize, value: u32): usize {
  if (value >= 10) store<u8>(out++, u8(48 + value / 10));
  store<u8>(out, u8(48 + (value % 10)));
  return out + 1;
}

/** Appends `,<Type> op<n>` and marks the type as used in `mask`. */
function putMember(out: usize, index: u32): usize {
  store<u8>(out, 0x2c);
  let at = putTypeName(out + 1, operationAt(index).code);
  at += usize(putText(at, ' op'));
  return putDecimal(at, index + 1);
}

function isUsed(code: u32): bool {
  const count = transaction().operations;
  for (let i: u32 = 0; i < count; i++) if (operationAt(i).code == code) return true;
  return false;
}

/** Writes the type hash of the transaction: its operations in order, then the distinct types by name. */
function hashType(out: usize): void {
  const text = 'Transaction(uint32 lane,uint64 sequence,uint64 deadline,address feeToken,uint128 maxFee';
  let at = PREIMAGE + usize(putText(PREIMAGE, text));
  const count = transaction().operations;
  for (let i: u32 = 0; i < count; i++) at = putMember(at, i);
  store<u8>(at++, 0x29);
  for (let i: u32 = 0; i < OPERATION_TYPES; i++) {
    const code = codeByName(i);
    if (isUsed(code)) at += usize(putText(at, operationType(code)));
  }
  keccak(PREIMAGE, u32(at - PREIMAGE), out);
}

function putHead(): void {
  const fields = transaction();
  if (fields.operations == 1 && operationAt(0).code == SWAP) putSingleSwapTypeHash(STRUCT);
  else hashType(STRUCT);
  putNumber(STRUCT + 32, u64(fields.lane));
  putNumber(STRUCT + 64, fields.nonce);
  putNumber(STRUCT + 96, fields.deadline);
  putEntity(STRUCT + 128, fields.feeToken);
  putNumber(STRUCT + 160, fields.maximumFee);
}

/** Writes `keccak(0x1901 || domain || structHash)` of 66 bytes laid so that they start at a word. */
function hashDigest(structHash: usize, out: usize): void {
  store<u16>(PREIMAGE, 0x0119);
  copyWord(PREIMAGE + 2, CONTEXT_DOMAIN);
  copyWord(PREIMAGE + 34, structHash);
  keccak(PREIMAGE, 66, out);
}

/** Writes the digest of the decoded transaction, which is also its hash. */
export function hashTransaction(out: usize): void {
  putHead();
  const count = transaction().operations;
  for (let i: u32 = 0; i < count; i++) hashOperation(STRUCT + usize((HEAD_WORDS + i) << 5), operationAt(i));
  keccak(STRUCT, (HEAD_WORDS + count) << 5, DECODE);
  hashDigest(DECODE, out);
}

/** Writes the domain separator of the chain in the block context: name "MetaChain", version "1". */
export function hashDomain(out: usize): void {
  putQuarters(STRUCT, 0xc2f8787176b8ac6b, 0xf7215b4adcc1e069, 0xbf4ab82d9ab1df05, 0xa57a91d425935b6e);
  putQuarters(STRUCT + 32, 0x05607a8af039fbc2, 0x0c48c5b5d7ab2afc, 0x3939d796c93b9385, 0xf25004cd2bbbff12);
  putQuarters(STRUCT + 64, 0xc89efdaa54c0f20c, 0x7adf612882df0950, 0xf5a951637e0307cd, 0xcb4c672f298b8bc6);
  putNumber(STRUCT + 96, block().chainId);
  keccak(STRUCT, 128, out);
}
