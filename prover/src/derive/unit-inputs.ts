import type { UnitInputs } from '@metachain/program';
import type { DelayedMessage, InboxItem } from '@metachain/bridge';

const WORD_BYTES = 32;

/** Items and messages as the L1 watcher holds them. */
export interface L1Inputs {
  readonly items: readonly Pick<InboxItem, 'words'>[];
  readonly messages: readonly Pick<DelayedMessage, 'words'>[];
}

const wordOf = (words: Uint8Array | undefined, index: number): Uint8Array | undefined => {
  const start = index * WORD_BYTES;
  return words !== undefined && start + WORD_BYTES <= words.length
    ? words.subarray(start, start + WORD_BYTES)
    : undefined;
};

/** The input words of one item's units, straight from L1. */
export class DerivedInputs implements UnitInputs {
  constructor(
    private readonly l1: L1Inputs,
    private readonly item: bigint,
    private readonly payload: Uint8Array,
  ) {}

  itemWord(item: bigint, word: number): Uint8Array | undefined {
    return wordOf(this.l1.items[Number(item)]?.words, word);
  }

  payloadWord(item: bigint, word: number): Uint8Array | undefined {
    return item === this.item ? wordOf(this.payload, word) : undefined;
  }

  delayedWord(message: bigint, word: number): Uint8Array | undefined {
    return wordOf(this.l1.messages[Number(message)]?.words, word);
  }
}
