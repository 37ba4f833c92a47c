import { BridgeError } from '@metachain/bridge';

import { AssertionMismatchError, GenesisMismatchError, ProverConfigurationError, ProverError } from '../errors.js';

/** What the process tells its caller. */
export const EXIT = { match: 0, usage: 1, mismatch: 2, cannotDerive: 3 } as const;

/** Exit code for an error that ended a command. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof AssertionMismatchError || error instanceof GenesisMismatchError) return EXIT.mismatch;
  if (error instanceof ProverConfigurationError) return EXIT.usage;
  if (error instanceof ProverError || error instanceof BridgeError) return EXIT.cannotDerive;
  return EXIT.usage;
}
