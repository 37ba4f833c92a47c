import type { Hex } from 'viem';

/** Bytes in front of the program's memo: transaction hash, sender. */
export const STAMP_BYTES = 52;
const HASH_BYTES = 32;

/** A transaction with everything that the signature workers found out about it. `memo` is stamped. */
export interface PreparedTransaction {
  readonly wire: Uint8Array;
  readonly memo: Uint8Array;
  readonly hash: Hex;
  readonly sender: Hex;
}

/** Reads hash and sender from a stamped memo. */
export function fromStamped(wire: Uint8Array, memo: Uint8Array): PreparedTransaction {
  return { wire, memo, hash: stampedHash(memo), sender: toHex(memo.subarray(HASH_BYTES, STAMP_BYTES)) };
}

/** Transaction hash in a stamped memo. */
export function stampedHash(memo: Uint8Array): Hex {
  return toHex(memo.subarray(0, HASH_BYTES));
}

/** The program's part of a stamped memo. */
export function unstamped(memo: Uint8Array): Uint8Array {
  return memo.subarray(STAMP_BYTES);
}

/** The parts of a stamped memo: hash (32 bytes), sender (20 bytes), and the program's memo. */
export interface Stamped {
  readonly hash: Uint8Array;
  readonly sender: Uint8Array;
  readonly memo: Uint8Array;
}

/** Puts hash and sender in front of a memo. */
export function stamp({ hash, sender, memo }: Stamped): Uint8Array {
  const stamped = new Uint8Array(STAMP_BYTES + memo.length);
  stamped.set(hash, 0);
  stamped.set(sender, HASH_BYTES);
  stamped.set(memo, STAMP_BYTES);
  return stamped;
}

function toHex(bytes: Uint8Array): Hex {
  return `0x${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')}`;
}
