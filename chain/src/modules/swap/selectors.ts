/** Selectors of the Uniswap-V2-shaped faces (a test recomputes them). */
/** `token0()` */
export const TOKEN0: u32 = 0x0dfe1681;
/** `token1()` */
export const TOKEN1: u32 = 0xd21220a7;
/** `getReserves()` */
export const GET_RESERVES: u32 = 0x0902f1ac;
/** `price0CumulativeLast()` */
export const PRICE0_CUMULATIVE_LAST: u32 = 0x5909c0d5;
/** `price1CumulativeLast()` */
export const PRICE1_CUMULATIVE_LAST: u32 = 0x5a3d5493;
/** `kLast()` */
export const K_LAST: u32 = 0x7464fc3d;
/** `MINIMUM_LIQUIDITY()` */
export const MINIMUM_LIQUIDITY_GETTER: u32 = 0xba9a7a56;
/** `factory()` */
export const FACTORY_GETTER: u32 = 0xc45a0155;
/** `getPair(address,address)` */
export const GET_PAIR: u32 = 0xe6a43905;
/** `allPairs(uint256)` */
export const ALL_PAIRS: u32 = 0x1e3dd18b;
/** `allPairsLength()` */
export const ALL_PAIRS_LENGTH: u32 = 0x574f2ba3;
/** `createPair(address,address)` */
export const CREATE_PAIR: u32 = 0xc9c65396;
/** `feeTo()` */
export const FEE_TO: u32 = 0x017e7e58;
/** `feeToSetter()` */
export const FEE_TO_SETTER: u32 = 0x094b7415;
/** `getAmountOut(uint256,uint256,uint256)` */
export const GET_AMOUNT_OUT: u32 = 0x054d50d4;
/** `getAmountIn(uint256,uint256,uint256)` */
export const GET_AMOUNT_IN: u32 = 0x85f8c259;
/** `getAmountsOut(uint256,address[])` */
export const GET_AMOUNTS_OUT: u32 = 0xd06ca61f;
/** `getAmountsIn(uint256,address[])` */
export const GET_AMOUNTS_IN: u32 = 0x1f00ca74;
/** `quote(uint256,uint256,uint256)` */
export const QUOTE: u32 = 0xad615dec;
/** `twap(address,uint256)` */
export const TWAP: u32 = 0x6808a128;
/** `buckets(address)` */
export const BUCKETS: u32 = 0x517ebdb8;
/** `WETH()` */
export const WETH: u32 = 0xad5c4648;
/** `swapExactTokensForTokens(uint256,uint256,address[],address,uint256)` */
export const SWAP_EXACT_TOKENS_FOR_TOKENS: u32 = 0x38ed1739;
/** `swapTokensForExactTokens(uint256,uint256,address[],address,uint256)` */
export const SWAP_TOKENS_FOR_EXACT_TOKENS: u32 = 0x8803dbee;
/** `swapExactETHForTokens(uint256,address[],address,uint256)` */
export const SWAP_EXACT_ETH_FOR_TOKENS: u32 = 0x7ff36ab5;
/** `swapETHForExactTokens(uint256,address[],address,uint256)` */
export const SWAP_ETH_FOR_EXACT_TOKENS: u32 = 0xfb3bdb41;
/** `swapExactTokensForETH(uint256,uint256,address[],address,uint256)` */
export const SWAP_EXACT_TOKENS_FOR_ETH: u32 = 0x18cbafe5;
/** `swapTokensForExactETH(uint256,uint256,address[],address,uint256)` */
export const SWAP_TOKENS_FOR_EXACT_ETH: u32 = 0x4a25d94a;
/** `addLiquidity(address,address,uint256,uint256,uint256,uint256,address,uint256)` */
export const ADD_LIQUIDITY: u32 = 0xe8e33700;
/** `addLiquidityETH(address,uint256,uint256,uint256,address,uint256)` */
export const ADD_LIQUIDITY_ETH: u32 = 0xf305d719;
/** `removeLiquidity(address,address,uint256,uint256,uint256,address,uint256)` */
export const REMOVE_LIQUIDITY: u32 = 0xbaa2abde;
/** `removeLiquidityETH(address,uint256,uint256,uint256,address,uint256)` */
export const REMOVE_LIQUIDITY_ETH: u32 = 0x02751cec;
/** `name()` */
export const NAME: u32 = 0x06fdde03;
/** `symbol()` */
export const SYMBOL: u32 = 0x95d89b41;
/** `decimals()` */
export const DECIMALS: u32 = 0x313ce567;
/** `checkPool(address)` */
export const CHECK_POOL: u32 = 0x30b9d2a7;
