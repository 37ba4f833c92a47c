import { BLOCK_FIXED_BYTES, PAYLOAD_VERSION, wordsToPayload } from '@metachain/program';
import { type Hex, toHex } from 'viem';

const BLOCK_MARKER = 1;
/** Where the fields stand in a block's fixed part (docs/spec/batch.md, "Block"). */
const AT = {
  parent: 1,
  timestamp: 33,
  delayed: 38,
  priceItem: 40,
  length: 45,
  contentHash: 48,
  signature: 80,
} as const;

/** A block as it seems to stand in a payload: what its bytes say, no verdict on them. */
export interface PayloadBlock {
  readonly parent: Hex;
  /** Seconds. */
  readonly timestamp: bigint;
  readonly delayed: bigint;
  readonly priceItem: bigint;
  readonly contentHash: Hex;
  /** EIP-2098 form. */
  readonly signature: Hex;
  /** Bytes of the payload at which the content starts and ends; the end may lie beyond the payload. */
  readonly contentStart: number;
  readonly end: number;
}

/** Where a block can start at `offset`: behind the version at the beginning. Undefined where the payload has another version. */
export function blockStart(payload: Uint8Array, offset: number): number | undefined {
  if (offset > 0) return offset;
  return payload[0] === PAYLOAD_VERSION ? 1 : undefined;
}

/** Reads the fixed part of the block at byte `start`; what lies beyond the payload is zeros. Undefined where none is marked. */
export function readPayloadBlock(payload: Uint8Array, start: number): PayloadBlock | undefined {
  if (payload[start] !== BLOCK_MARKER) return undefined;
  const head = Buffer.alloc(BLOCK_FIXED_BYTES);
  head.set(payload.subarray(start, start + BLOCK_FIXED_BYTES));
  const number = (at: number, bytes: number) => BigInt(head.readUIntBE(at, bytes));
  const contentStart = start + BLOCK_FIXED_BYTES;
  return {
    parent: toHex(head.subarray(AT.parent, AT.timestamp)),
    timestamp: number(AT.timestamp, 5),
    delayed: number(AT.delayed, 2),
    priceItem: number(AT.priceItem, 5),
    contentHash: toHex(head.subarray(AT.contentHash, AT.signature)),
    signature: toHex(head.subarray(AT.signature)),
    contentStart,
    end: contentStart + Number(number(AT.length, 3)),
  };
}

/** Content of a block; zeros beyond the payload. */
export function contentOf(payload: Uint8Array, { contentStart, end }: PayloadBlock): Uint8Array {
  const content = new Uint8Array(end - contentStart);
  content.set(payload.subarray(contentStart, end));
  return content;
}

/** Items whose prices the blocks of a payload seem to name. */
export function priceItems(words: Uint8Array): bigint[] {
  const payload = wordsToPayload(words);
  const named = new Set<bigint>();
  for (let at = blockStart(payload, 0); at !== undefined;) {
    const block = readPayloadBlock(payload, at);
    if (block && block.priceItem > 0n) named.add(block.priceItem - 1n);
    at = block?.end;
  }
  return [...named];
}
