import {
  erc20Abi,
  factoryAbi,
  frameEthereum,
  messengerAbi,
  multicall3Abi,
  type Operation,
  type PackedTransaction,
  poolAddress,
  routerAbi,
  standardBridgeAbi,
  systemAddresses,
  tokenAddress,
  tokenFactoryAbi,
} from '@metachain/program';
import {
  type Address,
  concatHex,
  encodeFunctionData,
  type Hex,
  hexToBytes,
  keccak256,
  numberToHex,
  toRlp,
  zeroAddress,
} from 'viem';
import { accounts, CHAIN_ID, ETHER, type RealChain } from './real-chain.js';

const [, alice, bob] = accounts;
const { router, factory, messenger, standardBridge, tokenFactory, multicall3 } = systemAddresses;
const [ether, coin, bridged, tea] = [0, 1, 2, 3].map(tokenAddress) as [Address, Address, Address, Address];
/** MB and TEA, DCEP and TEA, and a pair that holds nothing. */
const [pool, second, empty] = [0, 1, 2].map(poolAddress) as [Address, Address, Address];
const HUGE = 3n * 10n ** 38n;
const LATER = 10n ** 12n;
const LEGACY_ETHER = '0xdeaddeaddeaddeaddeaddeaddeaddeaddead0000';
const user = alice?.address ?? zeroAddress;

/** Weight limit of a block in the chain of the scenarios. */
export const WEIGHT_LIMIT = 2_000_000n;

/** Operations that make the pools of the scenarios. */
export const POOLS: readonly Operation[] = [
  { type: 'CreatePool', tokenA: coin, tokenB: tea },
  { type: 'CreatePool', tokenA: bridged, tokenB: tea },
  { type: 'CreatePool', tokenA: ether, tokenB: tea },
  { type: 'AddLiquidity', pool, amount0: 10_000n * ETHER, amount1: 10_000n * ETHER, minimum0: 0n, minimum1: 0n },
  { type: 'AddLiquidity', pool: second, amount0: 99n * ETHER, amount1: 99n * ETHER, minimum0: 0n, minimum1: 0n },
];

/** Makes entries of two senders: packed ones of the first, Ethereum's of the second. */
export class Senders {
  sequence = 0n;
  nonce = 0;

  constructor(readonly chain: RealChain) {}

  packed(operations: readonly Operation[], fields: Partial<PackedTransaction> = {}): Promise<Uint8Array> {
    return this.chain.packed(alice, operations, { sequence: this.sequence, ...fields });
  }

  call(to: Address | undefined, data: Hex = '0x', fields: object = {}): Promise<Uint8Array> {
    return this.chain.ethereum(bob, { to, data, nonce: this.nonce, ...fields });
  }
}

/** The last of the entries, or else the last message, fails with the code that the scenario stands under. */
export interface Scenario {
  readonly entries?: (senders: Senders) => Promise<Uint8Array> | Promise<Uint8Array[]>;
  /** Data and amounts of messages from L1, whose sender is L1's messenger unless stated. */
  readonly messages?: readonly { data?: Hex; mint?: bigint; value?: bigint; to?: Address }[];
}

/** What has to happen for a code, or why no transaction of a block ends with it. */
export type Failure = Scenario | string;

const operation = (...operations: readonly Operation[]): Scenario => ({ entries: (from) => from.packed(operations) });
const signed = (fields: Partial<PackedTransaction>): Scenario => ({ entries: (from) => from.packed([GIFT], fields) });
const call = (to: Address, data: Hex, fields: object = {}): Scenario => ({
  entries: (from) => from.call(to, data, fields),
});
const envelope = (fields: object): Scenario => ({ entries: (from) => from.call(user, '0x', fields) });
const raw = (bytes: Hex): Scenario => ({ entries: () => Promise.resolve(frameEthereum(hexToBytes(bytes))) });
const changed = (change: (entry: Uint8Array) => Uint8Array, ...operations: readonly Operation[]): Scenario => ({
  entries: async (from) => change(await from.packed(operations)),
});
const put = (at: number, value: number) => (entry: Uint8Array) => entry.fill(value, at, at + 1);

const GIFT: Operation = { type: 'Transfer', token: coin, to: user, amount: 7n };
/** Places of the maximum fee and of the first operation's code in an entry with a short sequence and deadline. */
const FEE_AT = 3;
const CODE_AT = 4;
const words = (...values: readonly bigint[]): Hex => concatHex(values.map((value) => numberToHex(value, { size: 32 })));
const selector = (data: Hex): Hex => data.slice(0, 10) as Hex;
const transfer = encodeFunctionData({ abi: erc20Abi, functionName: 'transfer', args: [user, 7n] });

const swap = { type: 'Swap', pool, zeroForOne: true, amountIn: ETHER, minimumOut: 0n } as const;
const exactOut = { type: 'SwapExactOut', pool, zeroForOne: true, amountOut: ETHER, maximumIn: HUGE } as const;
const remove = { type: 'RemoveLiquidity', pool, liquidity: ETHER, minimum0: 0n, minimum1: 0n } as const;

const swapTokens = (path: readonly Address[], deadline = LATER): Hex =>
  encodeFunctionData({
    abi: routerAbi,
    functionName: 'swapExactTokensForTokens',
    args: [ETHER, 0n, path, user, deadline],
  });
const twap = (of: Address, window: bigint): Hex =>
  encodeFunctionData({ abi: factoryAbi, functionName: 'twap', args: [of, window] });
const registration = (remote: Address, name: string, symbol: string): Hex =>
  encodeFunctionData({ abi: tokenFactoryAbi, functionName: 'createStandardL2Token', args: [remote, name, symbol] });
const relay = (target: Address, version = 1n, value = 0n): Hex => {
  const args = [version << 240n, user, target, value, 0n, '0x'] as const;
  return encodeFunctionData({ abi: messengerAbi, functionName: 'relayMessage', args });
};
const sendMessage = encodeFunctionData({ abi: messengerAbi, functionName: 'sendMessage', args: [user, '0x', 0] });

/** An EIP-1559 transaction of the second sender that no library would sign. */
async function wild(from: Senders, fields: { nonce?: bigint; tip?: bigint; price?: bigint }): Promise<Uint8Array> {
  const { nonce = BigInt(from.nonce), tip = 0n, price = 10n ** 9n } = fields;
  const numbers = [BigInt(CHAIN_ID), nonce, tip, price, 100_000n].map(minimal);
  const body = [...numbers, user, '0x', '0x', []] as never[];
  const hash = keccak256(concatHex(['0x02', toRlp(body)]));
  const signature = (await bob?.sign({ hash })) ?? '0x';
  const [r, s, v] = [signature.slice(2, 66), signature.slice(66, 130), signature.slice(130)];
  const parity = minimal(BigInt(`0x${v}`) - 27n);
  const tail = [parity, minimal(BigInt(`0x${r}`)), minimal(BigInt(`0x${s}`))] as never[];
  return frameEthereum(hexToBytes(concatHex(['0x02', toRlp([...body, ...tail])])));
}

const minimal = (value: bigint): Hex => (value === 0n ? '0x' : numberToHex(value));
const wildly = (fields: { nonce?: bigint; tip?: bigint; price?: bigint }): Scenario => ({
  entries: (from) => wild(from, fields),
});

/** More than a block has room for whose weight limit is that of the scenarios. */
const heavy: Scenario = {
  entries: (from) => {
    const many = Array.from({ length: 32 }, () => swap);
    return Promise.all(
      Array.from({ length: HEAVY_ENTRIES }, (_, index) =>
        from.packed(many, { sequence: from.sequence + BigInt(index) }),
      ),
    );
  },
};
const HEAVY_ENTRIES = 12;

const NO_RULE = 'no rule fails with it: a guard of the mathematics that none of the callers can pass';
const QUERY = 'only inside a multicall, which a transaction cannot make (1012)';
const FULL_REGISTRY = 'needs 2^32 - 1 registrations first';

/** Every error number of the rules. */
export const FAILURES: Readonly<Record<number, Failure>> = {
  1001: call('0x4200000000000000000000000000000000000099', '0x12345678'),
  1002: call(router, '0xdeadbeef'),
  1003: call(coin, selector(transfer)),
  1004: call(coin, concatHex([selector(transfer), words(2n ** 256n - 1n, 7n)])),
  1005: call(router, concatHex([selector(swapTokens([])), words(1n, 0n, 10_000n, 5n, LATER)])),
  1006: call(router, swapTokens([coin, tea, bridged, ether, coin])),
  1007: call(coin, concatHex([selector(transfer), words(5n, 2n ** 128n)])),
  1008: QUERY,
  1009: call(coin, transfer, { value: 1n }),
  1010: QUERY,
  1011: QUERY,
  1012: call(multicall3, encodeFunctionData({ abi: multicall3Abi, functionName: 'aggregate3', args: [[]] })),
  1101: NO_RULE,
  1102: NO_RULE,
  1103: NO_RULE,
  1201: heavy,
  1202: { entries: () => Promise.resolve(Uint8Array.of(5, 1, 2, 3)) },
  1203: 'of a unit after a trap, not of a transaction: "credits deposits after a trap" in program.integration.test.ts',
  2001: { entries: (from) => from.call(user, '0x', { nonce: from.nonce - 1 }) },
  2002: { entries: (from) => from.call(user, '0x', { nonce: from.nonce + 1 }) },
  2003: { entries: (from) => from.packed([GIFT], { sequence: from.sequence + 1n }) },
  2004: { entries: (from) => from.packed([GIFT], { deadline: from.chain.time - 101n }) },
  2005: changed((entry) => entry.fill(0, entry.length - 64), GIFT),
  2101: raw('0xc180'),
  2102: raw('0x03c180'),
  2103: { entries: (from) => from.call(user, '0x', { type: 'legacy', chainId: undefined }) },
  2104: envelope({ chainId: 1 }),
  2105: { entries: (from) => from.call(undefined, '0x00') },
  2106: wildly({ tip: 2n * 10n ** 9n }),
  2107: wildly({ price: 2n ** 250n }),
  2108: wildly({ nonce: 2n ** 64n - 1n }),
  2109: envelope({ gas: 20_999n }),
  2201: changed((entry) => entry.slice(0, 20), GIFT),
  2202: changed(put(CODE_AT, 0x7f), GIFT),
  2203: changed(put(CODE_AT, 0), GIFT, GIFT),
  2204: changed((entry) => entry.fill((entry[0] ?? 0) | 0x0c, 0, 1), GIFT),
  2205: changed(put(FEE_AT, 0x10), GIFT),
  3001: operation({ ...GIFT, amount: HUGE }),
  3002: { messages: [{ mint: 2n ** 128n - 1n }] },
  3003: operation({ ...GIFT, to: router }),
  3004: 'only if more is burned than exists, which the invariants exclude',
  3005: operation({ ...GIFT, to: zeroAddress }),
  3101: call(coin, encodeFunctionData({ abi: erc20Abi, functionName: 'transferFrom', args: [user, user, 7n] })),
  3102: operation({ type: 'Approve', token: coin, spender: zeroAddress, amount: 1n }),
  4001: operation({ type: 'CreatePool', tokenA: coin, tokenB: tokenAddress(77) }),
  4002: call(tokenFactory, registration(zeroAddress, 'A', 'B')),
  4003: call(tokenFactory, registration(user, '', 'B')),
  4004: call(tokenFactory, registration(user, 'A', '')),
  4005: FULL_REGISTRY,
  5001: operation({ ...swap, pool: poolAddress(99) }),
  5002: operation({ type: 'CreatePool', tokenA: tea, tokenB: coin }),
  5003: operation({ type: 'CreatePool', tokenA: tea, tokenB: tea }),
  5004: FULL_REGISTRY,
  5101: operation({ ...swap, amountIn: 0n }),
  5102: operation({ ...swap, pool: empty }),
  5103: operation({ ...swap, amountIn: 2n ** 112n }),
  5104: operation({ ...swap, minimumOut: HUGE }),
  5105: operation({ ...exactOut, maximumIn: 1n }),
  5106: operation({ ...swap, amountIn: 1n }),
  5107: operation({ ...exactOut, amountOut: 10n ** 30n }),
  5108: operation({ ...remove, liquidity: 0n }),
  5109: operation({ ...remove, minimum0: HUGE }),
  5110: operation({ ...remove, minimum1: HUGE }),
  5201: call(router, swapTokens([coin, tea], 1n)),
  5202: call(router, swapTokens([coin])),
  5203: operation({ type: 'SwapRoute', pools: [pool, second], zeroForOne: false, amountIn: 9n, minimumOut: 0n }),
  5204: operation({ type: 'SwapRoute', pools: [pool, pool], zeroForOne: true, amountIn: 9n, minimumOut: 0n }),
  5205: call(
    router,
    encodeFunctionData({ abi: routerAbi, functionName: 'swapExactETHForTokens', args: [0n, [coin, tea], user, LATER] }),
  ),
  5301: call(factory, twap(empty, 60n)),
  5302: 'a pool that is too small for a fee rate shows as 6005',
  5303: call(factory, twap(pool, 0n)),
  6001: envelope({ maxFeePerGas: 0n }),
  6002: call(router, swapTokens([coin, tea]), { gas: 25_000n }),
  6003: envelope({ value: HUGE }),
  6004: signed({ maxFee: 1n }),
  6005: signed({ feeToken: 'DCEP' }),
  7001: 'functions that withdraw refuse longer bytes first (1006), with limits that leave room for the wrapping',
  7002: call(messenger, concatHex([selector(sendMessage), words(5n, 96n, 2n ** 32n, 0n)])),
  7003: operation({ type: 'Withdraw', token: ether, to: zeroAddress, amount: 7n }),
  7004: operation({ type: 'Withdraw', token: ether, to: user, amount: 0n }),
  7101: call(messenger, relay(user, 0n)),
  7102: {
    messages: [
      { data: relay(user), to: messenger },
      { data: relay(user), to: messenger },
    ],
  },
  7103: call(messenger, relay(user, 1n, 1n)),
  7104: call(messenger, relay(user, 1n, 1n), { value: 1n }),
  7105: call(messenger, relay(messenger)),
  7106: call(messenger, encodeFunctionData({ abi: messengerAbi, functionName: 'xDomainMessageSender' })),
  7107: 'a message that its target does not take is kept as failed; its transaction succeeds',
  7201: call(
    standardBridge,
    encodeFunctionData({ abi: standardBridgeAbi, functionName: 'finalizeBridgeETH', args: [user, user, 0n, '0x'] }),
  ),
  7202: call(
    standardBridge,
    encodeFunctionData({
      abi: standardBridgeAbi,
      functionName: 'bridgeERC20',
      args: [bridged, user, 1n, 200_000, '0x'],
    }),
  ),
  7203: call(
    standardBridge,
    encodeFunctionData({ abi: standardBridgeAbi, functionName: 'withdraw', args: [LEGACY_ETHER, 5n, 200_000, '0x'] }),
  ),
  7204: operation({ type: 'Withdraw', token: coin, to: user, amount: 7n }),
};
