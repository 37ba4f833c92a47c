import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { poolAddress, systemAddresses, tokenAddress } from '@metachain/program';
import { type Address, parseEther } from 'viem';
import { coffee, type MarketNode, startMarket, trader } from '../testing/market-node.js';

const { eth, mb, dcep } = systemAddresses;

let node: MarketNode;
beforeAll(async () => {
  node = await startMarket();
}, 30_000);
afterAll(() => node.stop());

describe('pools and tokens', () => {
  it('are listed with their reserves', async () => {
    const { body } = await node.get('/v1/pools');
    expect(body).toMatchObject({ height: 1, finality: 'soft', next: null });
    expect(body.pools).toMatchObject([
      {
        index: 0,
        address: poolAddress(0),
        token0: mb,
        token1: dcep,
        reserve0: parseEther('10000').toString(),
        reserve1: '10000000000',
      },
      { index: 1, token0: mb, token1: coffee },
      { index: 2, token0: eth, token1: mb },
    ]);
    expect((await node.get('/v1/pools?limit=2&after=1')).body).toMatchObject({
      pools: [{ index: 1 }, { index: 2 }],
      next: null,
    });
    expect((await node.get('/v1/pools?limit=2')).body).toMatchObject({ next: 2 });
  });

  it('are found by address and by index', async () => {
    for (const id of ['1', poolAddress(1)])
      expect((await node.get(`/v1/pools/${id}`)).body).toMatchObject({ pool: { index: 1, address: poolAddress(1) } });
    expect(await node.get('/v1/pools/99')).toMatchObject({ status: 404, body: { code: 'request/not-found' } });
  });

  it('say what the tokens are', async () => {
    expect((await node.get('/v1/tokens')).body).toMatchObject({
      tokens: [
        { symbol: 'ETH', decimals: 18 },
        { symbol: 'MB', decimals: 18, totalSupply: parseEther('1000000').toString(), l1Token: null },
        { symbol: 'DCEP', decimals: 6 },
        { symbol: 'COF', name: 'Coffee', address: coffee },
      ],
      next: null,
    });
  });
});

describe('quotes', () => {
  it('are what a swap then pays, over three hops', async () => {
    const { body } = await node.get(`/v1/quote?tokenIn=${dcep}&tokenOut=${coffee}&amountIn=1000000&slippageBps=100`);
    expect(body).toMatchObject({
      kind: 'exactIn',
      pools: [poolAddress(0), poolAddress(1)],
      tokens: [dcep, mb, coffee],
      maximumIn: null,
    });
    const operation = body.operation as unknown as { pools: Address[]; zeroForOne: boolean };
    const before = await node.chain.proof(balanceKeyOf(coffee));
    const swap = {
      type: 'SwapRoute' as const,
      pools: operation.pools,
      zeroForOne: operation.zeroForOne,
      amountIn: 1_000_000n,
      minimumOut: BigInt(body.amountOut as unknown as string),
    };
    expect((await node.trade([swap])).body).toMatchObject({ status: 'executed' });
    await node.chain.seal();
    const after = await node.chain.proof(balanceKeyOf(coffee));
    expect((little(after.value) - little(before.value)).toString()).toBe(body.amountOut);
  });

  it('follow the reserves of the newest block', async () => {
    const first = (await node.get(`/v1/quote?tokenIn=${mb}&tokenOut=${eth}&amountIn=${parseEther('1')}`)).body;
    expect(first).toMatchObject({ pools: [poolAddress(2)], operation: { type: 'Swap', zeroForOne: false } });
    expect(
      (
        await node.trade([
          { type: 'Swap', pool: poolAddress(2), zeroForOne: false, amountIn: parseEther('100'), minimumOut: 0n },
        ])
      ).body,
    ).toMatchObject({ status: 'executed' });
    const { number } = await node.chain.seal();
    await until(async () => (await node.get('/v1/pools')).body.height === Number(number));
    const second = (await node.get(`/v1/quote?tokenIn=${mb}&tokenOut=${eth}&amountIn=${parseEther('1')}`)).body;
    expect(BigInt(second.amountOut as string)).toBeLessThan(BigInt(first.amountOut as string));
    const pools = (await node.get('/v1/pools')).body.pools as unknown as { reserve0: string }[];
    const direct = await node.call('eth_call', { to: poolAddress(2), data: '0x0902f1ac' }, 'latest');
    expect(BigInt((direct.result as string).slice(0, 66)).toString()).toBe(pools[2]!.reserve0);
  });

  it('find the least input for an exact output', async () => {
    const { body } = await node.get(`/v1/quote?tokenIn=${eth}&tokenOut=${dcep}&amountOut=1000000`);
    expect(body).toMatchObject({ kind: 'exactOut', amountOut: '1000000', tokens: [eth, mb, dcep], minimumOut: null });
    const back = (await node.get(`/v1/quote?tokenIn=${eth}&tokenOut=${dcep}&amountIn=${String(body.amountIn)}`)).body;
    expect(BigInt(back.amountOut as string)).toBeGreaterThanOrEqual(1_000_000n);
  });

  it.each([
    ['no amount', `tokenIn=${mb}&tokenOut=${eth}`, 400, 'request/invalid'],
    ['two amounts', `tokenIn=${mb}&tokenOut=${eth}&amountIn=1&amountOut=1`, 400, 'request/invalid'],
    ['zero', `tokenIn=${mb}&tokenOut=${eth}&amountIn=0`, 400, 'request/invalid'],
    ['an amount of 2^256', `tokenIn=${mb}&tokenOut=${eth}&amountIn=${2n ** 256n}`, 400, 'request/invalid'],
    ['a negative amount', `tokenIn=${mb}&tokenOut=${eth}&amountIn=-1`, 400, 'request/invalid'],
    ['the same token', `tokenIn=${mb}&tokenOut=${mb}&amountIn=1`, 400, 'quote/same-token'],
    ['an unknown token', `tokenIn=${mb}&tokenOut=${tokenAddress(77)}&amountIn=1`, 404, 'quote/no-route'],
    ['more than there is', `tokenIn=${mb}&tokenOut=${eth}&amountOut=${parseEther('1000')}`, 404, 'quote/no-route'],
    ['no address', `tokenIn=mb&tokenOut=${eth}&amountIn=1`, 400, 'request/invalid'],
    ['an unknown field', `tokenIn=${mb}&tokenOut=${eth}&amountIn=1&slipage=3`, 400, 'request/invalid'],
    ['a repeated field', `tokenIn=${mb}&tokenIn=${mb}&tokenOut=${eth}&amountIn=1`, 400, 'request/invalid'],
  ])('refuse %s', async (_what, query, status, code) => {
    const answer = await node.get(`/v1/quote?${query}`);
    expect(answer).toMatchObject({ status, body: { code, error: expect.any(String), message: expect.any(String) } });
    expect(Object.keys(answer.body).sort()).toEqual(['code', 'details', 'error', 'message']);
  });
});

const balanceKeyOf = (token: Address) => `0x03010000${reference(token)}${trader.slice(2)}` as const;
const reference = (token: Address) =>
  `${Number.parseInt(token.slice(-2), 16).toString(16).padStart(2, '0')}00000001000000`;
const little = (value: string) => BigInt(`0x${value.slice(2, 34).match(/../g)!.reverse().join('')}`);

async function until(condition: () => Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 1_000; attempt++) {
    if (await condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('the condition did not come true');
}
