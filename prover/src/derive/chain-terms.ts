import {
  compactSigner,
  type Engine,
  type FixedPart,
  producerDigest,
  readLittleEndian,
  stateKeys,
  toHex,
} from '@metachain/program';
import { type Hex, zeroAddress } from 'viem';

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

/** Whether the producer signed what stands before a block's content. What the content is does not matter yet. */
export const isSigned = (head: FixedPart, { chainId, producer }: ChainTerms): boolean =>
  producer !== zeroAddress && compactSigner(producerDigest(chainId, head), head.signature) === producer;
