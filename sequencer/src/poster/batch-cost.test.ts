import { expect, it } from '@jest/globals';
import type { L1Source } from '@metachain/bridge';
import { batchCost } from './batch-cost.js';

const receipt = { gasUsed: '0x64', effectiveGasPrice: '0x2', blobGasUsed: '0x20000', blobGasPrice: '0x3' };
const hash = `0x${'01'.repeat(32)}` as const;

/** An L1 that fails `failures` times and then answers. */
function source(failures: number, answer: unknown): L1Source & { calls: number } {
  const result = {
    calls: 0,
    agreed: async (_method: string, _params: unknown, read: (answer: unknown) => unknown) => {
      result.calls += 1;
      if (result.calls <= failures) throw new TypeError('fetch failed');
      return read(answer);
    },
  };
  return result as unknown as L1Source & { calls: number };
}

it('waits for an L1 that is away and counts execution and blobs', async () => {
  const l1 = source(1, receipt);
  expect(await batchCost(l1, hash, new AbortController().signal)).toEqual({
    executionWei: 200n,
    blobWei: 393_216n,
    totalWei: 200n + 393_216n,
  });
  expect(l1.calls).toBe(2);
});

it('does not wait for a transaction that L1 dropped, nor beyond a stop', async () => {
  const dropped = source(0, null);
  expect(await batchCost(dropped, hash, new AbortController().signal)).toMatchObject({ totalWei: 0n });
  expect(dropped.calls).toBe(1);
  expect(await batchCost(source(99, receipt), hash, AbortSignal.timeout(50))).toMatchObject({ totalWei: 0n });
});
