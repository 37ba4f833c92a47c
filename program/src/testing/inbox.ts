import { zeroAddress, zeroHash } from 'viem';

import { compactSignature, contentHash, encodeBlock, encodePayload, producerDigest } from '../codec/block.js';
import { concatBytes } from '../codec/bytes.js';
import { type DelayedMessage, delayedWords } from '../codec/delayed.js';
import { itemHeaderWords } from '../codec/item.js';
import { payloadToWords } from '../codec/words.js';
import type { BlockContext, SealedBlock, UnitInputs } from '../engine/types.js';
import { CHAIN_ID, producer } from './test-chain.js';

/** What L1 holds: items with payloads, and delayed messages. */
export class Inbox implements UnitInputs {
  private readonly headers: Uint8Array[] = [];
  private readonly payloads: Uint8Array[] = [];
  readonly messages: DelayedMessage[] = [];

  /** Appends an item; `time` in seconds. */
  append(time: bigint, payload: Uint8Array): void {
    const words = payloadToWords(payload);
    this.headers.push(
      itemHeaderWords({
        previous: zeroHash,
        poster: zeroAddress,
        l1BlockNumber: 100n + BigInt(this.headers.length),
        l1Timestamp: time,
        l1BaseFee: 10n ** 10n,
        l1BlobBaseFee: 5n,
        delayedCount: BigInt(this.messages.length),
        delayedAccumulator: zeroHash,
        payloadKind: words.length === 0 ? 'none' : 'calldata',
        payloadWords: BigInt(words.length / 32),
        payloadHash: zeroHash,
      }),
    );
    this.payloads.push(words);
  }

  get items(): number {
    return this.headers.length;
  }

  itemWord = (item: bigint, word: number): Uint8Array | undefined => wordOf(this.headers[Number(item)], word);
  payloadWord = (item: bigint, word: number): Uint8Array | undefined => wordOf(this.payloads[Number(item)], word);
  delayedWord = (message: bigint, word: number): Uint8Array | undefined => {
    const found = this.messages[Number(message)];
    return found && wordOf(delayedWords(found), word);
  };
}

const wordOf = (words: Uint8Array | undefined, index: number): Uint8Array | undefined => {
  const word = words?.slice(index * 32, index * 32 + 32);
  return word?.length === 32 ? word : undefined;
};

/** A block as its producer posts it. */
export const signBlock = async (
  block: SealedBlock,
  context: BlockContext,
  entries: readonly Uint8Array[],
): Promise<Uint8Array> => {
  const content = concatBytes(...entries);
  const head = {
    parent: block.parentHash,
    timestamp: context.timestamp,
    delayed: context.delayed,
    priceItem: context.priceItem,
  };
  const hash = producerDigest(CHAIN_ID, { ...head, contentHash: contentHash(content) });
  return encodeBlock({ ...head, content, signature: compactSignature(await producer.sign({ hash })) });
};

export { encodePayload };
