import type { Core } from '../state/state-core.js';
import { type Memo, type MemoReplay, wordsOf } from './memo.js';

/**
 * Hands memos to the core, a window at a time: consecutive parts of one array, as those of a batch, are copied together. The core compares and
 * answers as MemoReplayer does.
 */
export class CoreReplay implements MemoReplay {
  private source: Memo = new Int32Array(0);
  /** Words of the source that the window holds, and where the part at hand ends. */
  private first = 0;
  private last = 0;
  private end = 0;
  private readonly window: number;
  private readonly capacity: number;

  constructor(private readonly core: Core) {
    this.window = core.constant('WINDOW');
    this.capacity = core.constant('WINDOW_CAPACITY') >>> 2;
  }

  load(memo: Memo | Uint8Array): void {
    this.source = memo instanceof Int32Array ? memo : wordsOf(memo);
    this.end = this.source.length;
    this.fill(0);
  }

  loadPart(words: Int32Array, from: number, to: number): void {
    this.end = Math.min(to, words.length);
    if (words === this.source && from >= this.first && this.end <= this.last) return this.start(from);
    this.source = words;
    this.fill(from);
  }

  clear(): void {
    this.core.exports.setReplay(0, 0, 0);
  }

  /** Moves the window to the entry that the core has come to. */
  refill(): void {
    this.fill(this.first + ((this.core.exports.replayPosition() - this.window) >>> 2));
  }

  private fill(from: number): void {
    this.first = from;
    this.last = Math.min(from + this.capacity, this.source.length);
    this.core.memory.words.set(this.source.subarray(from, this.last), this.window >>> 2);
    this.start(from);
  }

  private start(from: number): void {
    const beyond = this.end > this.last;
    const limit = beyond ? this.last : this.end;
    this.core.exports.setReplay(this.addressOf(from), this.addressOf(limit), beyond ? 1 : 0);
  }

  private addressOf(word: number): number {
    return this.window + (word - this.first) * 4;
  }
}
