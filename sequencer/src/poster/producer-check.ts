import { contentHash, isProducedBy } from '@metachain/program';
import type { Hex } from 'viem';
import { contentOf, type PayloadBlock } from '../engine/payload-block.js';

/** Whether a block of a payload is signed by its producer and whole. */
export type ProducerCheck = (payload: Uint8Array, block: PayloadBlock) => boolean;

/**
 * Looks at signature and content hash as the program does before it reads a block's content: what fails makes no block. Here it only spares the
 * engine a look; whatever passes is judged by the program.
 */
export function createProducerCheck(producer: Hex, chainId: number): ProducerCheck {
  return (payload, block) =>
    isProducedBy(block, chainId, producer) && contentHash(contentOf(payload, block)) === block.contentHash;
}
