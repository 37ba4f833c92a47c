import { BLOCK_FIXED_BYTES, PAYLOAD_VERSION, wordsToPayload } from '@metachain/program';

/** A block as it seems to stand in a payload: enough to prepare signatures ahead, no verdict on its validity. */
export interface ScannedBlock {
  /** Byte offset of the block in the payload. */
  readonly offset: number;
  /** Seconds, as the producer wrote it. */
  readonly timestamp: bigint;
  readonly content: Uint8Array;
}

const BLOCK_MARKER = 1;
const TIMESTAMP_AT = 33;
const LENGTH_AT = 45;

/** Finds the blocks of a payload the cheap way. The rules judge them; here a wrong guess costs only time. */
export function scanBlocks(words: Uint8Array): ScannedBlock[] {
  const payload = wordsToPayload(words);
  const blocks: ScannedBlock[] = [];
  if (payload[0] !== PAYLOAD_VERSION) return blocks;
  for (let offset = 1; offset + BLOCK_FIXED_BYTES <= payload.length && payload[offset] === BLOCK_MARKER;) {
    const view = Buffer.from(payload.buffer, payload.byteOffset + offset, BLOCK_FIXED_BYTES);
    const end = offset + BLOCK_FIXED_BYTES + view.readUIntBE(LENGTH_AT, 3);
    if (end > payload.length) return blocks;
    blocks.push({
      offset,
      timestamp: BigInt(view.readUIntBE(TIMESTAMP_AT, 5)),
      content: payload.slice(offset + BLOCK_FIXED_BYTES, end),
    });
    offset = end;
  }
  return blocks;
}
