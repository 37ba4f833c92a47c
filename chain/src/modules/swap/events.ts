import { entityAddress, KIND_MODULE, poolReference } from '../../kernel/entity';
import { openRecord, putAddressWord, putAmountWord, putNumberWord } from '../../kernel/event-record';
import { zeroWord } from '../../kernel/bytes';
import { SWAP } from '../../kernel/memory';
import { TOPIC_BURN, TOPIC_MINT, TOPIC_PAIR_CREATED, TOPIC_SWAP, TOPIC_SYNC } from './topics';
import { RESERVE0, RESERVE1, loadedPool, poolWord } from './types';

/** Events of Uniswap V2's factory and pairs. The pool's address is that of the loaded pool. */

const EMITTER: usize = SWAP + 0x4c0;
const TOKEN_ADDRESS: usize = SWAP + 0x4e0;

/** Reference of the factory's address. */
export const FACTORY: u64 = ((KIND_MODULE as u64) << 32) | 1;
/** Reference of the router's address. */
export const ROUTER: u64 = ((KIND_MODULE as u64) << 32) | 2;

/** Address of the loaded pool, valid until the next event of this module. */
export function poolAddress(): usize {
  entityAddress(EMITTER, poolReference(loadedPool().index));
  return EMITTER;
}

/** `PairCreated(token0, token1, pair, pools so far)` of the factory. */
export function emitPairCreated(count: u32): void {
  entityAddress(EMITTER, FACTORY);
  const words = openRecord(EMITTER, TOPIC_PAIR_CREATED, 3, 64);
  entityAddress(TOKEN_ADDRESS, poolWord().token0);
  putAddressWord(words, TOKEN_ADDRESS);
  entityAddress(TOKEN_ADDRESS, poolWord().token1);
  putAddressWord(words + 32, TOKEN_ADDRESS);
  putAddressWord(words + 64, poolAddress());
  putNumberWord(words + 96, u64(count));
}

/** `Sync(reserve0, reserve1)`. */
export function emitSync(): void {
  const words = openRecord(poolAddress(), TOPIC_SYNC, 1, 64);
  putAmountWord(words, RESERVE0);
  putAmountWord(words + 32, RESERVE1);
}

/** `Swap(sender, amount0In, amount1In, amount0Out, amount1Out, to)`. */
export function emitSwap(sender: usize, to: usize, zeroForOne: bool, amountIn: usize, amountOut: usize): void {
  const words = openRecord(poolAddress(), TOPIC_SWAP, 3, 128);
  putAddressWord(words, sender);
  putAddressWord(words + 32, to);
  const in0 = words + (zeroForOne ? 64 : 96);
  const in1 = words + (zeroForOne ? 96 : 64);
  putAmountWord(in0, amountIn);
  zeroWord(in1);
  putAmountWord(in1 + 64, amountOut);
  zeroWord(in0 + 64);
}

/** `Mint(sender, amount0, amount1)`. */
export function emitMint(sender: usize, amount0: usize, amount1: usize): void {
  const words = openRecord(poolAddress(), TOPIC_MINT, 2, 64);
  putAddressWord(words, sender);
  putAmountWord(words + 32, amount0);
  putAmountWord(words + 64, amount1);
}

/** `Burn(sender, amount0, amount1, to)`. */
export function emitBurn(sender: usize, to: usize, amount0: usize, amount1: usize): void {
  const words = openRecord(poolAddress(), TOPIC_BURN, 3, 64);
  putAddressWord(words, sender);
  putAddressWord(words + 32, to);
  putAmountWord(words + 64, amount0);
  putAmountWord(words + 96, amount1);
}
