import { entryOf } from '@metachain/program';
import { RejectedTransaction } from '../chain/chain.types.js';
import { REJECTION } from './rejections.js';

/** docs/spec/transactions.md: an Ethereum transaction is at most 16,384 bytes, and so is a packed one. */
export const MAX_TRANSACTION_BYTES = 16_384;
const ACCESS_LIST_TYPE = 0x01;
const DYNAMIC_FEE_TYPE = 0x02;
/** Packed transactions and RLP lists (legacy transactions) start here; below are typed envelopes. */
const FIRST_UNTYPED = 0x80;

/**
 * Frames what a client sent as one entry of a block's content (docs/spec/transactions.md).
 * Throws RejectedTransaction: typed transaction too short, oversized data, transaction type not supported.
 */
export function toWire(raw: Uint8Array): Uint8Array {
  const first = raw[0];
  if (first === undefined) throw new RejectedTransaction(REJECTION.malformed, 'typed transaction too short');
  if (raw.length > MAX_TRANSACTION_BYTES) throw new RejectedTransaction(REJECTION.oversized, 'oversized data');
  const known = first === ACCESS_LIST_TYPE || first === DYNAMIC_FEE_TYPE || first >= FIRST_UNTYPED;
  if (!known) throw new RejectedTransaction(REJECTION.type, 'transaction type not supported');
  return entryOf(raw);
}
