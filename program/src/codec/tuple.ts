import type { Hex } from 'viem';

import { keccakOf } from '../crypto/keccak.js';
import { bigEndian, fixedBytes, toHex } from './bytes.js';

/** What an assertion claims (docs/spec/l1.md). */
export interface AssertionTuple {
  readonly stateRoot: Hex;
  readonly headerHash: Hex;
  readonly programHash: Hex;
  readonly blockNumber: bigint;
  /** Next item not yet consumed. */
  readonly itemIndex: bigint;
  readonly payloadOffset: number;
  /** Units of that item before the next one; like the offset 0 where an item starts. */
  readonly unitIndex: number;
}

export const tupleHash = (tuple: AssertionTuple): Hex =>
  toHex(
    keccakOf(
      fixedBytes(tuple.stateRoot, 32),
      fixedBytes(tuple.headerHash, 32),
      fixedBytes(tuple.programHash, 32),
      bigEndian(tuple.blockNumber, 8),
      bigEndian(tuple.itemIndex, 8),
      bigEndian(BigInt(tuple.payloadOffset), 4),
      bigEndian(BigInt(tuple.unitIndex), 4),
    ),
  );

/** Output root of the op-stack shape: the message passer's storage root is the state root. */
export const outputRoot = (stateRoot: Hex, headerHash: Hex): Hex => {
  const root = fixedBytes(stateRoot, 32);
  return toHex(keccakOf(new Uint8Array(32), root, root, fixedBytes(headerHash, 32)));
};

/** `keccak(parentHash || stateRoot || logHash)`. */
export const headerHash = (parentHash: Hex, stateRoot: Hex, logHash: Hex): Hex =>
  toHex(keccakOf(fixedBytes(parentHash, 32), fixedBytes(stateRoot, 32), fixedBytes(logHash, 32)));
