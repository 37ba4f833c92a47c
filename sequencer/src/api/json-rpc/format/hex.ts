import type { Hex } from 'viem';

/** Quantity as JSON-RPC writes it. */
export const quantity = (value: bigint | number | string): Hex => `0x${BigInt(value).toString(16)}`;

export const ZERO_HASH: Hex = `0x${'00'.repeat(32)}`;
export const ZERO_ADDRESS: Hex = `0x${'00'.repeat(20)}`;
