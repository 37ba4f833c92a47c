/** Constants of the exchange. Fees are parts of the swap input in basis points, 1/10,000. */

/** Of 1,000 parts of the input, 997 trade (30 basis points fee), as in Uniswap V2. */
export const FEE_SCALE: u64 = 1000;
export const FEE_REMAINDER: u64 = 997;

export const BPS: u64 = 10_000;
/** Of the 30 basis points: tax 10, liquidity 10 at most, promoter 4, promoter's promoter 1, retained 5. */
export const TAX_BPS: u64 = 10;
export const PROMOTER_BPS: u64 = 4;
export const SECOND_PROMOTER_BPS: u64 = 1;
export const RETAINED_BPS: u64 = 5;
/** What liquidity keeps; a merchant may set less, and the rest then goes to the reserve share. */
export const DEFAULT_LP_BPS: u8 = 10;

/** Locked for ever at the first mint of a pool, as in Uniswap V2. Units of the LP token. */
export const MINIMUM_LIQUIDITY: u64 = 1000;
/** Reserves and inputs are below 2^112, as in Uniswap V2: the high limb of a u128 is below 2^48. */
export const RESERVE_HIGH_LIMIT: u64 = 1 << 48;
/** Hops of a route. */
export const MAXIMUM_HOPS: u32 = 3;

/** Seconds between two price records of a pool, at least. */
export const RECORD_SPACING_SECONDS: u64 = 300;
/** Price records kept per pool: 600 records 300 s apart reach back more than 48 hours. */
export const RECORD_COUNT: u32 = 600;
/** Longest window of a mean price: 48 hours. */
export const MAXIMUM_WINDOW_SECONDS: u64 = 172_800;
/** Reserve words count seconds from 2024-01-01 00:00:00 UTC. */
export const TIME_ORIGIN_SECONDS: u64 = 1_704_067_200;

/** Window, seconds, of the mean price that fees in other tokens than ETH are converted at, and the least age of a pool that prices them. */
export const FEE_WINDOW_SECONDS: u64 = 1800;
/** A pool must hold this much ETH (wei) for fees to be converted at its price: 1 ETH. */
export const FEE_POOL_DEPTH_WEI: u64 = 1_000_000_000_000_000_000;
