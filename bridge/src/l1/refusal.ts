import { isHex, type Hex } from 'viem';

/** JSON-RPC codes that are answers, not failures of the endpoint: a revert, a method that the node does not have. */
const ANSWERS = new Set([3, -32601]);

const REVERTED = /execution reverted/i;
/** How nodes say that no gas that a call may take is enough; they have no code for it. */
const NEEDS_MORE_GAS = /gas required exceeds allowance|gas spent exceeded/i;

/** Codes of an error and of what caused it. */
export const codesOf = (error: unknown): number[] => {
  const { code, cause } = (error ?? {}) as { code?: unknown; cause?: unknown };
  return [
    ...(typeof code === 'number' ? [code] : []),
    ...(cause === undefined || cause === null ? [] : codesOf(cause)),
  ];
};

/** What a call reverted with, from an error or from what caused it; undefined where a node does not show it. */
export const revertDataOf = (error: unknown): Hex | undefined => {
  const { data, cause } = (error ?? {}) as { data?: unknown; cause?: unknown };
  if (isHex(data)) return data;
  return cause === undefined || cause === null ? undefined : revertDataOf(cause);
};

/** Whether an endpoint answered, and the answer is no. */
export const isRefusal = (error: unknown) =>
  codesOf(error).some((code) => ANSWERS.has(code)) ||
  (error instanceof Error && [REVERTED, NEEDS_MORE_GAS].some((said) => said.test(error.message)));
