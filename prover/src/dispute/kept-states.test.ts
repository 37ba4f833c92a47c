import { describe, expect, it } from '@jest/globals';

import { PersistentStateTree } from '../machine/merkle/state-tree.js';
import { word } from '../machine/merkle/hash.js';
import { KeptStates } from './kept-states.js';

const LIMIT = 8;

/** States that follow each other: each sets some keys of a hundred. */
function statesAfter(units: number): PersistentStateTree[] {
  const states = [PersistentStateTree.fromRecords(Buffer.concat([word(1), word(1)]))];
  for (let unit = 1; unit <= units; unit++) {
    const keys = [unit % 100, (unit * 37) % 100, 1];
    states.push(keys.reduce((tree, key) => tree.set(word(key), word(unit)), states.at(-1)!));
  }
  return states;
}

async function keptOf(states: readonly PersistentStateTree[]): Promise<KeptStates> {
  const kept = new KeptStates(states[0]!, LIMIT);
  for (const state of states.slice(1)) await kept.take(state);
  kept.close();
  return kept;
}

describe('states of a trace that are kept', () => {
  it('are all of them at first, and never more than the limit beside the first', async () => {
    const states = statesAfter(1_000);
    const kept = new KeptStates(states[0]!, LIMIT);
    const counts: number[] = [];
    for (const state of states.slice(1)) {
      await kept.take(state);
      counts.push(kept.count);
    }
    expect(counts.slice(0, 10)).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 5, 6]);
    expect(Math.max(...counts)).toBe(LIMIT + 1);
    expect(kept.count).toBeGreaterThan(LIMIT / 2);
  });

  it.each([1, 7, 8, 9, 16, 17, 63, 200])('are what they were, after %i units', async (units) => {
    const states = statesAfter(units);
    const kept = await keptOf(states);
    for (let unit = 0; unit <= units; unit += units > 20 ? 7 : 1) {
      const near = await kept.nearest(BigInt(unit));
      expect(unit - Number(near.unit)).toBeLessThanOrEqual((2 * units) / LIMIT);
      expect(near.unit).toBeLessThanOrEqual(BigInt(unit));
      expect(near.state.root).toEqual(states[Number(near.unit)]!.root);
    }
  });
});
