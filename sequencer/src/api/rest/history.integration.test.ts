import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { poolAddress, systemAddresses } from '@metachain/program';
import { word } from '../../index/testing/blocks.js';
import { CHAIN_ID } from '../testing/engine-chain.js';
import { coffee, type MarketNode, startMarket, trader } from '../testing/market-node.js';

const { eth, mb, dcep } = systemAddresses;

let node: MarketNode;
beforeAll(async () => {
  node = await startMarket();
}, 30_000);
afterAll(() => node.stop());

describe('transactions', () => {
  it('are followed from the acknowledgement to the L1 cost', async () => {
    const sent = await node.trade([{ type: 'Transfer', token: mb, to: trader, amount: 5n }]);
    const hash = String(sent.body.hash);
    expect(await node.get(`/v1/receipts/${hash}`)).toMatchObject({ status: 404 });
    const block = await node.chain.seal();
    const soft = (await node.get(`/v1/receipts/${hash}`)).body;
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
    await node.chain.moveHeads({ safe: block.number }, { first: 1n, last: block.number, reference });
    const safe = (await node.get(`/v1/receipts/${hash}`)).body as unknown as {
      finality: string;
      receipt: { l1: { bytes: number; shared: string; alone: string }; fee: Record<string, string> };
    };
    const { bytes, shared, alone } = safe.receipt.l1;
    expect(safe.finality).toBe('safe');
    expect(BigInt(shared)).toBe((BigInt(bytes) * 10n ** 15n + 999n) / 1_000n);
    expect(alone).toBe((10n ** 15n).toString());
    expect(BigInt(safe.receipt.fee.l1!) + BigInt(safe.receipt.fee.l2!)).toBe(BigInt(safe.receipt.fee.total!));
    await node.chain.moveHeads({ final: block.number });
    expect((await node.get(`/v1/receipts/${hash}`)).body.finality).toBe('final');
    expect((await node.get('/v1/batches')).body).toMatchObject({
      batches: [{ item: 3, lastBlock: Number(block.number) }],
    });
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
    const used = await node.trade([{ type: 'Transfer', token: mb, to: trader, amount: 5n }], { sequence: 0n });
    expect(used).toMatchObject({ status: 422, body: { code: 'transaction/refused', details: { code: 2003 } } });
    node.giveBack();
    const foreign = await node.trade([{ type: 'Transfer', token: mb, to: trader, amount: 5n }], {}, CHAIN_ID + 1);
    expect(foreign).toMatchObject({ status: 422, body: { code: 'transaction/refused' } });
    node.giveBack();
    const forged = await node.submit({ wire: `0xa0${'00'.repeat(80)}` });
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
      'a far deadline that has no encoding',
      {
        transaction: {
          sequence: '0',
          deadline: 2 ** 39,
          feeToken: 'ETH',
          maxFee: '0',
          operations: [{ type: 'Transfer', token: mb, to: mb, amount: '1' }],
        },
        signature: `0x${'11'.repeat(65)}`,
      },
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
    const answer = await node.submit(body);
    expect([answer.status, typeof answer.body.code, typeof answer.body.message]).toEqual([status, 'string', 'string']);
  });
});

describe('accounts', () => {
  it('show balances, nonces and lanes', async () => {
    const { body } = await node.get(`/v1/accounts/${trader}`);
    const balances = body.balances as unknown as { token: string; amount: string }[];
    expect(balances.map(({ token }) => token)).toEqual([
      eth,
      mb,
      dcep,
      coffee,
      poolAddress(0),
      poolAddress(1),
      poolAddress(2),
    ]);
    expect(body).toMatchObject({
      address: trader,
      nonce: '0',
      lanes: [
        { lane: 0, sequence: node.traded().toString() },
        { lane: 1, sequence: '0' },
        { lane: 2, sequence: '0' },
      ],
    });
    const { result } = await node.call('eth_getBalance', trader, 'latest');
    expect(BigInt(result as string).toString()).toBe(balances[0]!.amount);
  });

  it('page through activity without gaps or repeats', async () => {
    const seen: string[] = [];
    let next: string | null = '';
    while (next !== null) {
      const { body } = await node.get(`/v1/accounts/${trader}/activity?limit=3${next ? `&cursor=${next}` : ''}`);
      seen.push(...(body.activity as unknown as { hash: string }[]).map(({ hash }) => hash));
      next = body.next as unknown as string | null;
    }
    expect(seen).toHaveLength(Number(node.traded()));
    expect(new Set(seen).size).toBe(seen.length);
  });

  it.each([
    '/v1/accounts/0x12',
    '/v1/accounts/x/activity',
    `/v1/accounts/${trader}/activity?limit=101`,
    `/v1/accounts/${trader}/activity?cursor=a.b`,
    '/v1/receipts/0x',
    '/v1/blocks?limit=0',
    '/v1/blocks?before=-1',
  ])('refuses %s', async (path) => {
    expect(await node.get(path)).toMatchObject({ status: 400, body: { code: 'request/invalid' } });
  });
});

describe('the chain', () => {
  it('lists blocks down to genesis', async () => {
    const { body } = await node.get('/v1/blocks?limit=2');
    const { height, next } = body as unknown as { height: number; next: number };
    expect(body.blocks).toMatchObject([{ number: height }, { number: height - 1 }]);
    expect(next).toBe(height - 1);
    expect((await node.get('/v1/blocks?before=1')).body).toMatchObject({
      blocks: [{ number: 0, hash: node.chain.genesis.hash }],
      next: null,
    });
  });

  it('tells its status', async () => {
    expect((await node.get('/v1/status')).body).toMatchObject({
      chainId: CHAIN_ID,
      heads: { soft: expect.any(Number) },
      prices: { basePrice: '1000000' },
    });
  });

  it('describes itself', async () => {
    const { body } = await node.get('/openapi.json');
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
    const text = JSON.stringify(body);
    expect([/Dto\b/.test(text), /"type":"number"/.test(text)]).toEqual([false, false]);
    const docs = await fetch(`${node.url}/docs`);
    expect([docs.status, docs.headers.get('content-type')]).toEqual([200, expect.stringContaining('text/html')]);
    expect(await docs.text()).toContain('width=device-width');
  });

  it('gives examples that can be sent as they are', async () => {
    const paths = (await node.get('/openapi.json')).body.paths as unknown as Paths;
    const query = paths['/v1/quote']!.get!.parameters.map(({ name, schema }) => [name, schema.example] as const);
    const given = query.filter((entry): entry is [string, string] => entry[1] !== undefined);
    expect(given.length).toBeGreaterThan(2);
    expect(await node.get(`/v1/quote?${new URLSearchParams(given)}`)).toMatchObject({ status: 200 });
    const { examples } = paths['/v1/transactions']!.post!.requestBody.content['application/json'];
    for (const { value } of Object.values(examples))
      expect(await node.submit(value)).toMatchObject({ status: 422, body: { code: 'transaction/refused' } });
  });
});

/** What the test reads of the description. */
interface Described {
  readonly parameters: readonly { name: string; schema: { example?: string } }[];
  readonly requestBody: { content: { 'application/json': { examples: Record<string, { value: unknown }> } } };
}
type Paths = Record<string, Partial<Record<'get' | 'post', Described>>>;
