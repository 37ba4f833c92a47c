import { keccak256, type Hex } from 'viem';

const BYTES = 256;
/** Distinct addresses and topics whose bits are remembered; users and pools recur in every block. */
const CACHED = 100_000;

const cache = new Map<Hex, readonly [number, number, number]>();

/** The three bit numbers (0 = least significant bit of the last byte) of a value, as in the Ethereum yellow paper 4.3.1. */
function bitsOf(value: Hex): readonly [number, number, number] {
  const known = cache.get(value);
  if (known) return known;
  const digest = Buffer.from(keccak256(value).slice(2, 14), 'hex');
  const bits = [0, 2, 4].map((offset) => digest.readUInt16BE(offset) & 2047) as [number, number, number];
  if (cache.size >= CACHED) cache.clear();
  cache.set(value, bits);
  return bits;
}

/** 2,048-bit bloom filter of addresses and topics as 256 bytes of hex. */
export function bloomOf(values: Iterable<Hex>): Hex {
  const bloom = Buffer.alloc(BYTES);
  for (const value of values) {
    for (const bit of bitsOf(value)) bloom[BYTES - 1 - (bit >> 3)]! |= 1 << (bit & 7);
  }
  return `0x${bloom.toString('hex')}`;
}

/** False only if the value is certainly not among those the bloom was made of. */
export function bloomMayContain(bloom: Hex, value: Hex): boolean {
  const bytes = Buffer.from(bloom.slice(2), 'hex');
  return bitsOf(value).every((bit) => (bytes[BYTES - 1 - (bit >> 3)]! & (1 << (bit & 7))) !== 0);
}
