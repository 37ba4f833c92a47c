import { type Hex, zeroAddress } from 'viem';

import { keccakOf } from '../crypto/keccak.js';
import { recoverAddress } from '../crypto/secp256k1.js';
import { CodecError } from '../errors.js';
import { bigEndian, ByteReader, concatBytes, fixedBytes, littleEndian, numberWord, toHex } from './bytes.js';
import { domainSeparator } from './typed-data.js';

export const PAYLOAD_VERSION = 1;
const BLOCK_MARKER = 1;
/** Marker, parent, timestamp, delayed, price item, content length, content hash, signature. */
export const BLOCK_FIXED_BYTES = 1 + 32 + 5 + 2 + 5 + 3 + 32 + 64;
/** Bytes of content hashed at once: the program's keccak takes 16,384 including the running hash. */
const CONTENT_CHUNK = 16_352;
export const MAXIMUM_CONTENT_BYTES = (1 << 24) - 1;

/** What a producer signs of a block. */
export interface BlockHead {
  readonly parent: Hex;
  /** Seconds. */
  readonly timestamp: bigint;
  readonly delayed: bigint;
  /** Item whose L1 prices apply, plus 1; 0 = keep. */
  readonly priceItem: bigint;
  readonly contentHash: Hex;
}

/** What stands before a block's content. `signature` is `r || s`, the parity of v in the top bit of s. */
export interface FixedPart extends BlockHead {
  readonly signature: Hex;
  /** Bytes of content that follow. */
  readonly contentLength: number;
}

/** A block as it stands in a payload (docs/spec/batch.md). */
export interface PayloadBlock extends Omit<FixedPart, 'contentLength'> {
  readonly content: Uint8Array;
}

/** `h = keccak(h || chunk)` over chunks of 16,352 bytes, from zero. */
export const contentHash = (content: Uint8Array): Hex => {
  let hash: Uint8Array = new Uint8Array(32);
  for (let offset = 0; offset < content.length; offset += CONTENT_CHUNK) {
    hash = keccakOf(hash, content.subarray(offset, offset + CONTENT_CHUNK));
  }
  return toHex(hash);
};

/** Digest the producer signs; numbers as 32-byte words. */
export const producerDigest = (chainId: number, head: BlockHead): Hex =>
  toHex(
    keccakOf(
      domainSeparator(chainId),
      fixedBytes(head.parent, 32),
      numberWord(head.timestamp),
      numberWord(head.delayed),
      numberWord(head.priceItem),
      fixedBytes(head.contentHash, 32),
    ),
  );

/** EIP-2098 form of a 65-byte signature (low s). Fails: codec/signature for a high s. */
export const compactSignature = (signature: Hex): Hex => {
  const bytes = fixedBytes(signature, 65);
  if (bytes[32]! >= 0x80) throw new CodecError('codec/signature', 's has its top bit set');
  const v = bytes[64]!;
  const out = bytes.slice(0, 64);
  out[32]! |= (v >= 27 ? v - 27 : v) << 7;
  return toHex(out);
};

/** Whether a chain's producer signed what stands before a block's content; of a chain without one nobody did. Says nothing about the content. */
export const isProducedBy = (
  head: BlockHead & Pick<FixedPart, 'signature'>,
  chainId: number,
  producer: Hex,
): boolean => {
  const compact = fixedBytes(head.signature, 64);
  const parity = compact[32]! >> 7;
  compact[32]! &= 0x7f;
  const address = recoverAddress(fixedBytes(producerDigest(chainId, head), 32), parity, compact);
  return address !== undefined && producer !== zeroAddress && toHex(address) === producer.toLowerCase();
};

/** Fails: codec/length for content above u24. */
export const encodeBlock = (block: Omit<PayloadBlock, 'contentHash'>): Uint8Array => {
  if (block.content.length > MAXIMUM_CONTENT_BYTES) throw new CodecError('codec/length', 'content above u24 bytes');
  return concatBytes(
    Uint8Array.of(BLOCK_MARKER),
    fixedBytes(block.parent, 32),
    bigEndian(block.timestamp, 5),
    bigEndian(block.delayed, 2),
    bigEndian(block.priceItem, 5),
    bigEndian(BigInt(block.content.length), 3),
    fixedBytes(contentHash(block.content), 32),
    fixedBytes(block.signature, 64),
    block.content,
  );
};

const readFixedPart = (reader: ByteReader): FixedPart => {
  if (reader.byte() !== BLOCK_MARKER) throw new CodecError('codec/marker', 'no block marker');
  const parent = reader.hex(32);
  const timestamp = reader.number(5);
  const delayed = reader.number(2);
  const priceItem = reader.number(5);
  const contentLength = Number(reader.number(3));
  return {
    parent,
    timestamp,
    delayed,
    priceItem,
    contentLength,
    contentHash: reader.hex(32),
    signature: reader.hex(64),
  };
};

const readBlock = (reader: ByteReader): PayloadBlock => {
  const { contentLength, ...head } = readFixedPart(reader);
  const content = reader.take(contentLength);
  if (contentHash(content) !== head.contentHash)
    throw new CodecError('codec/content-hash', 'the content does not have its hash');
  return { ...head, content };
};

/** What stands before the content of the block that begins the bytes; says nothing about what follows. Fails: codec/marker, codec/truncated. */
export const decodeFixedPart = (bytes: Uint8Array): FixedPart => readFixedPart(new ByteReader(bytes));

/** One encoded block, exactly. Fails: codec/*. */
export const decodeBlock = (bytes: Uint8Array): PayloadBlock => {
  const reader = new ByteReader(bytes);
  const block = readBlock(reader);
  if (reader.remaining !== 0) throw new CodecError('codec/trailing', `${reader.remaining} bytes after the block`);
  return block;
};

/** A payload of encoded blocks. */
export const encodePayload = (blocks: readonly Uint8Array[]): Uint8Array =>
  concatBytes(Uint8Array.of(PAYLOAD_VERSION), ...blocks);

/** Blocks of a payload up to the zero byte or the end. Fails: codec/* at the first malformed block. */
export const decodePayload = (payload: Uint8Array): PayloadBlock[] => {
  const reader = new ByteReader(payload);
  if (reader.byte() !== PAYLOAD_VERSION) throw new CodecError('codec/version', 'unknown payload version');
  const blocks: PayloadBlock[] = [];
  while (reader.remaining > 0 && payload[reader.offset] !== 0) blocks.push(readBlock(reader));
  return blocks;
};

/** The block context buffer of `begin`: three u64 and the producer padded to 32 bytes, little-endian. */
export const encodeContext = (context: {
  timestamp: bigint;
  delayed: bigint;
  priceItem: bigint;
  producer: Hex;
}): Uint8Array =>
  concatBytes(
    littleEndian(context.timestamp, 8),
    littleEndian(context.delayed, 8),
    littleEndian(context.priceItem, 8),
    fixedBytes(context.producer, 20),
    new Uint8Array(12),
  );
