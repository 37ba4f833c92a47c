/** Stable codes of everything that this package throws. 100-199 L1 nodes, 200-299 blobs, 300-399 derivation, 400-499 clients, 500-599 keys. */
export type BridgeErrorCode =
  | 101 // every endpoint failed
  | 102 // endpoints disagree
  | 103 // endpoint is on another chain
  | 104 // L1 refused a transaction
  | 105 // stopped while a transaction waits
  | 106 // the sender no longer wants a transaction
  | 201 // blob unavailable
  | 202 // KZG input malformed
  | 203 // payload does not fit
  | 301 // logs contradict the accumulators
  | 302 // reorg deeper than the finality assumption
  | 303 // malformed log
  | 401 // unknown withdrawal
  | 402 // bad configuration
  | 403 // a transaction of the relayer reverted
  | 404 // the call of a finalised withdrawal failed
  | 501; // unusable key

/** Base of the typed errors of the bridge. */
export class BridgeError extends Error {
  constructor(
    readonly code: BridgeErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** No endpoint answered in time and within limits. Temporary: try again. */
export class L1UnavailableError extends BridgeError {
  constructor(method: string, cause: unknown) {
    super(101, `no L1 endpoint answered ${method}`, { cause });
  }
}

/** Too few endpoints agree on a block hash. Temporary: nothing is derived from a minority view. */
export class L1DisagreementError extends BridgeError {
  constructor(
    readonly blockNumber: bigint,
    readonly hashes: Readonly<Record<string, string>>,
  ) {
    super(102, `L1 endpoints disagree on block ${blockNumber}: ${JSON.stringify(hashes)}`);
  }
}

/** Too few endpoints answer a question about L1's state alike. Temporary: nothing is derived from a minority view. */
export class L1AnswerDisagreementError extends BridgeError {
  constructor(question: string) {
    super(102, `too few L1 endpoints agree on ${question}`);
  }
}

/** An endpoint serves another chain than configured. */
export class L1ChainMismatchError extends BridgeError {
  constructor(endpoint: string, expected: number, actual: number) {
    super(103, `L1 endpoint ${endpoint} serves chain ${actual}, expected ${expected}`);
  }
}

/** L1 would revert, or did revert, a transaction; its nonce was not used unless `included`. `data` is the contract's own error, where L1 shows it. */
export class L1TransactionRefusedError extends BridgeError {
  constructor(
    what: string,
    readonly reason: string,
    readonly included: boolean,
    readonly data?: `0x${string}`,
  ) {
    super(104, `L1 refuses ${what}: ${reason}`);
  }
}

/** Shutdown came while a transaction was waiting for inclusion; the record of what was sent stays. */
export class L1WaitAbortedError extends BridgeError {
  constructor(what: string) {
    super(105, `stopped waiting for ${what}`);
  }
}

/** A transaction makes no sense any more, so it is not sent again. One that was sent may still be included until another takes its nonce. */
export class L1RequestWithdrawnError extends BridgeError {
  constructor(
    what: string,
    readonly reason: string,
  ) {
    super(106, `${what} was given up: ${reason}`);
  }
}

/** No source holds a blob that matches its versioned hash. A batch is never skipped for this. */
export class BlobUnavailableError extends BridgeError {
  constructor(
    readonly versionedHash: string,
    readonly blockNumber: bigint,
    readonly slot: bigint | undefined,
    readonly attempts: readonly string[],
  ) {
    super(
      201,
      `blob ${versionedHash} of L1 block ${blockNumber} (slot ${slot ?? 'unknown'}) is unavailable: ${attempts.join('; ')}`,
    );
  }
}

/** A blob that is not 131,072 bytes, or holds a word that is no field element. */
export class MalformedBlobError extends BridgeError {
  constructor(reason: string, cause?: unknown) {
    super(202, reason, { cause });
  }
}

/** A payload larger than the blobs or the calldata allowed. */
export class PayloadTooLargeError extends BridgeError {
  constructor(bytes: number, limit: number) {
    super(203, `payload of ${bytes} bytes exceeds ${limit}`);
  }
}

/** Logs and the accumulators that L1 stores do not fit: logs are missing, invented or altered. */
export class AccumulatorMismatchError extends BridgeError {
  constructor(what: string, expected: string, actual: string) {
    super(301, `${what}: L1 stores ${expected}, logs give ${actual}`);
  }
}

/** A reorg beyond the finality assumption. Fatal: an operator has to decide. */
export class DeepReorgError extends BridgeError {
  constructor(
    readonly depth: bigint,
    readonly limit: bigint,
  ) {
    super(302, `L1 reorg of at least ${depth} blocks is deeper than the finality assumption of ${limit}`);
  }
}

/** A log of the right address and topic whose content cannot come from the contract. */
export class MalformedLogError extends BridgeError {
  constructor(reason: string) {
    super(303, reason);
  }
}

/** No withdrawal with this hash or in this transaction. */
export class UnknownWithdrawalError extends BridgeError {
  constructor(what: string) {
    super(401, `no withdrawal ${what}`);
  }
}

/** A transaction of the relayer was included and reverted. The withdrawal is looked at again in the next step. */
export class RelayRevertedError extends BridgeError {
  constructor(hash: string) {
    super(403, `transaction ${hash} reverted`);
  }
}

/** A withdrawal is finalised, but its call on L1 failed and would fail again. Anyone may have the keeper of its money repeat it. */
export class WithdrawalFailedError extends BridgeError {
  constructor(readonly keeper: 'portal' | 'messenger') {
    super(
      404,
      `its call on L1 fails, and the ${keeper} keeps the money until its receiver takes it and somebody retries`,
    );
  }
}

/** Configuration that cannot work. */
export class BridgeConfigurationError extends BridgeError {
  constructor(reason: string) {
    super(402, reason);
  }
}
