import { open, readdir, readFile, rename, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { IncompleteJournalError, ForeignJournalError, JournalCorruptError } from './journal.errors.js';
import { readFrame } from './frame.js';

/** Bytes before the first frame: "METAJRN1", identity of the chain, first sequence, checksum. */
export const SEGMENT_HEADER_BYTES = 52;
const TITLE = Buffer.from('METAJRN1');
const NAME = /^journal-(\d{16})\.log$/;

/** A segment file and the sequence of its first frame. */
export interface SegmentFile {
  readonly path: string;
  readonly firstSequence: bigint;
}

/** File name of the segment that starts at a sequence; names sort in order. */
export function segmentName(firstSequence: bigint): string {
  return `journal-${firstSequence.toString().padStart(16, '0')}.log`;
}

/** Header of a segment. `identity`: 32 bytes that name the chain (its genesis hash). */
export function encodeSegmentHeader(identity: Uint8Array, firstSequence: bigint): Buffer {
  const header = Buffer.alloc(SEGMENT_HEADER_BYTES);
  header.set(TITLE, 0);
  header.set(identity, 8);
  header.writeBigUInt64LE(firstSequence, 40);
  header.writeUInt32LE(crc32(header.subarray(0, 48)), 48);
  return header;
}

/** Segments of a directory in order. Throws IncompleteJournalError when one between is missing only on reading. */
export async function listSegments(directory: string): Promise<SegmentFile[]> {
  const names = (await readdir(directory)).filter((name) => NAME.test(name)).sort();
  return names.map((name) => ({ path: join(directory, name), firstSequence: BigInt(NAME.exec(name)![1]!) }));
}

/** Bodies of the frames of one segment from `from` on, and the sequence after its last frame. */
export interface SegmentRead {
  readonly frames: readonly { readonly sequence: bigint; readonly body: Uint8Array }[];
  readonly nextSequence: bigint;
  /** Length of the part that is whole; shorter than the file when its tail is torn. */
  readonly wholeBytes: number;
  readonly fileBytes: number;
}

/**
 * Reads a segment. A torn tail is allowed only in the last segment, where a crash can leave it.
 * Throws JournalCorruptError naming file and offset, ForeignJournalError, IncompleteJournalError.
 */
export async function readSegment(file: SegmentFile, identity: Uint8Array, last: boolean): Promise<SegmentRead> {
  const bytes = await readFile(file.path);
  if (bytes.length < SEGMENT_HEADER_BYTES) {
    if (!last) throw new JournalCorruptError(file.path, 0, 'segment header is cut short');
    return { frames: [], nextSequence: file.firstSequence, wholeBytes: 0, fileBytes: bytes.length };
  }
  checkHeader(file, bytes, identity);
  return readFrames(file, bytes, last);
}

function checkHeader(file: SegmentFile, bytes: Buffer, identity: Uint8Array): void {
  const header = bytes.subarray(0, SEGMENT_HEADER_BYTES);
  const whole = header.subarray(0, 8).equals(TITLE) && crc32(header.subarray(0, 48)) === header.readUInt32LE(48);
  if (!whole) throw new JournalCorruptError(file.path, 0, 'segment header checksum differs');
  if (!header.subarray(8, 40).equals(identity)) {
    throw new ForeignJournalError(file.path, Buffer.from(identity).toString('hex'), header.toString('hex', 8, 40));
  }
  if (header.readBigUInt64LE(40) !== file.firstSequence) {
    throw new IncompleteJournalError(file.path, 'the file name does not fit its header');
  }
}

function readFrames(file: SegmentFile, bytes: Buffer, last: boolean): SegmentRead {
  const frames: { sequence: bigint; body: Uint8Array }[] = [];
  let offset = SEGMENT_HEADER_BYTES;
  let sequence = file.firstSequence;
  for (;;) {
    const read = readFrame(bytes, offset, sequence);
    if (read.kind === 'damaged') throw new JournalCorruptError(file.path, offset, read.reason);
    if (read.kind === 'torn' && !last) throw new JournalCorruptError(file.path, offset, 'frame is cut short');
    if (read.kind !== 'frame') return { frames, nextSequence: sequence, wholeBytes: offset, fileBytes: bytes.length };
    frames.push({ sequence, body: read.body });
    sequence += 1n;
    offset = read.next;
  }
}

/** Cuts a torn tail off, durably. */
export async function cutTail(file: SegmentFile, wholeBytes: number): Promise<void> {
  await truncate(file.path, wholeBytes);
  await syncPath(file.path);
}

/** Makes a file's content, or a directory's list of names, durable. */
export async function syncPath(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Writes a file so that a crash leaves either the old or the new content. */
export async function writeFileDurably(directory: string, name: string, parts: readonly Uint8Array[]): Promise<void> {
  const temporary = join(directory, `${name}.tmp`);
  const handle = await open(temporary, 'w');
  try {
    for (const part of parts) await handle.writeFile(part);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(temporary, join(directory, name));
  await syncPath(directory);
}
