import {
  BLOCK_FIXED_BYTES,
  PAYLOAD_VERSION,
  toHex,
  UNITS_PER_ITEM,
  WORD_BYTES,
  wordsToPayload,
} from '@metachain/program';
import type { Hex } from 'viem';

/** A block as it seems to stand in a payload: what its first bytes say, no verdict on its validity. */
export interface ScannedBlock {
  readonly parent: Hex;
  /** Seconds, as the producer wrote it. */
  readonly timestamp: bigint;
  /** Bytes of the payload at which it starts and behind which it ends, which may lie beyond the payload. */
  readonly start: number;
  readonly end: number;
}

const BLOCK_MARKER = 1;
/** Byte of a payload's first block: behind the version. */
const FIRST_BLOCK = 1;
/** Where the fields stand in a block (docs/spec/batch.md, "Block"). */
const [PARENT_AT, TIMESTAMP_AT, LENGTH_AT] = [1, 33, 45];
const BYTES_PER_WORD = WORD_BYTES - 1;

/** Bytes of a payload, fewer where it ends before; no word but theirs is looked at. */
export function payloadBytes(words: Uint8Array, start: number, end: number): Uint8Array {
  const first = Math.floor(start / BYTES_PER_WORD);
  const there = words.subarray(first * WORD_BYTES, Math.ceil(end / BYTES_PER_WORD) * WORD_BYTES);
  return wordsToPayload(there).subarray(start - first * BYTES_PER_WORD, end - first * BYTES_PER_WORD);
}

/** What seems to be the block at a byte of a payload, 0 for its first; undefined where none is marked or it is cut off. */
export function scanBlock(words: Uint8Array, offset: number): ScannedBlock | undefined {
  const start = offset === 0 ? FIRST_BLOCK : offset;
  const bytes = payloadBytes(words, start, start + BLOCK_FIXED_BYTES);
  if (bytes[0] !== BLOCK_MARKER || bytes.length < BLOCK_FIXED_BYTES) return undefined;
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, BLOCK_FIXED_BYTES);
  return {
    parent: toHex(bytes.subarray(PARENT_AT, TIMESTAMP_AT)),
    timestamp: BigInt(view.readUIntBE(TIMESTAMP_AT, 5)),
    start,
    end: start + BLOCK_FIXED_BYTES + view.readUIntBE(LENGTH_AT, 3),
  };
}

/**
 * Finds the blocks of a payload the cheap way, each when it is asked for and as many as an item can yield. The rules judge them; here a wrong
 * guess costs only time.
 */
export function* scanBlocks(words: Uint8Array): Generator<ScannedBlock> {
  if (payloadBytes(words, 0, FIRST_BLOCK)[0] !== PAYLOAD_VERSION) return;
  for (let [count, offset] = [0, 0]; count < UNITS_PER_ITEM; count++) {
    const block = scanBlock(words, offset);
    if (block === undefined) return;
    yield block;
    offset = block.end;
  }
}
