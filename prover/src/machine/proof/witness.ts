/** What L1 needs to check an input word. Sizes in bytes. */
export interface InputWitnesses {
  /** The eleven words of an item header, 352 bytes. */
  itemHeader(item: bigint): Uint8Array;
  /** Siblings of a word in the Merkle tree of a calldata payload, from the leaf up. */
  calldataSiblings(item: bigint, word: number): readonly Uint8Array[];
  /** Opening of a blob word: the item's versioned hashes (32 bytes each), commitment and proof (48 bytes each). */
  blobOpening(item: bigint, word: number): BlobOpening;
  /** A delayed message: words 0 to 8 joined, and the data. */
  delayedMessage(index: bigint): { readonly header: Uint8Array; readonly data: Uint8Array };
}

export interface BlobOpening {
  readonly versionedHashes: readonly Uint8Array[];
  readonly commitment: Uint8Array;
  readonly proof: Uint8Array;
}

/** Preimages of the digests of `bls_verify` (docs/spec/machine.md). */
export interface AggregateWitnesses {
  /** 256 bytes of signature, then 160 bytes per member: public key and message; undefined if nobody announced it. */
  preimage(digest: Uint8Array): Uint8Array | undefined;
}
