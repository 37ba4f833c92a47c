import type { Hex } from 'viem';

/** Codes of JSON-RPC 2.0, EIP-1474 and geth. */
export const RPC_CODE = {
  parse: -32_700,
  invalidRequest: -32_600,
  methodNotFound: -32_601,
  invalidParams: -32_602,
  internal: -32_603,
  server: -32_000,
  notFound: -32_001,
  responseTooLarge: -32_003,
  limit: -32_005,
  reverted: 3,
  /** EIP-7966: the transaction was accepted but not sealed in time. */
  syncTimeout: 4,
} as const;

/** An error as a client sees it. Text and code are the interface: wallets match on geth's wording. */
export class RpcError extends Error {
  constructor(
    readonly code: number,
    message: string,
    readonly data?: unknown,
  ) {
    super(message);
    this.name = new.target.name;
  }
}

export const invalidParams = (message: string): RpcError => new RpcError(RPC_CODE.invalidParams, message);
export const serverError = (message: string): RpcError => new RpcError(RPC_CODE.server, message);
export const limitExceeded = (message: string): RpcError => new RpcError(RPC_CODE.limit, message);

/** `execution reverted`, with the reason if the revert data holds one. */
export class ExecutionReverted extends RpcError {
  constructor(reason: string | undefined, data: Hex) {
    super(RPC_CODE.reverted, reason === undefined ? 'execution reverted' : `execution reverted: ${reason}`, data);
  }
}
