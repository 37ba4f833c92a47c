/** Error numbers of the exchange, 5000-5999: 50xx pools, 51xx amounts, 52xx routes and deadlines, 53xx prices. */

/** No pool has this index or pair. */
export const ERR_POOL_UNKNOWN: u32 = 5001;
/** The pair has a pool already. */
export const ERR_POOL_EXISTS: u32 = 5002;
/** Both tokens are the same. */
export const ERR_IDENTICAL_TOKENS: u32 = 5003;
/** The highest pool index is taken. */
export const ERR_POOL_COUNT: u32 = 5004;

/** An amount that must not be zero is. */
export const ERR_AMOUNT_ZERO: u32 = 5101;
/** The pool holds nothing. */
export const ERR_NO_LIQUIDITY: u32 = 5102;
/** An amount or reserve would reach 2^112. */
export const ERR_RESERVE_LIMIT: u32 = 5103;
/** The output is below the minimum. */
export const ERR_OUTPUT_TOO_LOW: u32 = 5104;
/** The input is above the maximum. */
export const ERR_INPUT_TOO_HIGH: u32 = 5105;
/** The output rounds to zero. */
export const ERR_OUTPUT_ZERO: u32 = 5106;
/** The pool does not hold the wanted output. */
export const ERR_OUTPUT_EXCEEDS_RESERVE: u32 = 5107;
/** The liquidity to mint rounds to zero, or does not exceed what the first mint locks. */
export const ERR_LIQUIDITY_TOO_LOW: u32 = 5108;
/** The amount of token 0 is below its minimum. */
export const ERR_AMOUNT0_TOO_LOW: u32 = 5109;
/** The amount of token 1 is below its minimum. */
export const ERR_AMOUNT1_TOO_LOW: u32 = 5110;

/** The deadline has passed. */
export const ERR_DEADLINE_PASSED: u32 = 5201;
/** A route has 1 to 3 hops. */
export const ERR_ROUTE_LENGTH: u32 = 5202;
/** A pool of the route does not hold what the hop before pays out. */
export const ERR_ROUTE_BROKEN: u32 = 5203;
/** A route uses a pool twice. */
export const ERR_ROUTE_REPEATS: u32 = 5204;
/** The path must start, or end, with ETH. */
export const ERR_PATH_NOT_ETH: u32 = 5205;

/** The price history does not reach back that far. */
export const ERR_PRICE_HISTORY: u32 = 5301;
/** There is no pool with ETH deep enough to take a fee rate from. */
export const ERR_NO_FEE_POOL: u32 = 5302;
/** The window is zero or longer than the history that is kept. */
export const ERR_PRICE_WINDOW: u32 = 5303;
