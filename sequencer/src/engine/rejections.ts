/** JSON-RPC codes of refusals that the mempool makes itself (EIP-1474, geth). */
export const REJECTION = {
  /** Server error: everything geth refuses with a text. */
  malformed: -32_000,
  oversized: -32_000,
  type: -32_000,
  underpriced: -32_000,
  known: -32_000,
  full: -32_000,
  /** Limit exceeded: come back later. */
  busy: -32_005,
  /** The node does not take transactions now. */
  unavailable: -32_000,
} as const;
