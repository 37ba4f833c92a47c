import { crc32 } from 'node:zlib';

/** Bytes before the body of a frame: magic, body length, sequence, checksum of these 16 bytes, checksum of the body. */
export const FRAME_HEADER_BYTES = 24;
const MAGIC = 0x4d4a4652;
/** The writer never makes a larger body (PendingFrames cuts a group commit), so a larger length is damage. */
export const MAX_FRAME_BYTES = 64 * 1024 * 1024;

/** What stands at an offset of a segment. `torn` = the file ends inside the frame, as after a crash during a write. */
export type FrameRead =
  | { readonly kind: 'frame'; readonly sequence: bigint; readonly body: Uint8Array; readonly next: number }
  | { readonly kind: 'end' }
  | { readonly kind: 'torn' }
  | { readonly kind: 'damaged'; readonly reason: string };

/** Frames a body: the header has its own checksum, so that a flipped length is told from a torn tail. */
export function encodeFrame(sequence: bigint, body: Uint8Array): Buffer {
  const frame = Buffer.allocUnsafe(FRAME_HEADER_BYTES + body.length);
  frame.writeUInt32LE(MAGIC, 0);
  frame.writeUInt32LE(body.length, 4);
  frame.writeBigUInt64LE(sequence, 8);
  frame.writeUInt32LE(crc32(frame.subarray(0, 16)), 16);
  frame.writeUInt32LE(crc32(body), 20);
  frame.set(body, FRAME_HEADER_BYTES);
  return frame;
}

/** Reads the frame at `offset`. Never throws: the caller knows whether a torn tail is allowed here. */
export function readFrame(segment: Buffer, offset: number, expected: bigint): FrameRead {
  const left = segment.length - offset;
  if (left === 0) return { kind: 'end' };
  if (left < FRAME_HEADER_BYTES) return { kind: 'torn' };
  const header = segment.subarray(offset, offset + FRAME_HEADER_BYTES);
  const damage = headerDamage(header, expected);
  if (damage) return { kind: 'damaged', reason: damage };
  const length = header.readUInt32LE(4);
  const next = offset + FRAME_HEADER_BYTES + length;
  if (next > segment.length) return { kind: 'torn' };
  const body = segment.subarray(offset + FRAME_HEADER_BYTES, next);
  if (crc32(body) !== header.readUInt32LE(20)) return { kind: 'damaged', reason: 'body checksum differs' };
  return { kind: 'frame', sequence: expected, body, next };
}

function headerDamage(header: Buffer, expected: bigint): string | undefined {
  if (header.readUInt32LE(0) !== MAGIC) return 'no frame starts here';
  if (crc32(header.subarray(0, 16)) !== header.readUInt32LE(16)) return 'header checksum differs';
  if (header.readUInt32LE(4) > MAX_FRAME_BYTES) return 'frame is longer than any that is written';
  const sequence = header.readBigUInt64LE(8);
  return sequence === expected ? undefined : `sequence ${sequence}, expected ${expected}`;
}
