import { BLOCK_FIXED_BYTES, CREDIT_OFFSET, wordsToPayload } from '@metachain/program';
import { blockStart, contentOf, type PayloadBlock, readPayloadBlock } from './payload-block.js';

const WORD = 32;
const BYTES_PER_WORD = 31;
const ZERO_WORD = new Uint8Array(WORD);

/** Words of a payload as they are stored and sent: all of them, or those from word `first` that one block needs. */
export interface PayloadPart {
  readonly first: number;
  readonly words: Uint8Array;
}

export const NO_PAYLOAD: PayloadPart = { first: 0, words: new Uint8Array(0) };

/** Payload of an item, as the program reads it word by word. */
export class ItemPayload {
  private readonly bytes: Uint8Array;

  constructor(private readonly part: PayloadPart) {
    this.bytes = wordsToPayload(part.words);
  }

  /** A word of the payload; zeros where the part has none, which say nothing. */
  word(index: number): Uint8Array {
    const start = (index - this.part.first) * WORD;
    return start >= 0 && start + WORD <= this.part.words.length
      ? this.part.words.subarray(start, start + WORD)
      : ZERO_WORD;
  }

  /** The block that seems to stand where a unit starts, and its content. Undefined after a trap and where none is marked. */
  blockAt(offset: number): { readonly head: PayloadBlock; readonly content: () => Uint8Array } | undefined {
    if (offset >= CREDIT_OFFSET) return undefined;
    const before = this.part.first * BYTES_PER_WORD;
    const start = before > 0 ? offset - before : blockStart(this.bytes, offset);
    const head = start === undefined ? undefined : readPayloadBlock(this.bytes, start);
    return head && { head, content: () => contentOf(this.bytes, head) };
  }

  /** What the program needs to run the unit at `offset` again: the block that seems to stand there, and the byte behind it. */
  partFor(offset: number): PayloadPart {
    if (offset >= CREDIT_OFFSET) return NO_PAYLOAD;
    const head = this.blockAt(offset)?.head;
    const end = this.part.first * BYTES_PER_WORD + (head?.end ?? 0);
    const needed = Math.max(offset + 1 + BLOCK_FIXED_BYTES, end + 1);
    const [first, last] = [Math.floor(offset / BYTES_PER_WORD), Math.ceil(needed / BYTES_PER_WORD)];
    const from = (first - this.part.first) * WORD;
    return { first, words: this.part.words.slice(from, from + (last - first) * WORD) };
  }
}
