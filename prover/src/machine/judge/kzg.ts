import type { KZG } from '@ethereumjs/util';
import { loadTrustedSetup, verifyKzgProof } from 'c-kzg';
import { hexToBytes } from 'viem';

let loaded = false;

/** What the point evaluation precompile needs of KZG; the rest belongs to block building. */
export function kzgForPrecompile(): KZG {
  if (!loaded) loadTrustedSetup(0);
  loaded = true;
  const verifyProof = (commitment: string, z: string, y: string, proof: string): boolean =>
    verifyKzgProof(bytes(commitment), bytes(z), bytes(y), bytes(proof));
  return { verifyProof } as KZG;
}

const bytes = (hex: string): Uint8Array => hexToBytes(hex as `0x${string}`);
