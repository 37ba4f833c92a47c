import { describe, expect, it } from '@jest/globals';
import {
  ecrecover,
  encodeContext,
  erc20Abi,
  factoryAbi,
  type Operation,
  poolAddress,
  type ProgramReceipt,
  routerAbi,
  StateStore,
  systemAddresses,
  tokenAddress,
} from '@metachain/program';
import { encodeFunctionData } from 'viem';
import { TableState } from './host-state.js';
import { lower } from './lowering/lower.js';
import { ZERO_WORD } from './merkle/hash.js';
import { ProgramBuffer, SteppedProgram } from './stepped-program.js';
import { accounts, ETHER, program, RealChain } from './testing/real-chain.js';
import { UnitHost } from './unit-host.js';

const lowered = lower(program.wasm);
const [producer, alice, bob] = accounts;

/** Applies the same entries in V8 and in the stepper; the step counts beside the receipts. */
class WeighedChain {
  readonly chain = new RealChain();
  private readonly stepped: SteppedProgram;

  constructor() {
    const { contents } = this.chain.genesis;
    const store = new StateStore(contents.length / 64);
    store.load(contents);
    const cryptography = { recover: ecrecover, verifyAggregate: () => false };
    const position = [Buffer.from(this.chain.genesis.hash.slice(2), 'hex'), ZERO_WORD, ZERO_WORD, ZERO_WORD];
    const read = (index: bigint): Uint8Array | undefined => (index < 4n ? position[Number(index)] : undefined);
    this.stepped = new SteppedProgram(lowered, new UnitHost(new TableState(store), read, cryptography));
  }

  /** One block; for each included entry its receipt and the steps that `apply` took. */
  block(entries: readonly Uint8Array[]): { receipt: ProgramReceipt; steps: bigint }[] {
    const { chain, stepped } = this;
    chain.time += 5n;
    const context = { timestamp: chain.time, delayed: 0n, priceItem: 0n, producer: producer?.address ?? '0x' };
    chain.builder.begin(context);
    stepped.write(ProgramBuffer.context, encodeContext(context));
    expect(stepped.call('begin')).toMatchObject({ result: 0n, trap: undefined });
    const steps = entries.flatMap((entry) => {
      const v8 = chain.builder.apply(entry);
      const call = stepped.callWith('apply', entry);
      expect(call.trap).toBeUndefined();
      expect(Number(call.result & 0xffffn)).toBe(v8.code);
      return v8.status === 'skipped' ? [] : [call.steps];
    });
    const { receipts } = chain.builder.end();
    stepped.call('end');
    return receipts.map((receipt, index) => ({ receipt, steps: steps[index] ?? 0n }));
  }
}

const pool = poolAddress(0);
const second = poolAddress(1);
const amounts = { amount0: 10_000n * ETHER, amount1: 10_000n * ETHER, minimum0: 0n, minimum1: 0n };

/** Operations in an order in which each works; the weight of each is checked against its own steps. */
const OPERATIONS: readonly [string, readonly Operation[]][] = [
  ['CreatePool', [{ type: 'CreatePool', tokenA: tokenAddress(1), tokenB: tokenAddress(3) }]],
  ['AddLiquidity, first', [{ type: 'AddLiquidity', pool, ...amounts }]],
  ['AddLiquidity, later', [{ type: 'AddLiquidity', pool, ...amounts, amount1: 3n * ETHER + 1n }]],
  ['CreatePool, second', [{ type: 'CreatePool', tokenA: tokenAddress(2), tokenB: tokenAddress(3) }]],
  ['AddLiquidity, second pool', [{ type: 'AddLiquidity', pool: second, ...amounts }]],
  ['Swap', [{ type: 'Swap', pool, zeroForOne: true, amountIn: ETHER, minimumOut: 0n }]],
  [
    'Swap of large amounts',
    [{ type: 'Swap', pool, zeroForOne: false, amountIn: 987_654_321n * ETHER + 7n, minimumOut: 1n }],
  ],
  ['SwapExactOut', [{ type: 'SwapExactOut', pool, zeroForOne: true, amountOut: ETHER / 3n, maximumIn: 10n ** 30n }]],
  ['SwapRoute', [{ type: 'SwapRoute', pools: [pool, second], zeroForOne: true, amountIn: ETHER, minimumOut: 0n }]],
  [
    'SwapRouteExactOut',
    [{ type: 'SwapRouteExactOut', pools: [pool, second], zeroForOne: true, amountOut: 5n, maximumIn: 10n ** 30n }],
  ],
  ['RemoveLiquidity', [{ type: 'RemoveLiquidity', pool, liquidity: 77n * ETHER + 1n, minimum0: 0n, minimum1: 0n }]],
  [
    'Transfer',
    [{ type: 'Transfer', token: tokenAddress(1), to: '0x00000000000000000000000000000000000000b0', amount: 7n }],
  ],
  [
    'Approve',
    [{ type: 'Approve', token: tokenAddress(1), spender: '0x00000000000000000000000000000000000000b0', amount: 7n }],
  ],
  [
    'Withdraw ETH',
    [{ type: 'Withdraw', token: tokenAddress(0), to: '0x00000000000000000000000000000000000000b0', amount: 7n }],
  ],
  [
    'Withdraw DCEP',
    [{ type: 'Withdraw', token: tokenAddress(2), to: '0x00000000000000000000000000000000000000b0', amount: 7n }],
  ],
  ['a swap that fails', [{ type: 'Swap', pool, zeroForOne: true, amountIn: ETHER, minimumOut: 10n ** 30n }]],
  [
    '32 operations',
    Array.from(
      { length: 32 },
      (_, i) => ({ type: 'Swap', pool, zeroForOne: i % 2 === 0, amountIn: ETHER + BigInt(i), minimumOut: 0n }) as const,
    ),
  ],
];

describe('step weights', () => {
  it('are not below the measured steps of packed operations', async () => {
    const weighed = new WeighedChain();
    const rows = [];
    for (const [index, [name, operations]] of OPERATIONS.entries()) {
      const fields = { sequence: BigInt(index), maxFee: 15n * 10n ** 15n };
      const [row] = weighed.block([await weighed.chain.packed(alice, operations, fields)]);
      rows.push([
        name,
        Number(row?.steps),
        Number((row?.receipt.gasUsed ?? 0n) - (row?.receipt.l1Gas ?? 0n)),
        row?.receipt.code,
      ]);
    }
    for (const [name, steps, weight] of rows) expect([name, Number(weight) >= Number(steps)]).toEqual([name, true]);
  });

  it('are not below the measured steps of calls', async () => {
    const weighed = new WeighedChain();
    const deadline = weighed.chain.time + 100_000n;
    const calls: [string, `0x${string}`, bigint, `0x${string}`][] = [
      [
        'createPair',
        systemAddresses.factory,
        0n,
        encodeFunctionData({ abi: factoryAbi, functionName: 'createPair', args: [tokenAddress(0), tokenAddress(3)] }),
      ],
      [
        'approve',
        tokenAddress(3),
        0n,
        encodeFunctionData({ abi: erc20Abi, functionName: 'approve', args: [systemAddresses.router, 10n ** 30n] }),
      ],
      [
        'addLiquidityETH',
        systemAddresses.router,
        1_000n * ETHER,
        encodeFunctionData({
          abi: routerAbi,
          functionName: 'addLiquidityETH',
          args: [tokenAddress(3), 1_000n * ETHER, 0n, 0n, bob?.address ?? '0x', deadline],
        }),
      ],
      [
        'swapExactETHForTokens',
        systemAddresses.router,
        ETHER,
        encodeFunctionData({
          abi: routerAbi,
          functionName: 'swapExactETHForTokens',
          args: [0n, [tokenAddress(0), tokenAddress(3)], bob?.address ?? '0x', deadline],
        }),
      ],
      ['transfer of ETH', '0x00000000000000000000000000000000000000b0', 5n, '0x'],
      ['unknown selector', systemAddresses.router, 0n, '0xdeadbeef'],
    ];
    const rows = [];
    for (const [nonce, [name, to, value, data]] of calls.entries()) {
      const [row] = weighed.block([await weighed.chain.ethereum(bob, { to, value, data, nonce })]);
      rows.push([
        name,
        Number(row?.steps),
        Number((row?.receipt.gasUsed ?? 0n) - (row?.receipt.l1Gas ?? 0n)),
        row?.receipt.code,
      ]);
    }
    for (const [name, steps, weight] of rows) expect([name, Number(weight) >= Number(steps)]).toEqual([name, true]);
  });
});
