import { block } from '../../kernel/block-context';
import { copyAddress, copyBytes } from '../../kernel/bytes';
import { OK } from '../../kernel/errors';
import { keccak } from '../../kernel/host';
import { PREIMAGE } from '../../kernel/memory';
import {
  rlpBytes,
  rlpFail,
  rlpFailed,
  rlpInteger,
  rlpLength,
  rlpList,
  rlpNumber,
  rlpNumberSize,
  rlpOpen,
  rlpPosition,
  rlpPutListHeader,
  rlpPutNumber,
  rlpRequireAt,
} from '../../kernel/rlp';
import { loadBigEndian256 } from '../../math/u128';
import { readAccessList } from './access-list';
import { ERR_CHAIN_ID, ERR_CREATION, ERR_ENVELOPE_TYPE, ERR_RLP, ERR_SIGNATURE, ERR_UNPROTECTED } from './errors';
import { checkLimits } from './limits';
import { recoverSender } from './signature';
import {
  DECODE,
  KIND_ETHEREUM,
  MAXIMUM_PRICE,
  PRIORITY_PRICE,
  RECIPIENT,
  RECOVERY,
  RECOVERY_R,
  RECOVERY_S,
  TRANSACTION_HASH,
  VALUE,
  transaction,
} from './types';

/**
 * Ethereum envelopes: legacy with EIP-155, EIP-2930, EIP-1559 (docs/spec/transactions.md). As the decoder accepts only the one canonical
 * encoding, the signed payload is cut out of the raw bytes instead of being encoded again.
 */

const LEGACY: u32 = 0;
const ACCESS_LIST: u32 = 1;
const DYNAMIC_FEE: u32 = 2;

/** First byte of the fields that are signed, one past the last. */
const FIELDS: usize = DECODE;
const FIELDS_END: usize = DECODE + 4;
/** Envelope type, parity, chain id of the signature. */
const TYPE: usize = DECODE + 8;
const PARITY: usize = DECODE + 12;
/** Whether `to` is present. */
const HAS_RECIPIENT: usize = DECODE + 16;

/** Reads an integer as a u256. */
function readInteger256(out: usize): void {
  rlpInteger(out);
  loadBigEndian256(out, out);
}

function readRecipient(): void {
  const at = rlpBytes();
  const length = rlpLength();
  store<u32>(HAS_RECIPIENT, u32(length == 20));
  if (length == 20) copyAddress(RECIPIENT, at);
  else if (length != 0) rlpFail();
}

/** nonce (already read), prices, gas limit, to, value, data. */
function readBody(type: u32): void {
  const fields = transaction();
  fields.nonce = rlpNumber();
  if (type == DYNAMIC_FEE) readInteger256(PRIORITY_PRICE);
  readInteger256(MAXIMUM_PRICE);
  if (type != DYNAMIC_FEE) copyPrice();
  fields.gasLimit = rlpNumber();
  readRecipient();
  readInteger256(VALUE);
  fields.data = u32(rlpBytes());
  fields.dataLength = rlpLength();
}

/** Without a dynamic fee the price is both maximum and priority. */
function copyPrice(): void {
  for (let i: usize = 0; i < 32; i += 8) store<u64>(PRIORITY_PRICE + i, load<u64>(MAXIMUM_PRICE + i));
}

/** Checks v of a legacy transaction and keeps its parity. */
function checkLegacyV(v: u64): u32 {
  if (v == 27 || v == 28) return ERR_UNPROTECTED;
  if (v < 35) return ERR_SIGNATURE;
  store<u32>(PARITY, u32((v - 35) & 1));
  return (v - 35) >> 1 == block().chainId ? OK : ERR_CHAIN_ID;
}

function readSignature(): u32 {
  const v = rlpNumber();
  rlpInteger(RECOVERY_R);
  rlpInteger(RECOVERY_S);
  if (rlpFailed()) return ERR_RLP;
  if (load<u32>(TYPE) == LEGACY) return checkLegacyV(v);
  store<u32>(PARITY, u32(v));
  return v <= 1 ? OK : ERR_SIGNATURE;
}

/** Reads all fields between the cursor and `end`. */
function readFields(type: u32, end: usize): u32 {
  const fields = transaction();
  store<u32>(TYPE, type);
  store<u32>(FIELDS, u32(rlpPosition()));
  fields.accessAddresses = 0;
  fields.accessKeys = 0;
  const chainId = type == LEGACY ? block().chainId : rlpNumber();
  readBody(type);
  if (type != LEGACY) readAccessList();
  store<u32>(FIELDS_END, u32(rlpPosition()));
  const code = readSignature();
  rlpRequireAt(end);
  if (rlpFailed()) return ERR_RLP;
  if (code != OK) return code;
  if (chainId != block().chainId) return ERR_CHAIN_ID;
  return load<u32>(HAS_RECIPIENT) != 0 ? OK : ERR_CREATION;
}

/** Writes the signed payload to PREIMAGE and answers its length. */
function writeSignedPayload(): u32 {
  const type = load<u32>(TYPE);
  const from = usize(load<u32>(FIELDS));
  const length = load<u32>(FIELDS_END) - load<u32>(FIELDS);
  const chainId = block().chainId;
  const suffix = type == LEGACY ? rlpNumberSize(chainId) + 2 : 0;
  let at = PREIMAGE;
  if (type != LEGACY) store<u8>(at++, u8(type));
  at += usize(rlpPutListHeader(at, length + suffix));
  copyBytes(at, from, length);
  at += usize(length);
  if (type == LEGACY) {
    at += usize(rlpPutNumber(at, chainId));
    store<u16>(at, 0x8080);
    at += 2;
  }
  return u32(at - PREIMAGE);
}

/**
 * Decodes raw transaction bytes into `transaction()` without hashing.
 * Fails: 21xx.
 */
function decodeEnvelope(raw: usize, length: u32): u32 {
  const first = length == 0 ? 0 : u32(load<u8>(raw));
  const typed = first == ACCESS_LIST || first == DYNAMIC_FEE;
  if (!typed && first < 0xc0) return length == 0 ? ERR_RLP : ERR_ENVELOPE_TYPE;
  const skip: u32 = typed ? 1 : 0;
  const end = raw + usize(length);
  rlpOpen(raw + usize(skip), length - skip);
  rlpList();
  if (rlpFailed() || rlpPosition() + usize(rlpLength()) != end) return ERR_RLP;
  return readFields(typed ? first : LEGACY, end);
}

/**
 * Decodes an Ethereum transaction of `length <= 16,384` bytes, recovers its sender and hashes it.
 * Everything is left in `transaction()` and the words beside it. Fails: 21xx, ERR_SIGNATURE.
 */
export function readEnvelope(raw: usize, length: u32): u32 {
  transaction().kind = KIND_ETHEREUM;
  let code = decodeEnvelope(raw, length);
  if (code == OK) code = checkLimits();
  if (code != OK) return code;
  keccak(PREIMAGE, writeSignedPayload(), RECOVERY);
  code = recoverSender(load<u32>(PARITY));
  if (code != OK) return code;
  copyBytes(PREIMAGE, raw, length);
  keccak(PREIMAGE, length, TRANSACTION_HASH);
  return OK;
}
