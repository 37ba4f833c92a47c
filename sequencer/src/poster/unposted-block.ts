import { type BlockContext, encodeBlock } from '@metachain/program';
import type { Hex } from 'viem';
import type { ChainBlock } from '../chain/chain.types.js';

/** A sealed block with all that its batch needs. */
export interface UnpostedBlock {
  readonly number: bigint;
  readonly hash: Hex;
  readonly parentHash: Hex;
  readonly stateRoot: Hex;
  readonly context: BlockContext;
  /** Absolute count of delayed messages after the block. */
  readonly delayedConsumed: bigint;
  /** The block as it stands in a payload. */
  readonly encoded: Uint8Array;
}

/** Signs a block's producer digest; the result is in EIP-2098 form. Deterministic, so that a restart signs the same. */
export type BlockSigner = (head: {
  parent: Hex;
  timestamp: bigint;
  delayed: bigint;
  priceItem: bigint;
  content: Uint8Array;
}) => Promise<Hex>;

/** Encodes and signs a sealed block. */
export async function toUnposted({ block, context, recorded }: ChainBlock, sign: BlockSigner): Promise<UnpostedBlock> {
  const wires = recorded.slice(Number(context.delayed)).map(({ wire }) => wire);
  const fields = {
    parent: block.parentHash,
    timestamp: context.timestamp,
    delayed: context.delayed,
    priceItem: context.priceItem,
    content: new Uint8Array(Buffer.concat(wires)),
  };
  const encoded = encodeBlock({ ...fields, signature: await sign(fields) });
  const { number, hash, parentHash, stateRoot, delayedConsumed } = block;
  return { number, hash, parentHash, stateRoot, context, delayedConsumed, encoded };
}
