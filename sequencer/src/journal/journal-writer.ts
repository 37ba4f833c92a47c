import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import type { JournalEntry } from './entry.js';
import { encodeFrame, MAX_FRAME_BYTES } from './frame.js';
import { JournalWriteError } from './journal.errors.js';
import { PendingFrames } from './pending-frames.js';
import { encodeSegmentHeader, SEGMENT_HEADER_BYTES, segmentName, syncPath } from './segment.js';

/** Where a writer continues. `offset` 0 = a new segment. */
export interface JournalTail {
  readonly directory: string;
  /** 32 bytes that name the chain. */
  readonly identity: Uint8Array;
  readonly nextSequence: bigint;
  readonly segmentFirst: bigint;
  readonly offset: number;
  /** A segment that has reached this size is closed and the next one begun; a frame is cut at it too. */
  readonly segmentBytes: number;
}

/**
 * Appends entries with group commit: whatever was added while the disk was syncing goes out next, in one frame with one sync for all, or in
 * several where one would be too large to be read again. Nobody is told before the last of them is on disk. The first failure is final; entries that are not durable by then never will be, and every waiter learns it.
 */
export class JournalWriter {
  private readonly pending: PendingFrames;
  private waiters: { resolve: () => void; reject: (error: Error) => void }[] = [];
  private running: Promise<void> | undefined;
  private failure: JournalWriteError | undefined;
  private sequence: bigint;

  private constructor(
    private readonly tail: JournalTail,
    private handle: FileHandle,
    private path: string,
    private offset: number,
  ) {
    this.sequence = tail.nextSequence;
    this.pending = new PendingFrames(Math.min(tail.segmentBytes, MAX_FRAME_BYTES));
  }

  /** Opens the segment named by `tail`, making it when it is new. */
  static async open(tail: JournalTail): Promise<JournalWriter> {
    const path = join(tail.directory, segmentName(tail.segmentFirst));
    try {
      if (tail.offset >= SEGMENT_HEADER_BYTES)
        return new JournalWriter(tail, await open(path, 'r+'), path, tail.offset);
      const handle = await createSegment(tail, path, tail.segmentFirst);
      return new JournalWriter(tail, handle, path, SEGMENT_HEADER_BYTES);
    } catch (error) {
      throw new JournalWriteError(path, error);
    }
  }

  /** Sequence that the next frame will carry. What is added now stands in it, or in one after it where the commit is cut. */
  get nextSequence(): bigint {
    return this.sequence;
  }

  /** Why nothing is accepted any more, if so. */
  get error(): JournalWriteError | undefined {
    return this.failure;
  }

  /** Adds an entry to the next commit. It is durable once a later `durable()` resolves. Throws JournalEntryTooLargeError. */
  add(entry: JournalEntry): void {
    this.pending.add(entry);
  }

  /** Resolves when everything added so far is on disk; rejects with JournalWriteError. */
  durable(): Promise<void> {
    if (this.failure) return Promise.reject(this.failure);
    if (this.pending.empty && !this.running) return Promise.resolve();
    const waiter = new Promise<void>((resolve, reject) => this.waiters.push({ resolve, reject }));
    this.running ??= this.run();
    return waiter;
  }

  /** Flushes and closes. */
  async close(): Promise<void> {
    try {
      await this.durable();
    } finally {
      await this.handle.close();
    }
  }

  private async run(): Promise<void> {
    // One turn of the event loop lets the messages that already wait join this frame.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.waiters.length > 0) await this.flush();
    this.running = undefined;
  }

  private async flush(): Promise<void> {
    const waiters = this.waiters;
    this.waiters = [];
    try {
      if (this.failure) throw this.failure;
      for (const body of this.pending.take()) await this.writeFrame(body);
      for (const waiter of waiters) waiter.resolve();
    } catch (error) {
      this.failure ??= new JournalWriteError(this.path, error);
      for (const waiter of waiters) waiter.reject(this.failure);
    }
  }

  private async writeFrame(body: Uint8Array): Promise<void> {
    const frame = encodeFrame(this.sequence, body);
    this.sequence += 1n;
    await writeAll(this.handle, frame, this.offset);
    await this.handle.datasync();
    this.offset += frame.length;
    if (this.offset >= this.tail.segmentBytes) await this.rotate();
  }

  private async rotate(): Promise<void> {
    await this.handle.close();
    this.path = join(this.tail.directory, segmentName(this.sequence));
    this.handle = await createSegment(this.tail, this.path, this.sequence);
    this.offset = SEGMENT_HEADER_BYTES;
  }
}

async function createSegment(tail: JournalTail, path: string, first: bigint): Promise<FileHandle> {
  const handle = await open(path, 'w+');
  await writeAll(handle, encodeSegmentHeader(tail.identity, first), 0);
  await handle.sync();
  await syncPath(tail.directory);
  return handle;
}

async function writeAll(handle: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, position + done);
    if (bytesWritten === 0) throw new RangeError('the disk took no bytes');
    done += bytesWritten;
  }
}
