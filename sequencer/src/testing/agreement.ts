import { expect } from '@jest/globals';
import type { Devnet, NodeProcess } from './devnet.js';
import { judgeL1 } from './l1-judge.js';
import { headsOf, l2 } from './l2-user.js';

/** Waits until all of the node's chain is on L1, and compares it with what the rules make of L1, block by block. Returns the head. */
export async function expectAgreement(node: NodeProcess, devnet: Devnet): Promise<bigint> {
  const all = async () => {
    const { head, safe } = await headsOf(node);
    return head === safe && { head, judged: await judgeL1(devnet) };
  };
  const { head, judged } = await node.until('the chain of L1', async () => {
    const state = await all();
    return state && (state.judged.at(-1)?.number ?? 0n) === state.head && state;
  });
  for (const { number, hash, stateRoot } of judged)
    expect(await l2(node).getBlock({ blockNumber: number })).toMatchObject({ hash, stateRoot });
  return head;
}
