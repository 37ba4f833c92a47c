import type { DelayedMessage, InboxItem } from '@metachain/bridge';
import { BLOB_BYTES, type UnitInputs } from '@metachain/program';
import { hexToBytes, zeroHash, type Hash } from 'viem';

import { DerivedInputs } from '../derive/unit-inputs.js';
import { TraceMismatchError } from '../errors.js';
import { openBlobWord, wordSiblings } from '../machine/proof/recorded-inputs.js';
import type { BlobOpening, InputWitnesses } from '../machine/proof/witness.js';

const MESSAGE_HEADER_BYTES = 9 * 32;

/** Items and messages as the L1 watcher holds them. */
export interface WatchedInputs {
  readonly items: readonly Pick<InboxItem, 'index' | 'words' | 'accumulator' | 'payload'>[];
  readonly messages: readonly Pick<DelayedMessage, 'words' | 'accumulator' | 'data'>[];
}

/** What one item's units read, and the witnesses for L1; remembers which entries of the inbox witnesses refer to. */
export class ItemInputs implements UnitInputs, InputWitnesses {
  /** Items and messages that witnesses named so far. */
  readonly named = { items: new Set<bigint>(), messages: new Set<bigint>() };
  private readonly derived: DerivedInputs;

  constructor(
    private readonly l1: WatchedInputs,
    private readonly item: bigint,
    private readonly payload: Uint8Array,
  ) {
    this.derived = new DerivedInputs(l1, item, payload);
  }

  itemWord(item: bigint, word: number): Uint8Array | undefined {
    return this.derived.itemWord(item, word);
  }

  payloadWord(item: bigint, word: number): Uint8Array | undefined {
    return this.derived.payloadWord(item, word);
  }

  delayedWord(message: bigint, word: number): Uint8Array | undefined {
    return this.derived.delayedWord(message, word);
  }

  itemHeader(item: bigint): Uint8Array {
    this.named.items.add(item);
    return known(this.l1.items[Number(item)], `item ${item}`).words;
  }

  calldataSiblings(item: bigint, word: number): readonly Uint8Array[] {
    return this.kindOf(item) === 'calldata' ? wordSiblings(this.payload, word) : [];
  }

  blobOpening(item: bigint, word: number): BlobOpening {
    if (this.kindOf(item) !== 'blobs') throw new TraceMismatchError(`item ${item} has no blobs`);
    const blobs = Array.from({ length: this.payload.length / BLOB_BYTES }, (_, blob) =>
      this.payload.slice(blob * BLOB_BYTES, (blob + 1) * BLOB_BYTES),
    );
    return openBlobWord(blobs, word);
  }

  delayedMessage(index: bigint): { header: Uint8Array; data: Uint8Array } {
    this.named.messages.add(index);
    const { words, data } = known(this.l1.messages[Number(index)], `delayed message ${index}`);
    return { header: words.slice(0, MESSAGE_HEADER_BYTES), data: hexToBytes(data) };
  }

  /** `items[item]` of the inbox. */
  itemHash(item: bigint): Hash {
    return known(this.l1.items[Number(item)], `item ${item}`).accumulator;
  }

  /** Accumulator of the first `count` messages. */
  delayedAccumulator(count: bigint): Hash {
    return count === 0n ? zeroHash : known(this.l1.messages[Number(count) - 1], `message ${count - 1n}`).accumulator;
  }

  private kindOf(item: bigint): string {
    if (item !== this.item)
      throw new TraceMismatchError(`a unit of item ${this.item} reads the payload of item ${item}`);
    return known(this.l1.items[Number(item)], `item ${item}`).payload.kind;
  }
}

function known<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new TraceMismatchError(`${what} is not known`);
  return value;
}
