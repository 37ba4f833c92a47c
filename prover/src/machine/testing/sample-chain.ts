import { type Operation, poolAddress, tokenAddress } from '@metachain/program';
import { everyEntry } from './operations.js';
import type { Random } from './random-program.js';
import { accounts, ETHER, RealChain } from './real-chain.js';

const [, alice, , , trader] = accounts;
const ENTRIES_PER_BLOCK = 30;

/** A chain whose units read every kind of input: calldata with every entry, blobs, deposits, and a payload that is no block. */
export async function sampleChain(): Promise<RealChain> {
  const chain = new RealChain();
  chain.postBlocks([await chain.block(await everyEntry(chain))]);
  for (const data of ['0x1234567890', '0x'] as const) {
    chain.deposit({ sender: alice?.address, to: alice?.address, mint: ETHER, data });
  }
  chain.postBlobs([await chain.block([await chain.ethereum(trader, { to: alice?.address, value: 7n })], 1n)]);
  chain.append({ kind: 'none' }, 'none', 0n, `0x${'00'.repeat(32)}`);
  chain.postBlocks([await chain.block([], 1n), new Uint8Array(100).fill(7)]);
  return chain;
}

/** Adds a block of random entries of one account, `sequence` being its next; the payload in blobs or in calldata. */
export async function addRandomBlock(chain: RealChain, random: Random, sequence: number): Promise<number> {
  const entries = Array.from({ length: ENTRIES_PER_BLOCK }, (_, index) =>
    chain.packed(trader, randomOperations(random), { sequence: BigInt(sequence + index) }),
  );
  const block = await chain.block(await Promise.all(entries));
  if (random.below(2) === 0) chain.postBlobs([block]);
  else chain.postBlocks([block]);
  return sequence + ENTRIES_PER_BLOCK;
}

const randomOperations = (random: Random): Operation[] =>
  Array.from({ length: 1 + random.below(3) }, () => random.pick(OPERATIONS)(random));

const pools = [poolAddress(0), poolAddress(1)];
const amountOf = (random: Random): bigint => (BigInt(random.below(2 ** 32)) * ETHER) >> BigInt(random.below(40));

/** Some fail: amounts of zero, minimums that are not met. */
const OPERATIONS: readonly ((random: Random) => Operation)[] = [
  (random) => ({
    type: 'Swap',
    pool: random.pick(pools),
    zeroForOne: random.below(2) === 0,
    amountIn: amountOf(random),
    minimumOut: random.pick([0n, 0n, amountOf(random)]),
  }),
  (random) => ({
    type: 'SwapExactOut',
    pool: random.pick(pools),
    zeroForOne: random.below(2) === 0,
    amountOut: amountOf(random),
    maximumIn: 10n ** 30n,
  }),
  (random) => ({ type: 'SwapRoute', pools, zeroForOne: true, amountIn: amountOf(random), minimumOut: 0n }),
  (random) => ({
    type: 'AddLiquidity',
    pool: random.pick(pools),
    amount0: amountOf(random),
    amount1: amountOf(random),
    minimum0: 0n,
    minimum1: 0n,
  }),
  (random) => ({
    type: 'Transfer',
    token: tokenAddress(random.below(4)),
    to: alice?.address ?? '0x',
    amount: amountOf(random),
  }),
];
