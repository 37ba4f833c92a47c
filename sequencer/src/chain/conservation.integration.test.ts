import { describe, expect, it } from '@jest/globals';
import {
  createGenesis,
  delayedSourceHash,
  delayedWords,
  encodePacked,
  Engine,
  loadProgram,
  type Operation,
  type PackedTransaction,
  packedTypedData,
  poolAddress,
  roundMaxFee,
  type StateDiff,
  tokenAddress,
} from '@metachain/program';
import { parseEther, zeroAddress } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { ConservationWatch } from './conservation.js';

const CHAIN_ID = 88_004;
const ETHER = 10n ** 18n;
const TIME = 1_800_000_000n;
const user = privateKeyToAccount(`0x${'0c'.repeat(32)}`);
const tokens = [0, 1, 2].map((index) => (1n << 32n) | BigInt(index));

const deposit = delayedWords({
  sender: user.address,
  to: user.address,
  mint: 3n * ETHER,
  value: 3n * ETHER,
  gasLimit: 100_000n,
  data: '0x',
  l1BlockNumber: 5n,
  l1Timestamp: TIME,
  sourceHash: delayedSourceHash(0n),
});

const genesis = createGenesis({
  chainId: CHAIN_ID,
  timestamp: TIME,
  producer: zeroAddress,
  l1Messenger: '0x1111111111111111111111111111111111111101',
  l1StandardBridge: '0x1111111111111111111111111111111111111102',
  tokens: [
    { name: 'MetaMart', symbol: 'MB' },
    { name: 'DCEP', symbol: 'DCEP', decimals: 6 },
  ],
  allocations: [0, 1, 2].map((token) => ({ token, account: user.address, amount: parseEther('100000') })),
});

let engine: Engine;
let sequence: bigint;
let time: bigint;

async function block(operations: readonly Operation[][], delayed = 0n): Promise<StateDiff> {
  engine.begin({ timestamp: (time += 1n), delayed, priceItem: 0n, producer: user.address });
  for (const list of operations) {
    const transaction: PackedTransaction = {
      lane: 0,
      sequence: sequence++,
      deadline: ((time + 3_600n) / 64n) * 64n,
      feeToken: 'ETH',
      maxFee: roundMaxFee(10n ** 16n),
      operations: list,
    };
    const signature = await user.signTypedData(packedTypedData(transaction, CHAIN_ID) as never);
    expect(engine.apply(encodePacked(transaction, signature)).status).not.toBe('skipped');
  }
  engine.end();
  return engine.lastDiff!;
}

function start(): ConservationWatch {
  const word = (index: number) => {
    const part = deposit.subarray(index * 32, index * 32 + 32);
    return part.length === 32 ? part : undefined;
  };
  const inputs = {
    itemWord: () => undefined,
    delayedWord: (message: bigint, index: number) => (message === 0n ? word(index) : undefined),
  };
  engine = Engine.fromGenesis({ module: loadProgram().module, chainId: CHAIN_ID, inputs }, genesis);
  [sequence, time] = [0n, TIME];
  return new ConservationWatch(genesis.contents, 0n);
}

const pool = poolAddress(0);
const swap = (zeroForOne: boolean, amountIn: bigint, minimumOut = 0n): Operation => ({
  type: 'Swap',
  pool,
  zeroForOne,
  amountIn,
  minimumOut,
});
const open: Operation[] = [
  { type: 'CreatePool', tokenA: tokenAddress(0), tokenB: tokenAddress(1) },
  { type: 'AddLiquidity', pool, amount0: 1_000n * ETHER, amount1: 2_000n * ETHER, minimum0: 0n, minimum1: 0n },
];

describe('what is held of each token against its supply', () => {
  it('is equal over deposits, pools, swaps, fees, failures and withdrawals of the real rules', async () => {
    const watch = start();
    const blocks = [
      await block([open], 1n),
      await block([[swap(true, ETHER)], [swap(false, 3n * ETHER)], [swap(true, ETHER, parseEther('90000'))]]),
      await block([
        [{ type: 'Transfer', token: tokenAddress(2), to: zeroAddress.replace(/0$/, '9') as never, amount: 5n }],
        [{ type: 'Withdraw', token: tokenAddress(0), to: user.address, amount: ETHER }],
        [{ type: 'RemoveLiquidity', pool, liquidity: 10n * ETHER, minimum0: 0n, minimum1: 0n }],
      ]),
    ];
    for (const [index, diff] of blocks.entries()) {
      expect(diff.count).toBeGreaterThan(5);
      expect(watch.take(BigInt(index) + 1n, diff)).toEqual([]);
    }
    const liquidityToken = 2n << 32n;
    expect([...watch.deltas()].sort()).toEqual([...tokens, liquidityToken].map((token) => [token, 0n]));
    const anew = new ConservationWatch(engine.state.store.contents(), 3n);
    expect([...anew.deltas().values()].every((delta) => delta === 0n)).toBe(true);
  });

  it('names the block, the token and the amount of value made or lost, until the block is undone', async () => {
    const watch = start();
    watch.take(1n, await block([open]));
    const diff = await block([[swap(true, ETHER)]]);
    const balance = Array.from({ length: diff.count }).findIndex(
      (_, index) => diff.keys[index * 32] === 3 && diff.keys[index * 32 + 1] === 1 && diff.keys[index * 32 + 4] === 1,
    );
    const forged = { ...diff, values: diff.values.slice() };
    forged.values[balance * 32 + 2]! ^= 1;
    const [breach] = watch.take(2n, forged);
    expect(breach).toMatchObject({ blockNumber: 2n, token: tokens[1] });
    expect([65_536n, -65_536n]).toContain(breach!.delta);
    expect(watch.deltas().get(tokens[1]!)).toBe(breach!.delta);
    expect(watch.take(2n, forged)).toEqual([]);
    watch.undo(1n);
    expect(watch.deltas().get(tokens[1]!)).toBe(0n);
    expect(watch.take(2n, diff)).toEqual([]);
  });

  it('sees value that was made before it began', () => {
    const contents = genesis.contents.slice();
    for (let at = 0; at < contents.length; at += 64)
      if (contents[at] === 3 && contents[at + 1] === 1) contents[at + 32]! ^= 1;
    expect([...new ConservationWatch(contents, 0n).deltas().values()].every((delta) => delta !== 0n)).toBe(true);
  });
});
