/**
 * Error numbers of auth, 2000-2999. 20xx any transaction, 21xx Ethereum envelopes, 22xx packed transactions. All mean that the
 * transaction is skipped without effect.
 */

/** The nonce was used already. */
export const ERR_NONCE_TOO_LOW: u32 = 2001;
/** A nonce before this one has not been used yet. */
export const ERR_NONCE_TOO_HIGH: u32 = 2002;
/** The lane's sequence is not the next one. */
export const ERR_SEQUENCE: u32 = 2003;
/** The deadline is before the block's time. */
export const ERR_DEADLINE: u32 = 2004;
/** No key signed this: r, s or the parity are out of range, or no public key can be recovered. */
export const ERR_SIGNATURE: u32 = 2005;

/** Not strictly canonical RLP, a field of the wrong length, or bytes left over. */
export const ERR_RLP: u32 = 2101;
/** The envelope type is not legacy, 0x01 or 0x02. */
export const ERR_ENVELOPE_TYPE: u32 = 2102;
/** A legacy transaction without replay protection (EIP-155). */
export const ERR_UNPROTECTED: u32 = 2103;
/** Signed for another chain. */
export const ERR_CHAIN_ID: u32 = 2104;
/** A contract creation: there are no user contracts. */
export const ERR_CREATION: u32 = 2105;
/** The priority fee is above the maximum fee. */
export const ERR_PRIORITY_FEE: u32 = 2106;
/** Gas limit times price is 2^256 or more. */
export const ERR_GAS_PRODUCT: u32 = 2107;
/** The nonce is 2^64 - 1 (EIP-2681). */
export const ERR_NONCE_OVERFLOW: u32 = 2108;
/** The gas limit is below Ethereum's intrinsic gas. */
export const ERR_INTRINSIC_GAS: u32 = 2109;

/** A packed transaction is cut short, or one of its fields is out of range. */
export const ERR_PACKED: u32 = 2201;
/** An operation code that does not exist. */
export const ERR_OPERATION: u32 = 2202;
/** No operation, or more than 32. */
export const ERR_OPERATION_COUNT: u32 = 2203;
/** The fee token does not exist. */
export const ERR_FEE_TOKEN: u32 = 2204;
/** Well formed, but not the one encoding that what was signed has: a longer or another form of a field. */
export const ERR_NOT_CANONICAL: u32 = 2205;
