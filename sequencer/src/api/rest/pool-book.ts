import { Inject, Injectable } from '@nestjs/common';
import { factoryAbi, multicall3Abi, pairAbi, poolAddress, systemAddresses } from '@metachain/program';
import {
  type Abi,
  type Address,
  decodeAbiParameters,
  decodeEventLog,
  decodeFunctionResult,
  encodeFunctionData,
  type Hex,
  toEventSelector,
} from 'viem';
import type { ChainBlock } from '../../chain/chain.types.js';
import { AccountState } from '../chain-view/account-state.js';
import { BlockSource } from '../chain-view/block-source.js';
import { CallService } from '../chain-view/call.service.js';
import { HeadFeed } from '../chain-view/head-feed.js';

/** A pool with its reserves, base units. `reserve0` is of `token0`. */
export interface Pool {
  readonly index: number;
  readonly address: Address;
  readonly token0: Address;
  readonly token1: Address;
  reserve0: bigint;
  reserve1: bigint;
}

/** Pools read by one multicall: three calls each must fit its request and its answer, 16 KiB. */
const POOLS_PER_CALL = 12;
const SYNC = toEventSelector('Sync(uint112,uint112)');
const PAIR_CREATED = toEventSelector('PairCreated(address,address,address,uint256)');

/** All pools and their reserves at the newest block, kept up to date by the blocks' own events, so that a quote asks nobody. */
@Injectable()
export class PoolBook {
  private readonly pools = new Map<string, Pool>();
  private loading: Promise<void> | undefined;
  /** Block whose reserves these are; undefined before the first use and after a reorg. */
  private height: number | undefined;

  constructor(
    @Inject(AccountState) private readonly state: AccountState,
    @Inject(BlockSource) private readonly blocks: BlockSource,
    @Inject(CallService) private readonly calls: CallService,
    @Inject(HeadFeed) feed: HeadFeed,
  ) {
    feed.onBlock((block) => this.apply(block));
    feed.onReorg(() => this.forget());
  }

  /** Every pool in the order of creation, and the block at which they stand so. */
  async all(): Promise<{ readonly height: number; readonly pools: readonly Pool[] }> {
    while (this.height === undefined) await (this.loading ??= this.load().finally(() => (this.loading = undefined)));
    return { height: this.height, pools: [...this.pools.values()] };
  }

  private forget(): void {
    this.height = undefined;
    this.pools.clear();
  }

  private async load(): Promise<void> {
    const height = this.blocks.head;
    const count = await this.state.poolCount(height);
    const read: Pool[] = [];
    for (let first = 0; first < count; first += POOLS_PER_CALL) {
      read.push(...(await this.read(first, Math.min(count, first + POOLS_PER_CALL), height)));
    }
    this.pools.clear();
    for (const pool of read) this.pools.set(pool.address, pool);
    this.height = height;
  }

  private async read(first: number, end: number, height: number): Promise<Pool[]> {
    const addresses = Array.from({ length: end - first }, (_, offset) => poolAddress(first + offset));
    const functions = ['token0', 'token1', 'getReserves'] as const;
    const targets = addresses.flatMap((target) =>
      functions.map((functionName) => ({
        target,
        allowFailure: false,
        callData: encodeFunctionData({ abi: pairAbi, functionName }),
      })),
    );
    const data = encodeFunctionData({ abi: multicall3Abi, functionName: 'aggregate3', args: [targets] });
    const answer = await this.calls.run({ to: systemAddresses.multicall3, data }, height);
    const results = decodeFunctionResult({
      abi: multicall3Abi as Abi,
      functionName: 'aggregate3',
      data: answer.data,
    }) as { returnData: Hex }[];
    return addresses.map((address, index) =>
      toPool(
        first + index,
        address,
        results.slice(3 * index, 3 * index + 3).map((entry) => entry.returnData),
      ),
    );
  }

  /** Follows the next block; after a gap everything is read again. */
  private apply(chainBlock: ChainBlock): void {
    const number = Number(chainBlock.block.number);
    if (this.height === undefined || number <= this.height) return;
    if (number > this.height + 1) return this.forget();
    this.height = number;
    for (const { receipt } of chainBlock.transactions) {
      for (const { address, topics, data } of receipt.events) {
        if (topics[0] === SYNC) this.sync(address, data);
        else if (topics[0] === PAIR_CREATED && address === systemAddresses.factory) this.create(topics, data);
      }
    }
  }

  private sync(address: Hex, data: Hex): void {
    const pool = this.pools.get(address);
    if (!pool) return;
    [pool.reserve0, pool.reserve1] = decodeAbiParameters([{ type: 'uint112' }, { type: 'uint112' }], data);
  }

  private create(topics: readonly Hex[], data: Hex): void {
    const { args } = decodeEventLog({
      abi: factoryAbi,
      eventName: 'PairCreated',
      topics: topics as [Hex, ...Hex[]],
      data,
    });
    const [token0, token1, address] = args.slice(0, 3).map((value) => String(value).toLowerCase()) as [
      Address,
      Address,
      Address,
    ];
    this.pools.set(address, { index: this.pools.size, address, token0, token1, reserve0: 0n, reserve1: 0n });
  }
}

function toPool(index: number, address: Address, [token0, token1, reserves]: Hex[]): Pool {
  const [reserve0, reserve1] = decodeAbiParameters(
    [{ type: 'uint112' }, { type: 'uint112' }, { type: 'uint32' }],
    reserves!,
  );
  const token = (data: Hex): Address => `0x${data.slice(26)}`;
  return { index, address, token0: token(token0!), token1: token(token1!), reserve0, reserve1 };
}
