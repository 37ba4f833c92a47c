import { mkdir, stat, unlink } from 'node:fs/promises';
import { type JournalEntry, readEntries } from './entry.js';
import { IncompleteJournalError, JournalBeginsLaterError } from './journal.errors.js';
import { JournalWriter } from './journal-writer.js';
import { cutTail, listSegments, readSegment, type SegmentFile, type SegmentRead } from './segment.js';

/** An entry and the frame that holds it. */
export interface JournalRecord {
  readonly sequence: bigint;
  readonly entry: JournalEntry;
}

/** What opening a journal found. */
export interface OpenedJournal {
  readonly writer: JournalWriter;
  readonly records: readonly JournalRecord[];
  /** Bytes of a torn last frame that were cut off; they were never acknowledged. */
  readonly cutBytes: number;
}

/**
 * Opens the journal of a directory and reads it from the frame `fromSequence` on.
 *
 * Fails: JournalCorruptError (a flipped byte, with file and offset), ForeignJournalError, IncompleteJournalError, JournalWriteError.
 */
export async function openJournal(
  directory: string,
  identity: Uint8Array,
  fromSequence: bigint,
  segmentBytes: number,
): Promise<OpenedJournal> {
  await mkdir(directory, { recursive: true });
  const segments = needed(await listSegments(directory), fromSequence, directory);
  const reads = await readAll(segments, identity, directory);
  const lastFile = segments.at(-1);
  const last = reads.at(-1);
  const cutBytes = lastFile && last ? await repair(lastFile, last) : 0;
  const writer = await JournalWriter.open({
    directory,
    identity,
    segmentBytes,
    nextSequence: last?.nextSequence ?? fromSequence,
    segmentFirst: lastFile?.firstSequence ?? fromSequence,
    offset: last?.wholeBytes ?? 0,
  });
  return { writer, records: toRecords(reads, fromSequence), cutBytes };
}

/** Reads the journal of a directory from the frame `fromSequence` on while somebody else may be writing it. Fails as openJournal. */
export async function readJournal(
  directory: string,
  identity: Uint8Array,
  fromSequence: bigint,
): Promise<readonly JournalRecord[]> {
  const segments = needed(await listSegments(directory), fromSequence, directory);
  return toRecords(await readAll(segments, identity, directory), fromSequence);
}

/** Bytes of all segments of a directory. */
export async function journalBytes(directory: string): Promise<number> {
  const sizes = await Promise.all((await listSegments(directory)).map(async ({ path }) => (await stat(path)).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** Deletes segments all of whose frames come before `sequence`. */
export async function pruneJournal(directory: string, sequence: bigint): Promise<number> {
  const segments = await listSegments(directory);
  const old = segments.filter((_, place) => (segments[place + 1]?.firstSequence ?? sequence + 1n) <= sequence);
  for (const segment of old) await unlink(segment.path);
  return old.length;
}

function needed(segments: SegmentFile[], fromSequence: bigint, directory: string): SegmentFile[] {
  const start = segments.findLastIndex((segment) => segment.firstSequence <= fromSequence);
  if (start < 0 && segments.length > 0) {
    throw new JournalBeginsLaterError(directory, segments[0]!.firstSequence, fromSequence);
  }
  return segments.slice(Math.max(start, 0));
}

async function readAll(segments: SegmentFile[], identity: Uint8Array, directory: string): Promise<SegmentRead[]> {
  const reads: SegmentRead[] = [];
  for (const [place, segment] of segments.entries()) {
    const previous = reads.at(-1);
    if (previous && previous.nextSequence !== segment.firstSequence) {
      throw new IncompleteJournalError(
        directory,
        `frames ${previous.nextSequence}..${segment.firstSequence - 1n} are missing`,
      );
    }
    reads.push(await readSegment(segment, identity, place === segments.length - 1));
  }
  return reads;
}

async function repair(file: SegmentFile, read: SegmentRead): Promise<number> {
  const torn = read.fileBytes - read.wholeBytes;
  if (torn > 0) await cutTail(file, read.wholeBytes);
  return torn;
}

function toRecords(reads: readonly SegmentRead[], fromSequence: bigint): JournalRecord[] {
  const frames = reads.flatMap((read) => read.frames).filter((frame) => frame.sequence >= fromSequence);
  return frames.flatMap(({ sequence, body }) => readEntries(body).map((entry) => ({ sequence, entry })));
}
