import { bytesToHex, hexToBytes } from 'viem';
import type { RealChain } from '../testing/real-chain.js';
import type { Unit } from '../unit.js';
import type { LocalJudge, UnitState } from './local-judge.js';

/** Where a unit starts, as the judge takes it. */
export const stateOf = ({ position, state }: Pick<Unit, 'position' | 'state'>): UnitState => ({
  stateRoot: bytesToHex(state.root),
  headerHash: position.parentHash,
  blockNumber: position.parentNumber,
  itemIndex: position.item,
  payloadOffset: position.offset,
  unitIndex: position.unit,
});

/** Puts the items and delayed messages of a chain where the judge looks for them. */
export async function recordChain(judge: LocalJudge, chain: RealChain): Promise<void> {
  for (const index of chain.items.keys()) await judge.putItem(BigInt(index), chain.itemHash(index));
  for (const [count, accumulator] of chain.accumulators.entries()) {
    await judge.putDelayedAccumulator(BigInt(count), hexToBytes(accumulator));
  }
}
