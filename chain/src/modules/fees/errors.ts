/**
 * Error numbers of fees, 6000-6999. All mean that the transaction is skipped without effect.
 */

/** The price the sender offers is below the base price. */
export const ERR_PRICE_TOO_LOW: u32 = 6001;
/** The gas limit does not cover step weight and L1 part. */
export const ERR_GAS_LIMIT: u32 = 6002;
/** The sender cannot pay gas limit times price plus value. */
export const ERR_INSUFFICIENT_FUNDS: u32 = 6003;
/** The fee is above the limit the sender signed. */
export const ERR_MAXIMUM_FEE: u32 = 6004;
/** The fee token has no pool against ETH, of age and depth enough, from which a rate could be taken. */
export const ERR_NO_FEE_RATE: u32 = 6005;
