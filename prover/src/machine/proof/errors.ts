/** A step cannot be proven with what is at hand. */
export class ProofError extends Error {
  override readonly name = 'ProofError';

  constructor(
    readonly code: 'no-witness',
    readonly detail: string,
  ) {
    super(`step proof (${code}): ${detail}`);
  }
}
