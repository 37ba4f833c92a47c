import { describe, expect, it } from '@jest/globals';
import { ASSERTION_STATUS } from '@metachain/contracts';
import type { Address } from 'viem';
import { hash } from '../poster/testing/genesis.js';
import { ClaimBook } from './claim-book.js';
import { ClaimTree } from './claim-tree.js';
import { outputRootOf, type StoredAssertion } from './rollup-reader.js';
import { ledgerOf } from './testing/ledger.js';

const us: Address = `0x${'11'.repeat(20)}`;
const other: Address = `0x${'22'.repeat(20)}`;
const NOW = 10_000n;
const limits = { bond: 1n, window: 100n, longestGame: 50n, maximumItems: 4n };

type Stored = Partial<StoredAssertion>;

/** The right claim at the end of an item of a ledger with one block in each; of item 0 it is the genesis. */
const right = (item: number, changed: Stored = {}): Stored => ({
  outputRoot: outputRootOf(hash(100 + item), hash(item)),
  itemIndex: item,
  blockNumber: item,
  ...changed,
});
const wrong = (item: number, changed: Stored = {}): Stored => right(item, { outputRoot: hash(9), ...changed });

/** A tree of assertions behind the genesis, numbered from 1, of which nobody disputes those up to `tip`. */
async function treeOf(stored: Stored[], tip: bigint) {
  const all = [right(0, { status: ASSERTION_STATUS.confirmed }), ...stored];
  const fields = { original: 0, parent: 0, bondOwner: other, createdAt: Number(NOW), openGames: 0, children: 0 };
  const rollup = {
    assertion: async (id: bigint) =>
      ({
        ...fields,
        lastChild: 0,
        programIndex: 0,
        status: ASSERTION_STATUS.pending,
        ...all[Number(id)],
      }) as StoredAssertion,
    assertionCount: async () => BigInt(all.length),
    newestUndisputed: async () => tip,
    latestConfirmed: async () => 0n,
    getLimits: async () => limits,
  };
  const book = new ClaimBook(rollup, us);
  await book.refresh(0n, NOW, 1_000n);
  const reported: bigint[] = [];
  const tree = new ClaimTree({ rollup, book, ledger: ledgerOf([1, 1, 1]), onWrong: (id) => reported.push(id) });
  return { tree, reported };
}

describe('the newest own claim', () => {
  it('is the last of those that are right, games or not', async () => {
    const { tree } = await treeOf([right(1), right(2, { parent: 1 }), right(3, { parent: 2, openGames: 1 })], 2n);
    expect((await tree.newestOwn())!.id).toBe(3n);
  });

  it('is below a wrong one, whatever right state was built on that', async () => {
    const { tree, reported } = await treeOf([right(1), wrong(2, { parent: 1 }), right(3, { parent: 2 })], 3n);
    expect((await tree.newestOwn())!.id).toBe(1n);
    expect(reported).toEqual([2n]);
  });

  it('is the right one of two', async () => {
    const { tree } = await treeOf([wrong(1), right(1)], 0n);
    expect((await tree.newestOwn())!.id).toBe(2n);
  });

  it('is none of those that fell, and unknown where the node has not read so far', async () => {
    const { tree } = await treeOf([right(1, { status: ASSERTION_STATUS.rejected }), right(7)], 0n);
    expect((await tree.newestOwn())!.id).toBe(0n);
  });
});

describe('a claim without an own bond', () => {
  it('is the oldest one that others made, while all beside it may still be joined', async () => {
    const { tree } = await treeOf([right(1, { bondOwner: us }), right(2, { parent: 1 }), right(3, { parent: 2 })], 3n);
    const found = await tree.unbacked(3n, NOW);
    expect([found!.parent.id, found!.end.itemIndex]).toEqual([1n, 2n]);
    expect(await tree.unbacked(3n, NOW + limits.window)).toBeUndefined();
  });

  it('is passed over where an older claim beside it closed its parent', async () => {
    const old = { createdAt: Number(NOW - limits.window) };
    const { tree } = await treeOf([wrong(1, old), right(1), right(2, { parent: 2 })], 0n);
    const found = await tree.unbacked(3n, NOW);
    expect(found!.parent.id).toBe(2n);
  });
});
