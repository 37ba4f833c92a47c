import {
  erc20Abi,
  factoryAbi,
  messengerAbi,
  type Operation,
  poolAddress,
  routerAbi,
  standardBridgeAbi,
  systemAddresses,
  tokenAddress,
} from '@metachain/program';
import { type Address, encodeFunctionData, type Hex, type TransactionSerializable, zeroHash } from 'viem';
import type { RealChain } from './real-chain.js';
import { accounts, ETHER } from './real-chain.js';

const pool = poolAddress(0);
const second = poolAddress(1);
const amounts = { amount0: 10_000n * ETHER, amount1: 10_000n * ETHER, minimum0: 0n, minimum1: 0n };

/** A long amount for which it takes the rules longest to see that no three-byte form has it: 10^31 divides it and the quotient is above 2^19. */
const SLOWEST_AMOUNT = 5_242_879n * 10n ** 31n;
const SLOWEST_TRADED = 5_242_879n * 10n ** 26n;
const slowest = {
  amount0: SLOWEST_AMOUNT,
  amount1: SLOWEST_AMOUNT,
  minimum0: SLOWEST_AMOUNT,
  minimum1: SLOWEST_AMOUNT,
};

/** Operations in an order in which each works; the weight of each is checked against its own steps. */
export const ALL_OPERATIONS: readonly [string, readonly Operation[]][] = [
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
  [
    'Approve, slowest amount',
    Array.from({ length: 32 }, (_, i) => ({
      type: 'Approve' as const,
      token: tokenAddress(1),
      spender: `0x${(i + 176).toString(16).padStart(40, '0')}` as const,
      amount: SLOWEST_AMOUNT,
    })),
  ],
  ['AddLiquidity, slowest amounts', Array.from({ length: 32 }, () => ({ type: 'AddLiquidity', pool, ...slowest }))],
  [
    'Swap, slowest amounts',
    [{ type: 'Swap', pool, zeroForOne: true, amountIn: SLOWEST_TRADED, minimumOut: SLOWEST_TRADED }],
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

/** A call of a system contract as an Ethereum transaction makes it. */
export interface SystemCall {
  readonly name: string;
  readonly to: Address;
  readonly value: bigint;
  readonly data: Hex;
}

/** Calls in an order in which each does what it says; the last one fails. */
export function systemCalls(user: Address, deadline: bigint): SystemCall[] {
  const [ether, token] = [tokenAddress(0), tokenAddress(3)];
  const { factory, router } = systemAddresses;
  const create = encodeFunctionData({ abi: factoryAbi, functionName: 'createPair', args: [ether, token] });
  const approve = encodeFunctionData({ abi: erc20Abi, functionName: 'approve', args: [router, 10n ** 30n] });
  const amounts = [token, 1_000n * ETHER, 0n, 0n, user, deadline] as const;
  const add = encodeFunctionData({ abi: routerAbi, functionName: 'addLiquidityETH', args: amounts });
  const path = [0n, [ether, token], user, deadline] as const;
  const swap = encodeFunctionData({ abi: routerAbi, functionName: 'swapExactETHForTokens', args: path });
  const removal = [ether, token, 10n * ETHER, 0n, 0n, user, deadline] as const;
  const remove = encodeFunctionData({ abi: routerAbi, functionName: 'removeLiquidity', args: removal });
  return [
    { name: 'createPair', to: factory, value: 0n, data: create },
    { name: 'approve', to: token, value: 0n, data: approve },
    { name: 'addLiquidityETH', to: router, value: 1_000n * ETHER, data: add },
    { name: 'swapExactETHForTokens', to: router, value: ETHER, data: swap },
    ...bridgeCalls(user),
    { name: 'removeLiquidity', to: router, value: 0n, data: remove },
    { name: 'transfer of ETH', to: '0x00000000000000000000000000000000000000b0', value: 5n, data: '0x' },
    { name: 'unknown selector', to: router, value: 0n, data: '0xdeadbeef' },
  ];
}

/** Withdrawals and messages, one of them too long. */
function bridgeCalls(user: Address): SystemCall[] {
  const { messenger, standardBridge } = systemAddresses;
  const abi = standardBridgeAbi;
  const long: Hex = `0x${'5a'.repeat(15_000)}`;
  const message = (bytes: number): Hex => {
    const args = [user, long.slice(0, 2 + 2 * bytes) as Hex, 200_000] as const;
    return encodeFunctionData({ abi: messengerAbi, functionName: 'sendMessage', args });
  };
  const ether = encodeFunctionData({ abi, functionName: 'bridgeETHTo', args: [user, 200_000, '0x1234'] });
  const dcep = [tokenAddress(2), user, 5n, 200_000, long.slice(0, 4_002) as Hex] as const;
  const token = encodeFunctionData({ abi, functionName: 'withdrawTo', args: dcep });
  return [
    { name: 'sendMessage of 15,000 bytes', to: messenger, value: 3n, data: message(15_000) },
    { name: 'sendMessage of 8,000 bytes', to: messenger, value: 3n, data: message(8_000) },
    { name: 'sendMessage of 2,000 bytes', to: messenger, value: 3n, data: message(2_000) },
    { name: 'bridgeETHTo', to: standardBridge, value: 4n, data: ether },
    { name: 'withdrawTo of a token', to: standardBridge, value: 0n, data: token },
  ];
}

/** A payment in each envelope of Ethereum. */
const ENVELOPES: readonly Partial<TransactionSerializable>[] = [
  { type: 'legacy' },
  { type: 'eip2930', accessList: [{ address: systemAddresses.router, storageKeys: [zeroHash] }] },
  { type: 'eip1559', accessList: [{ address: systemAddresses.router, storageKeys: [] }], maxPriorityFeePerGas: 1n },
];

/** Entries with every operation, call and envelope: packed ones signed by the second account, the others by the third. */
export async function everyEntry(chain: RealChain): Promise<Uint8Array[]> {
  const [, alice, bob] = accounts;
  const packed = ALL_OPERATIONS.map(([, operations], index) =>
    chain.packed(alice, operations, { sequence: BigInt(index) }),
  );
  const calls = systemCalls(bob?.address ?? '0x', chain.time + 100_000n).map(({ to, value, data }) => ({
    to,
    value,
    data,
  }));
  const payments = ENVELOPES.map((envelope) => ({ ...envelope, to: alice?.address, value: 5n }));
  const envelopes = [...calls, ...payments].map((fields, nonce) => chain.ethereum(bob, { ...fields, nonce } as never));
  return Promise.all([...packed, ...envelopes]);
}
