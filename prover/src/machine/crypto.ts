/** Signature checks that the machine's host performs; L1 has precompiled contracts for them. */
export interface HostCryptography {
  /** `digest || v || r || s` to a left-padded address, or 32 zero bytes, as the EVM precompile 0x01. */
  recover(input: Uint8Array): Uint8Array;
  /** Whether the aggregate signature behind a digest is right; false for a digest that nobody announced. */
  verifyAggregate(digest: Uint8Array): boolean;
}
