/** Stable codes of what can go wrong while contracts are deployed. */
export type ContractsErrorCode =
  /** A value of the configuration is missing or out of range; `details` names it. */
  | 'CONFIG_INVALID'
  /** The wallet has no account to deploy from. */
  | 'NO_ACCOUNT'
  /** Another transaction of the deployer came in between: addresses were computed from its nonce. */
  | 'NONCE_MOVED'
  /** A deployment reverted, or its contract is not where it was expected. */
  | 'DEPLOYMENT_FAILED';

/** Error of this package. `code` is stable, `details` holds the values that caused it. */
export class ContractsError extends Error {
  constructor(
    readonly code: ContractsErrorCode,
    message: string,
    readonly details: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
    this.name = 'ContractsError';
  }
}
