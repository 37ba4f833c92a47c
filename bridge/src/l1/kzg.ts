import { BLOB_BYTES } from '@metachain/program';
import cKzg from 'c-kzg';
import { bytesToHex, commitmentToVersionedHash, defineKzg, type Hash, type Kzg } from 'viem';

import { MalformedBlobError } from '../errors.js';

/** Cell proofs of a blob (EIP-7594). */
export const CELLS_PER_BLOB = 128;

let loaded: Kzg | undefined;

/** The KZG implementation for viem. The first call of a process loads Ethereum's trusted set-up, 1.5 to 3 s. */
export const kzg = (): Kzg => (loaded ??= defineKzg(kzgLibrary()));

let ready = false;

/** The KZG library with the set-up, for what viem does not know: point evaluation, cells. */
export function kzgLibrary(): typeof cKzg {
  if (!ready) loadOnce();
  ready = true;
  return cKzg;
}

/** The native library holds one set-up a process; another copy of this module may have loaded the same one. */
function loadOnce(): void {
  try {
    cKzg.loadTrustedSetup(0);
  } catch (error) {
    // Not `instanceof Error`: the library's errors come from the main realm, which a test's sandbox is not.
    if (!String(error).includes('already loaded')) throw error;
  }
}

/** Versioned hash of a blob by its recomputed commitment. Throws MalformedBlobError for a wrong size or a word that is no field element. */
export function versionedHashOf(blob: Uint8Array): Hash {
  if (blob.length !== BLOB_BYTES) throw new MalformedBlobError(`a blob has ${BLOB_BYTES} bytes, not ${blob.length}`);
  const { blobToKzgCommitment } = kzg();
  try {
    return commitmentToVersionedHash({ commitment: bytesToHex(blobToKzgCommitment(blob)) });
  } catch (error) {
    throw new MalformedBlobError('a word of the blob is not a field element', error);
  }
}

/** The 128 cell proofs of a blob, as L1 demands from Osaka on (about 0.4 s a blob). */
export function cellProofs(blob: Uint8Array): readonly Uint8Array[] {
  return kzgLibrary().computeCellsAndKzgProofs(blob)[1];
}
