import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  packedTypedData,
  type PackedTransaction,
  poolAddress,
  systemAddresses,
  tokenAddress,
} from '@metachain/program';
import { type Address, parseEther } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { word } from '../../index/testing/blocks.js';
import { CHAIN_ID, EngineChain } from '../testing/engine-chain.js';
import { startTestNode, type TestNode } from '../testing/test-node.js';

const user = privateKeyToAccount('0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80');
const account = user.address.toLowerCase() as Address;
const { eth, mb, dcep } = systemAddresses;
const other = tokenAddress(3);
const FAR = 2 ** 40 - 1;

let chain: EngineChain;
let node: TestNode;
let sequence = 0n;

const get = async (path: string) => {
  const response = await fetch(node.url + path);
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
};
const post = async (body: unknown) => {
  const response = await fetch(`${node.url}/v1/transactions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
};

type Amounts<T> = { [K in keyof T]: T[K] extends bigint ? string : T[K] };
type OperationJson = Amounts<PackedTransaction['operations'][number]>;

/** Signs operations as a wallet would and submits them over REST. */
async function submit(operations: PackedTransaction['operations'], overrides: Partial<PackedTransaction> = {}) {
  const transaction: PackedTransaction = {
    lane: 0,
    sequence: sequence++,
    deadline: BigInt(FAR),
    feeToken: 'ETH',
    maxFee: 10n ** 16n,
    operations,
    ...overrides,
  };
  const signature = await user.signTypedData(packedTypedData(transaction, CHAIN_ID) as never);
  const texts = operations.map((operation) =>
    Object.fromEntries(
      Object.entries(operation).map(([name, value]) => [name, typeof value === 'bigint' ? value.toString() : value]),
    ),
  ) as OperationJson[];
  const { lane, feeToken } = transaction;
  const json = {
    lane,
    sequence: transaction.sequence.toString(),
    deadline: Number(transaction.deadline),
    feeToken,
    maxFee: transaction.maxFee.toString(),
  };
  return post({ transaction: { ...json, operations: texts }, signature });
}

beforeAll(async () => {
  const tokens = [
    { name: 'MetaMart', symbol: 'MB', decimals: 18 },
    { name: 'Digital Currency', symbol: 'DCEP', decimals: 6 },
    { name: 'Coffee', symbol: 'COF', decimals: 18 },
  ];
  const allocations = [0, 1, 2, 3].map((token) => ({ token, account, amount: parseEther('1000000') }));
  chain = new EngineChain({ tokens, allocations });
  node = await startTestNode(chain);
  for (const [tokenA, tokenB] of [
    [mb, dcep],
    [mb, other],
    [eth, mb],
  ] as const) {
    expect((await submit([{ type: 'CreatePool', tokenA, tokenB }])).body).toMatchObject({ status: 'executed' });
  }
  const liquidity = (pool: number, amount0: bigint, amount1: bigint) => ({
    type: 'AddLiquidity' as const,
    pool: poolAddress(pool),
    amount0,
    amount1,
    minimum0: 0n,
    minimum1: 0n,
  });
  const added = await submit([
    liquidity(0, parseEther('10000'), 10n ** 10n),
    liquidity(1, parseEther('10000'), parseEther('20000')),
    liquidity(2, parseEther('100'), parseEther('10000')),
  ]);
  expect(added.body).toMatchObject({ status: 'executed', code: 0 });
  await chain.seal();
}, 30_000);
afterAll(() => node.stop());

describe('pools and tokens', () => {
  it('are listed with their reserves', async () => {
    const { body } = await get('/v1/pools');
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
      { index: 1, token0: mb, token1: other },
      { index: 2, token0: eth, token1: mb },
    ]);
    expect((await get('/v1/pools?limit=2&after=1')).body).toMatchObject({
      pools: [{ index: 1 }, { index: 2 }],
      next: null,
    });
    expect((await get('/v1/pools?limit=2')).body).toMatchObject({ next: 2 });
  });

  it('are found by address and by index', async () => {
    for (const id of ['1', poolAddress(1)])
      expect((await get(`/v1/pools/${id}`)).body).toMatchObject({ pool: { index: 1, address: poolAddress(1) } });
    expect(await get('/v1/pools/99')).toMatchObject({ status: 404, body: { code: 'request/not-found' } });
  });

  it('say what the tokens are', async () => {
    expect((await get('/v1/tokens')).body).toMatchObject({
      tokens: [
        { symbol: 'ETH', decimals: 18 },
        { symbol: 'MB', decimals: 18, totalSupply: parseEther('1000000').toString(), l1Token: null },
        { symbol: 'DCEP', decimals: 6 },
        { symbol: 'COF', name: 'Coffee', address: other },
      ],
      next: null,
    });
  });
});

describe('quotes', () => {
  it('are what a swap then pays, over three hops', async () => {
    const { body } = await get(`/v1/quote?tokenIn=${dcep}&tokenOut=${other}&amountIn=1000000&slippageBps=100`);
    expect(body).toMatchObject({
      kind: 'exactIn',
      pools: [poolAddress(0), poolAddress(1)],
      tokens: [dcep, mb, other],
      maximumIn: null,
    });
    const operation = body.operation as unknown as { pools: Address[]; zeroForOne: boolean };
    const before = await chain.proof(balanceKeyOf(other));
    const swap = {
      type: 'SwapRoute' as const,
      pools: operation.pools,
      zeroForOne: operation.zeroForOne,
      amountIn: 1_000_000n,
      minimumOut: BigInt(body.amountOut as unknown as string),
    };
    expect((await submit([swap])).body).toMatchObject({ status: 'executed' });
    await chain.seal();
    const after = await chain.proof(balanceKeyOf(other));
    expect((little(after.value) - little(before.value)).toString()).toBe(body.amountOut);
  });

  it('follow the reserves of the newest block', async () => {
    const first = (await get(`/v1/quote?tokenIn=${mb}&tokenOut=${eth}&amountIn=${parseEther('1')}`)).body;
    expect(first).toMatchObject({ pools: [poolAddress(2)], operation: { type: 'Swap', zeroForOne: false } });
    expect(
      (
        await submit([
          { type: 'Swap', pool: poolAddress(2), zeroForOne: false, amountIn: parseEther('100'), minimumOut: 0n },
        ])
      ).body,
    ).toMatchObject({ status: 'executed' });
    const { number } = await chain.seal();
    await until(async () => (await get('/v1/pools')).body.height === Number(number));
    const second = (await get(`/v1/quote?tokenIn=${mb}&tokenOut=${eth}&amountIn=${parseEther('1')}`)).body;
    expect(BigInt(second.amountOut as string)).toBeLessThan(BigInt(first.amountOut as string));
    const pools = (await get('/v1/pools')).body.pools as unknown as { reserve0: string }[];
    const direct = await node.call('eth_call', { to: poolAddress(2), data: '0x0902f1ac' }, 'latest');
    expect(BigInt((direct.result as string).slice(0, 66)).toString()).toBe(pools[2]!.reserve0);
  });

  it('find the least input for an exact output', async () => {
    const { body } = await get(`/v1/quote?tokenIn=${eth}&tokenOut=${dcep}&amountOut=1000000`);
    expect(body).toMatchObject({ kind: 'exactOut', amountOut: '1000000', tokens: [eth, mb, dcep], minimumOut: null });
    const back = (await get(`/v1/quote?tokenIn=${eth}&tokenOut=${dcep}&amountIn=${String(body.amountIn)}`)).body;
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
    const answer = await get(`/v1/quote?${query}`);
    expect(answer).toMatchObject({ status, body: { code, error: expect.any(String), message: expect.any(String) } });
    expect(Object.keys(answer.body).sort()).toEqual(['code', 'details', 'error', 'message']);
  });
});

describe('transactions', () => {
  it('are followed from the acknowledgement to the L1 cost', async () => {
    const sent = await submit([{ type: 'Transfer', token: mb, to: account, amount: 5n }]);
    const hash = String(sent.body.hash);
    expect(await get(`/v1/receipts/${hash}`)).toMatchObject({ status: 404 });
    const block = await chain.seal();
    const soft = (await get(`/v1/receipts/${hash}`)).body;
    expect(soft).toMatchObject({
      height: Number(block.number),
      blockHash: block.hash,
      finality: 'soft',
      receipt: { status: 'ok', kind: 'packed', l1: { shared: null, alone: null } },
    });
    const reference = {
      item: 3n,
      l1TransactionHash: word('l1'),
      l1BlockNumber: 12n,
      payloadBytes: 1_000,
      costWei: 10n ** 15n,
      l1BlockHash: word('l1 block'),
      blobWei: 3n * 10n ** 14n,
    };
    await chain.moveHeads({ safe: block.number }, { first: 1n, last: block.number, reference });
    const safe = (await get(`/v1/receipts/${hash}`)).body as unknown as {
      finality: string;
      receipt: { l1: { bytes: number; shared: string; alone: string }; fee: Record<string, string> };
    };
    const { bytes, shared, alone } = safe.receipt.l1;
    expect(safe.finality).toBe('safe');
    expect(BigInt(shared)).toBe((BigInt(bytes) * 10n ** 15n + 999n) / 1_000n);
    expect(alone).toBe((10n ** 15n).toString());
    expect(BigInt(safe.receipt.fee.l1!) + BigInt(safe.receipt.fee.l2!)).toBe(BigInt(safe.receipt.fee.total!));
    await chain.moveHeads({ final: block.number });
    expect((await get(`/v1/receipts/${hash}`)).body.finality).toBe('final');
    expect((await get('/v1/batches')).body).toMatchObject({ batches: [{ item: 3, lastBlock: Number(block.number) }] });
    expect((await node.call('optimism_safeHeadAtL1Block', '0xc')).result).toMatchObject({
      l1Block: { hash: word('l1 block'), number: 12 },
      safeHead: { number: Number(block.number) },
    });
    expect((await node.call('optimism_safeHeadAtL1Block', '0xb')).error?.message).toBe('safe head not found');
    expect((await node.call('optimism_syncStatus')).result).toMatchObject({
      safe_l2: { number: Number(block.number), l1origin: { hash: word('l1 block'), number: 12 } },
    });
    expect((await node.call('metachain_getReceipt', hash)).result).toMatchObject({ finality: 'final', l1: { shared } });
  });

  it('are refused with the reason of the rules', async () => {
    const used = await submit([{ type: 'Transfer', token: mb, to: account, amount: 5n }], { sequence: 0n });
    expect(used).toMatchObject({ status: 422, body: { code: 'transaction/refused', details: { code: 2003 } } });
    sequence--;
    const forged = await post({ wire: `0xa0${'00'.repeat(80)}` });
    expect(forged.status).toBe(422);
  });

  it.each([
    ['no JSON', '{', 400],
    ['no object', '[]', 400],
    ['nothing', {}, 400],
    ['both forms', { wire: '0xa0', signature: `0x${'11'.repeat(65)}` }, 400],
    ['odd hex', { wire: '0xa' }, 400],
    ['too long a wire', { wire: `0x${'00'.repeat(16_385)}` }, 400],
    ['a deposit type', { wire: `0x7e${'00'.repeat(80)}` }, 422],
    [
      'no operations',
      {
        transaction: { sequence: '0', deadline: 1, feeToken: 'ETH', maxFee: '0', operations: [] },
        signature: `0x${'11'.repeat(65)}`,
      },
      400,
    ],
    [
      'an unknown operation',
      {
        transaction: { sequence: '0', deadline: 1, feeToken: 'ETH', maxFee: '0', operations: [{ type: 'Steal' }] },
        signature: `0x${'11'.repeat(65)}`,
      },
      400,
    ],
    [
      'operations of the prototype',
      '{"transaction":{"sequence":"0","deadline":1,"feeToken":"ETH","maxFee":"0","operations":[{"type":"Transfer","__proto__":{"token":1}}]},"signature":"0x"}',
      400,
    ],
    [
      'a fee the wire cannot carry',
      {
        transaction: {
          sequence: '0',
          deadline: 1,
          feeToken: 'ETH',
          maxFee: '123456789',
          operations: [{ type: 'Transfer', token: mb, to: mb, amount: '1' }],
        },
        signature: `0x${'11'.repeat(65)}`,
      },
      400,
    ],
  ])('refuses %s', async (_what, body, status) => {
    const answer = await post(body);
    expect([answer.status, typeof answer.body.code, typeof answer.body.message]).toEqual([status, 'string', 'string']);
  });
});

describe('accounts', () => {
  it('show balances, nonces and lanes', async () => {
    const { body } = await get(`/v1/accounts/${user.address}`);
    const balances = body.balances as unknown as { token: string; amount: string }[];
    expect(balances.map(({ token }) => token)).toEqual([
      eth,
      mb,
      dcep,
      other,
      poolAddress(0),
      poolAddress(1),
      poolAddress(2),
    ]);
    expect(body).toMatchObject({
      address: account,
      nonce: '0',
      lanes: [
        { lane: 0, sequence: sequence.toString() },
        { lane: 1, sequence: '0' },
        { lane: 2, sequence: '0' },
      ],
    });
    const { result } = await node.call('eth_getBalance', account, 'latest');
    expect(BigInt(result as string).toString()).toBe(balances[0]!.amount);
  });

  it('page through activity without gaps or repeats', async () => {
    const seen: string[] = [];
    let next: string | null = '';
    while (next !== null) {
      const { body } = await get(`/v1/accounts/${account}/activity?limit=3${next ? `&cursor=${next}` : ''}`);
      seen.push(...(body.activity as unknown as { hash: string }[]).map(({ hash }) => hash));
      next = body.next as unknown as string | null;
    }
    expect(seen).toHaveLength(Number(sequence));
    expect(new Set(seen).size).toBe(seen.length);
  });

  it.each([
    '/v1/accounts/0x12',
    '/v1/accounts/x/activity',
    `/v1/accounts/${account}/activity?limit=101`,
    `/v1/accounts/${account}/activity?cursor=a.b`,
    '/v1/receipts/0x',
    '/v1/blocks?limit=0',
    '/v1/blocks?before=-1',
  ])('refuses %s', async (path) => {
    expect(await get(path)).toMatchObject({ status: 400, body: { code: 'request/invalid' } });
  });
});

describe('the chain', () => {
  it('lists blocks down to genesis', async () => {
    const { body } = await get('/v1/blocks?limit=2');
    const { height, next } = body as unknown as { height: number; next: number };
    expect(body.blocks).toMatchObject([{ number: height }, { number: height - 1 }]);
    expect(next).toBe(height - 1);
    expect((await get('/v1/blocks?before=1')).body).toMatchObject({
      blocks: [{ number: 0, hash: chain.genesis.hash }],
      next: null,
    });
  });

  it('tells its status', async () => {
    expect((await get('/v1/status')).body).toMatchObject({
      chainId: CHAIN_ID,
      heads: { soft: expect.any(Number) },
      prices: { basePrice: '1000000' },
    });
  });

  it('describes itself', async () => {
    const { body } = await get('/openapi.json');
    expect(Object.keys(body.paths as object).sort()).toEqual([
      '/v1/accounts/{address}',
      '/v1/accounts/{address}/activity',
      '/v1/batches',
      '/v1/blocks',
      '/v1/pools',
      '/v1/pools/{id}',
      '/v1/quote',
      '/v1/receipts/{hash}',
      '/v1/status',
      '/v1/tokens',
      '/v1/transactions',
    ]);
    const docs = await fetch(`${node.url}/docs`);
    expect([docs.status, docs.headers.get('content-type')]).toEqual([200, expect.stringContaining('text/html')]);
  });
});

const balanceKeyOf = (token: Address) => `0x03010000${reference(token)}${account.slice(2)}` as const;
const reference = (token: Address) =>
  `${Number.parseInt(token.slice(-2), 16).toString(16).padStart(2, '0')}00000001000000`;
const little = (value: string) => BigInt(`0x${value.slice(2, 34).match(/../g)!.reverse().join('')}`);

async function until(condition: () => Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt++) {
    if (await condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('the condition did not come true');
}
