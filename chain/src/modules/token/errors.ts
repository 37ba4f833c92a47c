/** Error numbers of the token registry, 4000-4999: 40xx look-up and registration. */

/** No token has this index, or no pool this LP token. */
export const ERR_TOKEN_UNKNOWN: u32 = 4001;
/** A token must name an L1 token. */
export const ERR_L1_TOKEN_ZERO: u32 = 4002;
/** Names have 1 to 64 bytes. */
export const ERR_NAME_LENGTH: u32 = 4003;
/** Symbols have 1 to 32 bytes. */
export const ERR_SYMBOL_LENGTH: u32 = 4004;
/** The highest token index is taken. */
export const ERR_TOKEN_COUNT: u32 = 4005;
