import { decodeFunctionResult, encodeFunctionData } from 'viem';

import { routerAbi } from '../abi/index.js';
import { balanceKey, poolAddress, systemAddresses, tokenAddress } from '../codec/address.js';
import { littleEndian } from '../codec/bytes.js';
import { supplyKey } from '../genesis/keys.js';
import { accounts, ETHER, TestChain } from './test-chain.js';
import type { Outcome, PoolState } from './uniswap.js';

const MAXIMUM = (1n << 128n) - 1n;
const TOKENS = [tokenAddress(1), tokenAddress(3)] as const;
const POOL = poolAddress(0);
const POOL_REFERENCE = 2n << 32n;
const trader = accounts[1]!;

const reservesKey = (): Uint8Array => {
  const key = new Uint8Array(32);
  key.set([5, 2]);
  return key;
};

const amountWord = (amount: bigint): Uint8Array => {
  const word = new Uint8Array(32);
  word.set(littleEndian(amount, 16));
  return word;
};

/** A pool of the program whose reserves are set at will, with the face of UniswapV2 for comparison. */
export class OurPool {
  private readonly chain = new TestChain();

  /** Opens the pool and lets the router move the trader's tokens. */
  async open(): Promise<void> {
    const { results } = this.chain.block([
      await this.chain.packed(trader, [
        { type: 'CreatePool', tokenA: TOKENS[0], tokenB: TOKENS[1] },
        { type: 'AddLiquidity', pool: POOL, amount0: ETHER, amount1: ETHER, minimum0: 0n, minimum1: 0n },
        ...[...TOKENS, POOL].map(
          (token) => ({ type: 'Approve', token, spender: systemAddresses.router, amount: MAXIMUM }) as const,
        ),
      ]),
    ]);
    if (results[0]!.status !== 'executed') throw new TypeError(`the pool did not open: ${results[0]!.code}`);
  }

  setPool({ reserve0, reserve1, supply }: PoolState): void {
    const { store } = this.chain.engine.state;
    const reserves = store.read(reservesKey())!;
    reserves.set(littleEndian(reserve0, 14), 0);
    reserves.set(littleEndian(reserve1, 14), 16);
    store.write(reservesKey(), reserves);
    store.write(supplyKey(POOL_REFERENCE), amountWord(supply));
    store.write(balanceKey(POOL, trader.address), amountWord(supply));
    for (const token of TOKENS) store.write(balanceKey(token, trader.address), amountWord(1n << 120n));
    store.clearJournal();
  }

  swapExactIn(zeroForOne: boolean, amountIn: bigint): Outcome {
    return this.swap('swapExactTokensForTokens', zeroForOne, amountIn, 0n);
  }

  swapExactOut(zeroForOne: boolean, amountOut: bigint): Outcome {
    return this.swap('swapTokensForExactTokens', zeroForOne, amountOut, MAXIMUM);
  }

  addLiquidity(amount0: bigint, amount1: bigint): Outcome {
    return this.call('addLiquidity', [...TOKENS, amount0, amount1, 0n, 0n, trader.address, this.deadline]);
  }

  removeLiquidity(liquidity: bigint): Outcome {
    return this.call('removeLiquidity', [...TOKENS, liquidity, 0n, 0n, trader.address, this.deadline]);
  }

  private get deadline(): bigint {
    return this.chain.time + 100n;
  }

  private swap(
    name: 'swapExactTokensForTokens' | 'swapTokensForExactTokens',
    zeroForOne: boolean,
    exact: bigint,
    limit: bigint,
  ): Outcome {
    const path = zeroForOne ? TOKENS : [...TOKENS].reverse();
    const amounts = this.call(name, [exact, limit, path, trader.address, this.deadline]);
    return amounts && (amounts as unknown as readonly bigint[]);
  }

  private call(functionName: string, args: readonly unknown[]): Outcome {
    const data = encodeFunctionData({ abi: routerAbi, functionName, args } as never);
    const result = this.chain.engine.query({
      from: trader.address,
      to: systemAddresses.router,
      value: 0n,
      data,
      timestamp: this.chain.time,
    });
    if (result.code !== 0) return undefined;
    return decodeFunctionResult({ abi: routerAbi, functionName, data: result.data } as never) as unknown as Outcome;
  }
}
