import { hexToBytes } from 'viem';
import type { RealChain } from '../testing/real-chain.js';
import type { LocalJudge } from './local-judge.js';

/** Puts the items and delayed messages of a chain where the judge looks for them. */
export async function recordChain(judge: LocalJudge, chain: RealChain): Promise<void> {
  for (const index of chain.items.keys()) await judge.putItem(BigInt(index), chain.itemHash(index));
  for (const [count, accumulator] of chain.accumulators.entries()) {
    await judge.putDelayedAccumulator(BigInt(count), hexToBytes(accumulator));
  }
}
