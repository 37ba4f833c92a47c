/** Limits of the token registry. */

/** Bytes of a name, UTF-8. */
export const MAXIMUM_NAME_BYTES: u32 = 64;
/** Bytes of a symbol, UTF-8. */
export const MAXIMUM_SYMBOL_BYTES: u32 = 32;
/** Decimals of a token registered without them, as the op-stack's factory does. */
export const DEFAULT_DECIMALS: u8 = 18;
