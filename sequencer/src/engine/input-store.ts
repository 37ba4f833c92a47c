import type { InputWords } from '../journal/entry.js';
import type { MachineInputs } from './machine.port.js';

const WORD = 32;
/** Items that stay readable below the newest. */
const KEPT_ITEMS = 16n;

/** What the engine thread knows of L1: items and delayed messages with enough confirmations, by number. */
export class InputStore implements MachineInputs {
  private readonly items = new Map<bigint, InputWords>();
  private readonly messages = new Map<bigint, InputWords>();

  itemWord(item: bigint, word: number): Uint8Array | undefined {
    return wordOf(this.items.get(item)?.words, word);
  }

  delayedWord(message: bigint, word: number): Uint8Array | undefined {
    return wordOf(this.messages.get(message)?.words, word);
  }

  addItem(input: InputWords): void {
    this.items.set(input.index, input);
  }

  addMessage(input: InputWords): void {
    this.messages.set(input.index, input);
  }

  item(index: bigint): InputWords | undefined {
    return this.items.get(index);
  }

  message(index: bigint): InputWords | undefined {
    return this.messages.get(index);
  }

  /** Number of the newest item, or undefined. */
  latestItem(): bigint | undefined {
    return [...this.items.keys()].reduce<bigint | undefined>((a, b) => (a === undefined || b > a ? b : a), undefined);
  }

  /** How many messages from `from` on are known without a gap, at most `limit`. */
  messagesFrom(from: bigint, limit: number): bigint {
    let count = 0n;
    while (count < BigInt(limit) && this.messages.has(from + count)) count += 1n;
    return count;
  }

  /** Forgets what an L1 reorg made void. */
  dropFrom(firstItem: bigint, firstMessage: bigint): void {
    for (const index of this.items.keys()) if (index >= firstItem) this.items.delete(index);
    for (const index of this.messages.keys()) if (index >= firstMessage) this.messages.delete(index);
  }

  /** Forgets inputs that no later block can read: consumed messages, and items below the newest but a few. */
  forget(consumed: bigint): void {
    for (const index of this.messages.keys()) if (index < consumed) this.messages.delete(index);
    const newest = this.latestItem() ?? 0n;
    for (const index of this.items.keys()) if (index + KEPT_ITEMS < newest) this.items.delete(index);
  }
}

function wordOf(words: Uint8Array | undefined, word: number): Uint8Array | undefined {
  const start = word * WORD;
  return words && start + WORD <= words.length ? words.subarray(start, start + WORD) : undefined;
}
