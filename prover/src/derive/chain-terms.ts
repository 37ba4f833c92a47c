import { type Engine, readLittleEndian, stateKeys, toHex } from '@metachain/program';
import type { Hex } from 'viem';

/** What the state asks of the blocks that come next. */
export interface ChainTerms {
  readonly chainId: number;
  /** Whose signature makes a block; lower case. */
  readonly producer: Hex;
  /** Time of the newest block, seconds: no later one is before it. */
  readonly timestamp: bigint;
}

/** Reads the terms from the state after the newest block. */
export function readTerms({ state: { store } }: Pick<Engine, 'state'>): ChainTerms {
  const word = (key: Uint8Array) => store.read(key) ?? new Uint8Array(32);
  return {
    chainId: Number(readLittleEndian(word(stateKeys.chainKey()).subarray(0, 8))),
    producer: toHex(word(stateKeys.producerKey()).subarray(0, 20)),
    timestamp: readLittleEndian(word(stateKeys.headKey()).subarray(8, 16)),
  };
}
