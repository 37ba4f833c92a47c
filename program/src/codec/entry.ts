import { CodecError } from '../errors.js';
import { bigEndian, concatBytes } from './bytes.js';
import { packedEnd } from './packed-length.js';

const ETHEREUM_TAG = 0x01;
/** Tag and two bytes of length. */
const ETHEREUM_HEAD = 3;
const FIRST_PACKED = 0x80;
export const MAXIMUM_ETHEREUM_BYTES = 16_384;

/** Entry of a block's content for a raw Ethereum transaction. Fails: codec/length outside 1..16,384 bytes. */
export const frameEthereum = (raw: Uint8Array): Uint8Array => {
  if (raw.length < 1 || raw.length > MAXIMUM_ETHEREUM_BYTES)
    throw new CodecError('codec/length', `${raw.length} bytes of transaction`);
  return concatBytes(Uint8Array.of(ETHEREUM_TAG), bigEndian(BigInt(raw.length), 2), raw);
};

/** Raw Ethereum bytes of an entry, or undefined for a packed one. */
export const unframeEthereum = (entry: Uint8Array): Uint8Array | undefined =>
  entry[0] === ETHEREUM_TAG ? entry.subarray(3) : undefined;

const LEGACY_FIELDS = 9;

/** Bytes taken by the RLP string at `offset`, or undefined for a list or a cut-off item. */
const rlpStringLength = (bytes: Uint8Array, offset: number): number | undefined => {
  const first = bytes[offset]!;
  if (first < 0x80) return 1;
  if (first <= 0xb7) return first - 0x7f;
  if (first > 0xba) return undefined;
  const size = first - 0xb7;
  const length = bytes.subarray(offset + 1, offset + 1 + size).reduce((value, byte) => value * 256 + byte, 0);
  return 1 + size + length;
};

/** Bytes of the RLP list's head when the list fills the bytes exactly, else undefined. */
const listHead = (raw: Uint8Array): number | undefined => {
  const first = raw[0]!;
  if (first <= 0xf7) return first - 0xc0 === raw.length - 1 ? 1 : undefined;
  const size = first - 0xf7;
  const length = raw.subarray(1, 1 + size).reduce((value, byte) => value * 256 + byte, 0);
  return 1 + size + length === raw.length ? 1 + size : undefined;
};

/** A list of nine strings that fills the bytes exactly. */
const isLegacy = (raw: Uint8Array): boolean => {
  let offset = listHead(raw);
  if (offset === undefined) return false;
  for (let field = 0; field < LEGACY_FIELDS; field++) {
    if (offset >= raw.length) return false;
    const length = rlpStringLength(raw, offset);
    if (length === undefined) return false;
    offset += length;
  }
  return offset === raw.length;
};

/**
 * A submitted transaction as an entry. Packed ones carry their own tag (0x80 and above), typed Ethereum ones start below 0x80, and a legacy
 * one starts like some packed ones (0xc0 and above), so it is told by its shape: a list of nine strings filling the bytes exactly. Very few
 * packed ones could have that shape too; who knows which of the two it has should say so.
 * Fails: codec/length for an empty or oversized Ethereum transaction.
 */
export const entryOf = (raw: Uint8Array): Uint8Array => {
  const first = raw[0] ?? 0;
  return first < 0x80 || (first >= 0xc0 && isLegacy(raw)) ? frameEthereum(raw) : raw;
};

/** Where the entry that starts at `at` ends; beyond the bytes when it is cut off or has no known tag. */
const entryEnd = (content: Uint8Array, at: number): number => {
  const tag = content[at]!;
  if (tag >= FIRST_PACKED) return packedEnd(content, at);
  if (tag !== ETHEREUM_TAG || at + ETHEREUM_HEAD > content.length) return content.length + 1;
  return at + ETHEREUM_HEAD + ((content[at + 1]! << 8) | content[at + 2]!);
};

/**
 * Splits a block's content into entries, up to the first that is cut off or has no known tag. Only their shape is looked at: which of
 * them are valid, and that a malformed one ends the content, is for the rules to say. Views into `content`.
 */
export const splitContent = (content: Uint8Array): Uint8Array[] => {
  const entries: Uint8Array[] = [];
  for (let start = 0; start < content.length;) {
    const end = entryEnd(content, start);
    if (end > content.length) break;
    entries.push(content.subarray(start, end));
    start = end;
  }
  return entries;
};
