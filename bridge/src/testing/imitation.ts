import { concat, numberToHex, size, type Hex } from 'viem';

/** What stands in a log. */
export interface LogContent {
  readonly topics: readonly Hex[];
  readonly data: Hex;
}

const byte = (value: number) => numberToHex(value, { size: 1 });

/** Code of a contract that emits whatever event it is called with (see `imitationCall`). */
export function imitationCode(topics: number): Hex {
  const pushTopics = Array.from({ length: topics }, (_, i) => concat(['0x60', byte((topics - 1 - i) * 32), '0x35']));
  // calldatacopy(0, 0x80, calldatasize() - 0x80), the topics from the first four words, then log<topics>(0, calldatasize() - 0x80, ...)
  return concat([
    '0x608036038060806000',
    '0x37',
    ...pushTopics,
    byte(0x80 + topics),
    '0x6000',
    byte(0xa0 + topics),
    '0x00',
  ]);
}

/** Calldata with which that contract emits a log of these topics and data. */
export function imitationCall({ topics, data }: LogContent): Hex {
  const words = concat(topics);
  return concat([words, `0x${'00'.repeat(128 - size(words))}`, data]);
}

/** Code of a contract that refuses every call. */
export const REFUSING_CODE: Hex = '0x60006000fd';

/** Code of a contract that refuses every call of a transaction, and none of an estimate for a bridge, which has 0x…01 as its origin. */
export const TWO_FACED_CODE: Hex = '0x60013214600c5760006000fd5b00';

/** Code of a contract that passes its calldata on to `target` without any ether, whatever it is sent, and fails where the call fails. */
export const emptyHandedCode = (target: Hex): Hex =>
  // calldatacopy(0, 0, calldatasize()); if iszero(call(gas(), target, 0, 0, calldatasize(), 0, 0)) { revert(0, 0) }
  concat(['0x366000600037', '0x60006000366000600073', target, '0x5af1', '0x602e57', '0x60006000fd', '0x5b00']);
