import { concatBytes, fromHex, toHex, WORD_BYTES } from '@metachain/program';
import { bytesToBigInt, type Address, type Hash, type Hex } from 'viem';

import type { DelayedMessage, L1Location } from './types.js';

/** What a message is made of: the words hold all that is not named here. */
export type MessageParts = Pick<DelayedMessage, 'index' | 'words' | 'accumulator' | 'alias' | 'l1'>;

const ADDRESS_BYTES = 20;
const HASH_BYTES = 32;
/** Places of the words of a message, and of the data behind them. */
const [SENDER, TO, MINT, VALUE, GAS_LIMIT, TIMESTAMP, SOURCE_HASH, DATA_LENGTH, DATA] = [0, 1, 2, 3, 4, 6, 7, 8, 9];
/** Places of the hashes behind the words. */
const [ACCUMULATOR, ALIAS, BLOCK_HASH, TRANSACTION_HASH, HASHES] = [0, 1, 2, 3, 4];

/**
 * A message in one piece of memory, everything else derived when it is asked for: all messages since genesis are held, and whoever pays for
 * deposits decides how many and how large they are. Addresses in lower case.
 */
export class KeptMessage implements DelayedMessage {
  readonly index: bigint;
  /** Wei. Held beside the words: it is added up over all messages. */
  readonly mint: bigint;
  private readonly blockNumber: bigint;
  private readonly logIndex: number;
  /** The words, then the hashes. */
  private readonly bytes: Uint8Array;

  constructor({ index, words, accumulator, alias, l1 }: MessageParts) {
    const hashes = [accumulator, alias, l1.blockHash, l1.transactionHash];
    this.index = index;
    this.blockNumber = l1.blockNumber;
    this.logIndex = l1.logIndex;
    this.bytes = concatBytes(words, ...hashes.map(fromHex));
    this.mint = this.number(MINT);
  }

  get words(): Uint8Array {
    return this.bytes.subarray(0, -HASHES * HASH_BYTES);
  }

  get accumulator(): Hash {
    return this.hash(ACCUMULATOR);
  }

  get from(): Address {
    return this.address(SENDER);
  }

  get to(): Address {
    return this.address(TO);
  }

  get value(): bigint {
    return this.number(VALUE);
  }

  get gasLimit(): bigint {
    return this.number(GAS_LIMIT);
  }

  get data(): Hex {
    const start = DATA * WORD_BYTES;
    return toHex(this.bytes.subarray(start, start + Number(this.number(DATA_LENGTH))));
  }

  get timestamp(): bigint {
    return this.number(TIMESTAMP);
  }

  get sourceHash(): Hash {
    return toHex(this.word(SOURCE_HASH));
  }

  get alias(): Hash {
    return this.hash(ALIAS);
  }

  get l1(): L1Location {
    const { blockNumber, logIndex } = this;
    return {
      blockNumber,
      blockHash: this.hash(BLOCK_HASH),
      transactionHash: this.hash(TRANSACTION_HASH),
      logIndex,
    };
  }

  private word(place: number): Uint8Array {
    return this.bytes.subarray(place * WORD_BYTES, (place + 1) * WORD_BYTES);
  }

  private number(place: number): bigint {
    return bytesToBigInt(this.word(place));
  }

  private address(place: number): Address {
    return toHex(this.word(place).subarray(-ADDRESS_BYTES));
  }

  private hash(place: number): Hash {
    const start = this.bytes.length - (HASHES - place) * HASH_BYTES;
    return toHex(this.bytes.subarray(start, start + HASH_BYTES));
  }
}
