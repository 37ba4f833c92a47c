import { describe, expect, it } from '@jest/globals';
import { decodePacked, packedDigest, packedHash, poolAddress } from '@metachain/program';
import { recoverAddress } from 'viem';
import { PackedUser, deadlineFrom, swapOperation } from './packed-user.js';
import { swapMix } from './swap-mix.js';

const chainId = 19_779;
const now = 1_800_000_000n;

describe('simulated users', () => {
  it('sign what the rules and viem both recover to their address', async () => {
    const user = PackedUser.of('test', 1, chainId);
    const { wire, hash } = user.sign([swapOperation(poolAddress(3), true, 1_234_567_890n, 1n)], now);
    const { transaction, signature } = decodePacked(wire, now);
    expect(packedHash(transaction, chainId, user.address)).toBe(hash);
    expect(await recoverAddress({ hash: packedDigest(transaction, chainId), signature })).toBe(user.address);
  });

  it('count their sequences and differ by crowd and number', () => {
    const user = PackedUser.of('test', 1, chainId);
    const sequences = [0, 1].map(
      () => decodePacked(user.sign([swapOperation(poolAddress(0), false, 5n, 1n)], now).wire, now).transaction.sequence,
    );
    expect(sequences).toEqual([0n, 1n]);
    expect(
      new Set(['a', 'b'].flatMap((crowd) => [0, 1].map((index) => PackedUser.of(crowd, index, chainId).address))).size,
    ).toBe(4);
  });

  it('set deadlines that take one byte: a multiple of 64 s about an hour ahead', () => {
    expect(deadlineFrom(now) % 64n).toBe(0n);
    expect(deadlineFrom(now) - now).toBeGreaterThan(3_500n);
  });
});

describe('the mix of swaps', () => {
  const mix = swapMix(20_000, 1_000, 10);

  it('is the same for the same seed and another for another', () => {
    expect(swapMix(100, 10, 5, 1)).toEqual(swapMix(100, 10, 5, 1));
    expect(swapMix(100, 10, 5, 1)).not.toEqual(swapMix(100, 10, 5, 2));
  });

  it('uses every user and pool, the first pools most', () => {
    const perPool = Array.from({ length: 10 }, (_, pool) => mix.filter((choice) => choice.pool === pool).length);
    expect(new Set(mix.map(({ user }) => user)).size).toBe(1_000);
    expect(perPool[0]).toBeGreaterThan(5 * (perPool[9] as number));
    expect(Math.min(...perPool)).toBeGreaterThan(0);
  });
});
