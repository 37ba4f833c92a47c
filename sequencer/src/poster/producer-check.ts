import { contentHash, ecrecover, producerDigest } from '@metachain/program';
import { type Hex, hexToBytes, toHex } from 'viem';
import { contentOf, type PayloadBlock } from '../engine/payload-block.js';

/** Whether a block of a payload is signed by its producer and whole. */
export type ProducerCheck = (payload: Uint8Array, block: PayloadBlock) => boolean;

/**
 * Looks at signature and content hash as the program does before it reads a block's content: what fails makes no block. Here it only spares the
 * engine a look; whatever passes is judged by the program.
 */
export function createProducerCheck(producer: Hex, chainId: number): ProducerCheck {
  return (payload, block) =>
    signerOf(producerDigest(chainId, block), block.signature) === producer.toLowerCase() &&
    contentHash(contentOf(payload, block)) === block.contentHash;
}

/** Address that signed a digest, the signature in EIP-2098 form; zero for none. */
function signerOf(digest: Hex, signature: Hex): Hex {
  const input = new Uint8Array(128);
  const compact = hexToBytes(signature);
  input.set(hexToBytes(digest));
  input[63] = 27 + (compact[32]! >> 7);
  compact[32]! &= 0x7f;
  input.set(compact, 64);
  return toHex(ecrecover(input).subarray(12));
}
