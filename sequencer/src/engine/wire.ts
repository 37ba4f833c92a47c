import { RejectedTransaction } from '../chain/chain.types.js';
import { REJECTION } from './rejections.js';

/** docs/spec/transactions.md: an Ethereum transaction is at most 16,384 bytes, and so is a packed one. */
export const MAX_TRANSACTION_BYTES = 16_384;
const ACCESS_LIST_TYPE = 0x01;
const DYNAMIC_FEE_TYPE = 0x02;
/** RLP lists (legacy transactions) start here; below are typed envelopes. */
const FIRST_LIST = 0xc0;
/** Tag of an entry that holds an Ethereum transaction, which follows two bytes of length. */
const ETHEREUM_TAG = 0x01;
const ETHEREUM_HEAD = 3;
const FIRST_PACKED = 0x80;

/**
 * Checks what can be told of an entry of a block's content (docs/spec/transactions.md) without the rules. Undefined when nothing is wrong,
 * else: typed transaction too short, oversized data, transaction type not supported.
 */
export function refuseEntry(entry: Uint8Array): RejectedTransaction | undefined {
  const head = entry[0] === ETHEREUM_TAG ? ETHEREUM_HEAD : 0;
  if (entry.length <= head) return new RejectedTransaction(REJECTION.malformed, 'typed transaction too short');
  if (entry.length - head > MAX_TRANSACTION_BYTES)
    return new RejectedTransaction(REJECTION.oversized, 'oversized data');
  const known = head === 0 ? entry[0]! >= FIRST_PACKED : isEthereumType(entry[head]!);
  return known ? undefined : new RejectedTransaction(REJECTION.type, 'transaction type not supported');
}

const isEthereumType = (first: number): boolean =>
  first === ACCESS_LIST_TYPE || first === DYNAMIC_FEE_TYPE || first >= FIRST_LIST;
