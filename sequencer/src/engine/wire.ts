import { unframeEthereum } from '@metachain/program';
import { RejectedTransaction } from '../chain/chain.types.js';
import { REJECTION } from './rejections.js';

/** docs/spec/transactions.md: an Ethereum transaction is at most 16,384 bytes, and so is a packed one. */
export const MAX_TRANSACTION_BYTES = 16_384;
const ACCESS_LIST_TYPE = 0x01;
const DYNAMIC_FEE_TYPE = 0x02;
/** RLP lists (legacy transactions) start here; below are typed envelopes. */
const FIRST_LIST = 0xc0;
const FIRST_PACKED = 0x80;

/**
 * Checks what can be told of an entry of a block's content (docs/spec/transactions.md) without the rules. Undefined when nothing is wrong,
 * else: typed transaction too short, oversized data, transaction type not supported.
 */
export function refuseEntry(entry: Uint8Array): RejectedTransaction | undefined {
  const ethereum = unframeEthereum(entry);
  const { length, 0: first } = ethereum ?? entry;
  if (first === undefined) return new RejectedTransaction(REJECTION.malformed, 'typed transaction too short');
  if (length > MAX_TRANSACTION_BYTES) return new RejectedTransaction(REJECTION.oversized, 'oversized data');
  const known = ethereum ? isEthereumType(first) : first >= FIRST_PACKED;
  return known ? undefined : new RejectedTransaction(REJECTION.type, 'transaction type not supported');
}

const isEthereumType = (first: number): boolean =>
  first === ACCESS_LIST_TYPE || first === DYNAMIC_FEE_TYPE || first >= FIRST_LIST;
