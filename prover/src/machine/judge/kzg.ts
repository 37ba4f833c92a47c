import type { KZG } from '@ethereumjs/util';
import { hexToBytes } from 'viem';
import { kzgLibrary } from '@metachain/bridge';

/** What the point evaluation precompile needs of KZG; the rest belongs to block building. */
export function kzgForPrecompile(): KZG {
  const verifyProof = (commitment: string, z: string, y: string, proof: string): boolean =>
    kzgLibrary().verifyKzgProof(bytes(commitment), bytes(z), bytes(y), bytes(proof));
  return { verifyProof } as KZG;
}

const bytes = (hex: string): Uint8Array => hexToBytes(hex as `0x${string}`);
