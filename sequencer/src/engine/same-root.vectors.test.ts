import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { poolAddress, type PackedTransaction } from '@metachain/program';
import { parseEther } from 'viem';
import { type MarketNode, startMarket } from '../api/testing/market-node.js';

/**
 * What two blocks of fixed transactions lead to. Every machine and every version of Node must come to the same; a change of the rules
 * changes it, nothing else may.
 */
const expected = {
  hash: '0x88f6a1d9a7bab28a3eca930107af35e09423fe0488f640b842349b3d06846529',
  stateRoot: '0x8d427fef007bb056884ac41f1d69eba97aa657bc6048db04a8b138745504690f',
};

let node: MarketNode;
beforeAll(async () => {
  node = await startMarket();
}, 60_000);
afterAll(() => node.stop());

it('leads to one root everywhere', async () => {
  const swap = (index: number): PackedTransaction['operations'][number] => ({
    type: 'Swap',
    pool: poolAddress(index % 3),
    zeroForOne: index % 2 === 0,
    amountIn: index % 3 === 0 && index % 2 === 1 ? 1_000_000n + BigInt(index) : parseEther('0.5') + BigInt(index),
    minimumOut: 0n,
  });
  for (let index = 0; index < 40; index += 4) {
    const operations = [0, 1, 2, 3].map((offset) => swap(index + offset));
    expect((await node.trade(operations)).body).toMatchObject({ status: 'executed', code: 0 });
  }
  const { hash, stateRoot } = await node.chain.seal();
  expect({ hash, stateRoot }).toEqual(expected);
});
