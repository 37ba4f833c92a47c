import { TOKEN_ETH } from '../../kernel/entity';
import { ERR_UNKNOWN_SELECTOR, OK } from '../../kernel/errors';
import { selector } from '../../kernel/call';
import { returnText } from '../../kernel/result';
import { FACTORY } from './events';
import { loadPool, poolCount } from './keeper';
import { MINIMUM_LIQUIDITY } from './params';
import {
  callAddLiquidity,
  callAddLiquidityEther,
  callRemoveLiquidity,
  callRemoveLiquidityEther,
} from './router-liquidity';
import {
  swapEtherForExactTokens,
  swapExactEtherForTokens,
  swapExactTokensForEther,
  swapExactTokensForTokens,
  swapTokensForExactEther,
  swapTokensForExactTokens,
} from './router-swaps';
import * as selectors from './selectors';
import {
  callCreatePair,
  viewAccumulator,
  viewBuckets,
  viewEntity,
  viewMeanPrice,
  viewNumber,
  viewPair,
  viewPairAt,
  viewPoolSoundness,
  viewPoolToken,
  viewQuote,
  viewReserves,
  viewRouteAmounts,
  viewZeroAddress,
} from './views';

export { addLiquidity, createPool, removeLiquidity, swapExactIn, swapExactOut } from './messages';
export { swapReason } from './reasons';

/** Decimals of LP tokens. */
const LP_DECIMALS: u64 = 18;

function callPoolMetadata(id: u32): u32 {
  if (id == selectors.DECIMALS) return viewNumber(LP_DECIMALS);
  if (id == selectors.NAME) returnText('MetaSwap LP');
  else if (id == selectors.SYMBOL) returnText('MSLP');
  else return ERR_UNKNOWN_SELECTOR;
  return OK;
}

/**
 * Reads of a pool, in the shape of a Uniswap V2 pair. Its `mint`, `burn`, `swap`, `skim` and `sync` do not exist: they settle what was
 * sent before, and here a pool holds nothing but its reserves. Fails: ERR_POOL_UNKNOWN, ERR_UNKNOWN_SELECTOR (then the ERC-20 face is asked).
 */
export function callPool(index: u32): u32 {
  const code = loadPool(index);
  if (code != OK) return code;
  const id = selector();
  if (id == selectors.GET_RESERVES) return viewReserves();
  if (id == selectors.TOKEN0) return viewPoolToken(true);
  if (id == selectors.TOKEN1) return viewPoolToken(false);
  if (id == selectors.PRICE0_CUMULATIVE_LAST) return viewAccumulator(0);
  if (id == selectors.PRICE1_CUMULATIVE_LAST) return viewAccumulator(1);
  if (id == selectors.K_LAST) return viewNumber(0);
  if (id == selectors.MINIMUM_LIQUIDITY_GETTER) return viewNumber(MINIMUM_LIQUIDITY);
  if (id == selectors.FACTORY_GETTER) return viewEntity(FACTORY);
  return callPoolMetadata(id);
}

/** The factory, in the shape of Uniswap V2's, with `twap` and `buckets`. Fails: ERR_UNKNOWN_SELECTOR, those of the function. */
export function callFactory(): u32 {
  const id = selector();
  if (id == selectors.GET_PAIR) return viewPair();
  if (id == selectors.ALL_PAIRS) return viewPairAt();
  if (id == selectors.ALL_PAIRS_LENGTH) return viewNumber(u64(poolCount()));
  if (id == selectors.CREATE_PAIR) return callCreatePair();
  if (id == selectors.TWAP) return viewMeanPrice();
  if (id == selectors.BUCKETS) return viewBuckets();
  if (id == selectors.CHECK_POOL) return viewPoolSoundness();
  if (id == selectors.FEE_TO || id == selectors.FEE_TO_SETTER) return viewZeroAddress();
  return ERR_UNKNOWN_SELECTOR;
}

function callRouterSwap(id: u32): u32 {
  if (id == selectors.SWAP_EXACT_TOKENS_FOR_TOKENS) return swapExactTokensForTokens();
  if (id == selectors.SWAP_TOKENS_FOR_EXACT_TOKENS) return swapTokensForExactTokens();
  if (id == selectors.SWAP_EXACT_ETH_FOR_TOKENS) return swapExactEtherForTokens();
  if (id == selectors.SWAP_ETH_FOR_EXACT_TOKENS) return swapEtherForExactTokens();
  if (id == selectors.SWAP_EXACT_TOKENS_FOR_ETH) return swapExactTokensForEther();
  if (id == selectors.SWAP_TOKENS_FOR_EXACT_ETH) return swapTokensForExactEther();
  return ERR_UNKNOWN_SELECTOR;
}

function callRouterLiquidity(id: u32): u32 {
  if (id == selectors.ADD_LIQUIDITY) return callAddLiquidity();
  if (id == selectors.ADD_LIQUIDITY_ETH) return callAddLiquidityEther();
  if (id == selectors.REMOVE_LIQUIDITY) return callRemoveLiquidity();
  if (id == selectors.REMOVE_LIQUIDITY_ETH) return callRemoveLiquidityEther();
  return ERR_UNKNOWN_SELECTOR;
}

function callRouterView(id: u32): u32 {
  if (id == selectors.GET_AMOUNT_OUT) return viewQuote(0);
  if (id == selectors.GET_AMOUNT_IN) return viewQuote(1);
  if (id == selectors.QUOTE) return viewQuote(2);
  if (id == selectors.GET_AMOUNTS_OUT) return viewRouteAmounts(true);
  if (id == selectors.GET_AMOUNTS_IN) return viewRouteAmounts(false);
  if (id == selectors.FACTORY_GETTER) return viewEntity(FACTORY);
  if (id == selectors.WETH) return viewEntity(TOKEN_ETH);
  return ERR_UNKNOWN_SELECTOR;
}

/** The router, in the shape of Uniswap V2's (Router02 without its fee-on-transfer and permit variants). Fails: ERR_UNKNOWN_SELECTOR, those of the function. */
export function callRouter(): u32 {
  const id = selector();
  let code = callRouterSwap(id);
  if (code == ERR_UNKNOWN_SELECTOR) code = callRouterLiquidity(id);
  return code == ERR_UNKNOWN_SELECTOR ? callRouterView(id) : code;
}
