import type { Hex } from 'viem';

/** Producer of a block that L1 forced. */
export const NOBODY: Hex = `0x${'00'.repeat(20)}`;
