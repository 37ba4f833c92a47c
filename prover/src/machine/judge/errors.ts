/** The judge refused: the proof is wrong, or it could not be set up. `data` is the revert data. */
export class JudgeError extends Error {
  override readonly name = 'JudgeError';

  constructor(
    readonly code: 'deployment-failed' | 'reverted',
    readonly detail: string,
    readonly data: Uint8Array = new Uint8Array(),
  ) {
    super(`judge (${code}): ${detail}`);
  }
}
