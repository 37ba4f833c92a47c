import {
  concat,
  fromRlp,
  keccak256,
  toHex,
  toRlp,
  bytesToHex,
  type Address,
  type Hash,
  type Hex,
  type LocalAccount,
} from 'viem';

import { MalformedBlobError } from '../errors.js';
import { cellProofs, kzg, versionedHashOf } from './kzg.js';
import { payloadToBlobs } from './payload.js';

/**
 * Form of the proofs beside the blobs on the network: `blob` = one proof a blob (EIP-4844), `cells` = version 1 with 128 cell proofs
 * a blob (EIP-7594), which L1 nodes demand from Osaka on.
 */
export type SidecarFormat = 'blob' | 'cells';

/** Blobs with everything that a transaction says about them. */
export interface BlobBundle {
  readonly format: SidecarFormat;
  readonly blobs: readonly Uint8Array[];
  readonly commitments: readonly Uint8Array[];
  readonly proofs: readonly Uint8Array[];
  readonly versionedHashes: readonly Hash[];
}

/** Commits to blobs (30 to 75 ms a blob, 0.1 s more with a proof, 0.4 s with cell proofs). */
export function bundleBlobs(blobs: readonly Uint8Array[], format: SidecarFormat): BlobBundle {
  const commitments = blobs.map((blob) => kzg().blobToKzgCommitment(blob));
  const proofs = blobs.flatMap((blob, i) =>
    format === 'cells' ? cellProofs(blob) : [kzg().computeBlobKzgProof(blob, commitments[i]!)],
  );
  return { format, blobs, commitments, proofs, versionedHashes: blobs.map(versionedHashOf) };
}

/** Splits a payload into blobs and commits to them. */
export const bundlePayload = (payload: Uint8Array, format: SidecarFormat, maxBlobs = 6): BlobBundle =>
  bundleBlobs(payloadToBlobs(payload, maxBlobs), format);

/** Fields of a blob transaction. Fees in wei per gas. */
export interface BlobTransactionFields {
  readonly chainId: number;
  readonly nonce: number;
  readonly to: Address;
  readonly data: Hex;
  readonly gas: bigint;
  readonly maxFeePerGas: bigint;
  readonly maxPriorityFeePerGas: bigint;
  readonly maxFeePerBlobGas: bigint;
}

/** Signs a blob transaction. `raw` is what `eth_sendRawTransaction` takes (blobs included), `hash` the transaction hash. */
export async function signBlobTransaction(
  account: LocalAccount,
  fields: BlobTransactionFields,
  bundle: BlobBundle,
): Promise<{ raw: Hex; hash: Hash }> {
  const signed = await account.signTransaction({
    ...fields,
    type: 'eip4844',
    value: 0n,
    accessList: [],
    blobVersionedHashes: [...bundle.versionedHashes],
  });
  return { raw: wrapSidecar(signed, bundle), hash: keccak256(signed) };
}

/** Network form of a signed blob transaction: `0x03 || rlp([transaction, version?, blobs, commitments, proofs])`. */
export function wrapSidecar(signed: Hex, bundle: BlobBundle): Hex {
  if (!signed.startsWith('0x03')) throw new MalformedBlobError('not a signed blob transaction');
  const lists = [bundle.blobs, bundle.commitments, bundle.proofs].map((list) => list.map((bytes) => bytesToHex(bytes)));
  const transaction = fromRlp(`0x${signed.slice(4)}`, 'hex');
  const version = bundle.format === 'cells' ? [toHex(1)] : [];
  return concat(['0x03', toRlp([transaction, ...version, ...lists] as Parameters<typeof toRlp>[0])]) as Hex;
}
