import { describe, expect, it } from '@jest/globals';
import type { EngineOptions } from './engine.types.js';
import { settle, startToy } from '../testing/toy-host.js';
import { toyTransaction } from '../testing/toy-machine.js';

const BLOCKS = 30;

/** Thirty blocks with a snapshot every third, all of them safe; each frame of the journal is a file of its own. Returns the directory. */
async function written(archive: boolean): Promise<string> {
  const { host, blocks, directory } = await startToy(undefined, { archive, segmentBytes: 1, replayAbove: 0n });
  for (let nonce = 0; nonce < BLOCKS; nonce++) {
    await host.submit([toyTransaction(1, nonce)]);
    await host.tick();
    await settle();
    await host.indexed(BigInt(nonce + 1));
    host.setSafe(BigInt(nonce + 1));
    host.setProven(BigInt(nonce + 1));
  }
  expect(blocks()).toHaveLength(BLOCKS);
  await host.stop();
  return directory;
}

/** A start after which `safe` is what posting.json says. Returns the announced blocks and what the start complains about. */
async function restarted(directory: string, changed: Partial<EngineOptions>) {
  const { host, ready, blocks } = await startToy(directory, changed);
  const numbers = blocks().map(({ block }) => Number(block.number));
  await host.stop();
  return { first: numbers[0], last: numbers.at(-1), refused: ready.refusedSnapshots };
}

describe('a start', () => {
  it('announces again what the index lacks, from the newest snapshot before it or from genesis', async () => {
    const directory = await written(true);
    const replayAbove = BigInt(BLOCKS);
    for (const [indexedBlock, first] of [
      [0n, 1],
      [4n, 1],
      [25n, 25],
    ] as const)
      expect(await restarted(directory, { replayAbove, indexedBlock })).toEqual({ first, last: BLOCKS, refused: [] });
  });

  it('says from where on the index stays without blocks where the journal was pruned', async () => {
    const directory = await written(false);
    const { last, refused } = await restarted(directory, {
      archive: false,
      replayAbove: BigInt(BLOCKS),
      indexedBlock: 0n,
    });
    expect([last, refused]).toEqual([
      undefined,
      ['blocks from 1 on that the index lacks: the pruned journal begins later'],
    ]);
  });

  it('is refused where an index ends before a pruned journal begins: the next block would not follow', async () => {
    const directory = await written(false);
    const changed = { archive: false, replayAbove: BigInt(BLOCKS), indexedBlock: 2n };
    await expect(startToy(directory, changed)).rejects.toMatchObject({
      code: 109,
      message: expect.stringContaining('the index ends at block 2'),
    });
  });

  it('with a pruned journal and no posting record is refused, with what helps', async () => {
    const directory = await written(false);
    await expect(startToy(directory, { archive: false, replayAbove: 0n })).rejects.toMatchObject({
      code: 108,
      message: expect.stringMatching(
        /nothing is on L1.*restore posting\.json, or start with an empty directory \(--data-directory\)/,
      ),
    });
  });
});
