/** Injection token of ChainParts. */
export const CHAIN_PARTS = 'CHAIN_PARTS';
