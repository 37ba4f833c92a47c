import { afterEach, describe, expect, it } from '@jest/globals';
import { createGenesis, Engine, type GenesisInput, loadProgram } from '@metachain/program';
import { parseEther } from 'viem';
import { OutsideHistoryWindow } from '../chain/chain.types.js';
import type { EngineBlock } from '../engine/engine.types.js';
import { QueryPool } from './query-pool.js';

const account = `0x${'0c'.repeat(20)}` as const;
const ETHER_TOKEN = `0x4d45544101${'00'.repeat(15)}` as const;
const genesis: GenesisInput = {
  chainId: 5,
  timestamp: 1_000,
  producer: account,
  l1Messenger: account,
  l1StandardBridge: account,
  allocations: [{ token: 0, account, amount: parseEther('1').toString() }],
};
const balanceOf = {
  from: account,
  to: ETHER_TOKEN,
  value: 0n,
  data: `0x70a08231${'00'.repeat(12)}${account.slice(2)}` as const,
};
const ONE_ETHER = `0x${parseEther('1').toString(16).padStart(64, '0')}`;

/** Empty blocks of a real engine. */
function makeBlocks(count: number): EngineBlock[] {
  const engine = Engine.fromGenesis({ module: loadProgram().module, chainId: 5 }, createGenesis(genesis));
  return Array.from({ length: count }, (_, index) => {
    engine.begin({ timestamp: BigInt(2_000 + index), delayed: 0n, priceItem: 0n, producer: account });
    const block = engine.end();
    return { block, diff: engine.lastDiff } as unknown as EngineBlock;
  });
}

describe('QueryPool', () => {
  let pool: QueryPool;
  const crashes: Error[] = [];
  const open = (changed: Partial<ConstructorParameters<typeof QueryPool>[0]> = {}) => {
    const limits = { threads: 1, window: 3, milliseconds: 20_000, waiting: 4 };
    pool = new QueryPool(
      { ...limits, genesis: JSON.stringify(genesis), onCrash: (error) => crashes.push(error), ...changed },
      undefined,
      0n,
    );
    return pool;
  };
  afterEach(() => pool.close());

  it('answers calls and proofs in its window and names the window outside it', async () => {
    open();
    const blocks = makeBlocks(5);
    for (const block of blocks) await pool.apply(block);
    expect(await pool.query(balanceOf, 5n, undefined)).toMatchObject({ code: 0, data: ONE_ETHER });
    expect(await pool.query(balanceOf, 2n, undefined)).toMatchObject({ code: 0, data: ONE_ETHER });
    const { stateRoot } = await pool.proof(`0x${'00'.repeat(32)}`, 4n);
    expect(stateRoot).toBe(blocks[3]!.block.stateRoot);
    const outside = await pool.query(balanceOf, 1n, undefined).catch((error: unknown) => error);
    expect(outside).toBeInstanceOf(OutsideHistoryWindow);
    expect(outside).toMatchObject({ blockNumber: 1n, oldest: 2n, latest: 5n });
  });

  it('takes blocks back and follows the ones that come instead', async () => {
    open();
    const blocks = makeBlocks(4);
    for (const block of blocks) await pool.apply(block);
    await pool.undo(2n, undefined, 0n);
    await expect(pool.query(balanceOf, 3n, undefined)).rejects.toBeInstanceOf(OutsideHistoryWindow);
    for (const block of blocks) await pool.apply(block);
    expect((await pool.proof(`0x${'00'.repeat(32)}`, 4n)).stateRoot).toBe(blocks[3]!.block.stateRoot);
  });

  it('replaces a thread that ends, which then knows every block', async () => {
    open();
    for (const block of makeBlocks(3)) await pool.apply(block);
    const internals = pool as unknown as { workers: { worker: { terminate(): Promise<number> } }[] };
    await internals.workers[0]!.worker.terminate();
    expect(await pool.query(balanceOf, 3n, undefined)).toMatchObject({ data: ONE_ETHER });
    expect(crashes).toHaveLength(1);
  });

  it('ends a query that runs too long, and works on; too many at once are refused', async () => {
    open({ milliseconds: 1 });
    await expect(pool.query(balanceOf, 0n, undefined)).rejects.toMatchObject({ code: 204 });
    await pool.close();
    open();
    const all = await Promise.allSettled(Array.from({ length: 6 }, () => pool.query(balanceOf, 0n, undefined)));
    expect(all.map(({ status }) => status)).toEqual([...Array<string>(4).fill('fulfilled'), 'rejected', 'rejected']);
  });
});
