import { ByteWriter } from './bytes.js';
import { type JournalEntry, writeEntry } from './entry.js';
import { MAX_FRAME_BYTES } from './frame.js';
import { JournalEntryTooLargeError } from './journal.errors.js';

/**
 * Entries that wait for the next group commit, cut between entries into frames that can be read again.
 */
export class PendingFrames {
  private readonly bytes = new ByteWriter();
  private ends: number[] = [];
  private frameStart = 0;
  private entryStart = 0;

  /** `frameBytes`: size from which a frame is cut, unless one entry is larger. */
  constructor(private readonly frameBytes: number) {}

  get empty(): boolean {
    return this.bytes.size === 0;
  }

  /** Throws JournalEntryTooLargeError; the entry is not kept then. */
  add(entry: JournalEntry): void {
    writeEntry(this.bytes, entry);
    this.endEntry();
  }

  /** Hands out the bodies of the frames in order and starts anew. */
  take(): Uint8Array[] {
    const bytes = this.bytes.take();
    const ends = [...this.ends, bytes.length];
    this.ends = [];
    this.frameStart = this.entryStart = 0;
    return ends.map((end, place) => bytes.subarray(ends[place - 1] ?? 0, end)).filter(({ length }) => length > 0);
  }

  private endEntry(): void {
    const end = this.bytes.size;
    if (end - this.entryStart > MAX_FRAME_BYTES) {
      this.bytes.cut(this.entryStart);
      throw new JournalEntryTooLargeError(end - this.entryStart, MAX_FRAME_BYTES);
    }
    if (end - this.frameStart > this.frameBytes && this.entryStart > this.frameStart) {
      this.ends.push(this.entryStart);
      this.frameStart = this.entryStart;
    }
    this.entryStart = end;
  }
}
