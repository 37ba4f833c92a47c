import { RejectedTransaction } from '../chain/chain.types.js';
import { REJECTION } from './rejections.js';

/** docs/spec/transactions.md: an Ethereum transaction is at most 16,384 bytes, and so is a packed one. */
export const MAX_TRANSACTION_BYTES = 16_384;
const ETHEREUM_TAG = 0x01;
const LEGACY_LONG_LIST = 0xf8;
const PACKED_FIRST = 0x80;

/**
 * Frames what a client sent as one entry of a block's content.
 *
 * An RLP list of more than 55 bytes starts at 0xf8; packed tags from there on name the reserved fee token, so the two cannot be confused.
 * Throws RejectedTransaction: empty, oversized data, transaction type not supported.
 */
export function toWire(raw: Uint8Array): Uint8Array {
  const first = raw[0];
  if (first === undefined) throw new RejectedTransaction(REJECTION.malformed, 'typed transaction too short');
  if (raw.length > MAX_TRANSACTION_BYTES) throw new RejectedTransaction(REJECTION.oversized, 'oversized data');
  if (first === 0x01 || first === 0x02 || first >= LEGACY_LONG_LIST) return frameEthereum(raw);
  if (first >= PACKED_FIRST) return raw;
  throw new RejectedTransaction(REJECTION.type, 'transaction type not supported');
}

/** The bytes a client sent, from an entry of a block's content. */
export function fromWire(wire: Uint8Array): Uint8Array {
  return wire[0] === ETHEREUM_TAG ? wire.subarray(3) : wire;
}

function frameEthereum(raw: Uint8Array): Uint8Array {
  const wire = new Uint8Array(raw.length + 3);
  wire[0] = ETHEREUM_TAG;
  wire[1] = raw.length >> 8;
  wire[2] = raw.length & 0xff;
  wire.set(raw, 3);
  return wire;
}
