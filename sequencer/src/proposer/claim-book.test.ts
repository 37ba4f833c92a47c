import { describe, expect, it } from '@jest/globals';
import { ASSERTION_STATUS } from '@metachain/contracts';
import type { Address } from 'viem';
import { BondCollector } from './bond-collector.js';
import { ClaimBook } from './claim-book.js';
import type { StoredAssertion } from './rollup-reader.js';

const us: Address = `0x${'11'.repeat(20)}`;
const other: Address = `0x${'22'.repeat(20)}`;
const LASTING = 400n;
const NOW = 10_000n;

type Stored = Partial<StoredAssertion>;

/** An L1 with these assertions behind the genesis, numbered from 1, that counts how often each is read. */
function rollupOf(stored: Stored[]) {
  const reads: bigint[] = [];
  const complete = (changed: Stored) =>
    ({
      original: 0,
      parent: 0,
      bondOwner: other,
      createdAt: Number(NOW),
      status: ASSERTION_STATUS.pending,
      openGames: 0,
      ...changed,
    }) as StoredAssertion;
  const assertion = async (id: bigint) => {
    reads.push(id);
    return complete(id === 0n ? { status: ASSERTION_STATUS.confirmed } : stored[Number(id) - 1]!);
  };
  return { rollup: { assertion, assertionCount: async () => BigInt(stored.length) + 1n }, reads };
}

const bookOf = async (stored: Stored[], confirmed = 0n) => {
  const { rollup, reads } = rollupOf(stored);
  const book = new ClaimBook(rollup, us);
  await book.refresh(confirmed, NOW, LASTING);
  return { book, rollup, reads };
};

describe('ClaimBook', () => {
  it('knows who stands behind a claim, itself first, and what is not backed', async () => {
    const { book } = await bookOf([{}, { original: 1 }, { original: 1, bondOwner: us }, { parent: 1 }]);
    expect(book.behind(1n).map(({ id }) => id)).toEqual([3n, 1n, 2n]);
    expect(book.isBacked(1n)).toBe(true);
    expect(book.isBacked(4n)).toBe(false);
    expect(book.claimsOn(0n).map(({ id }) => id)).toEqual([1n]);
    expect(book.chain(0n, 4n).map(({ id }) => id)).toEqual([1n, 4n]);
    expect(book.chain(1n, 4n).map(({ id }) => id)).toEqual([4n]);
  });

  it('reads what is old once, what is young again, and nothing that cannot matter any more', async () => {
    const ancient = { createdAt: Number(NOW - LASTING - 1n) };
    const { book, reads } = await bookOf([ancient, ancient, { createdAt: Number(NOW) }], 2n);
    expect(reads).toEqual([3n, 2n]);
    expect(book.behind(2n)).toEqual([]);
    await book.refresh(2n, NOW, LASTING);
    expect(reads.splice(0)).toEqual([3n, 2n, 3n, 2n]);
    await book.refresh(2n, NOW + 3_601n, LASTING * 100n);
    await book.refresh(2n, NOW + 3_601n, LASTING * 100n);
    expect(reads).toEqual([2n, 1n]);
  });

  it('keeps what is old as long as it is not confirmed', async () => {
    const ancient = { createdAt: 1 };
    const { book } = await bookOf([ancient, { ...ancient, parent: 1 }]);
    expect(book.chain(0n, 2n)).toHaveLength(2);
  });

  it('waits until L1 shows what this account asserted, for an hour', async () => {
    const stored: Stored[] = [{}];
    const { book } = await bookOf(stored);
    book.expectOne(NOW);
    expect(await book.refresh(0n, NOW + 3_599n, LASTING)).toBe(false);
    expect(book.own).toEqual([]);
    stored.push({ bondOwner: us });
    expect(await book.refresh(0n, NOW, LASTING)).toBe(true);
    expect(book.own.map(({ id }) => id)).toEqual([2n]);
    book.expectOne(NOW);
    expect(await book.refresh(0n, NOW + 3_600n, LASTING)).toBe(true);
  });

  it('notices an assertion of its own that came meanwhile', async () => {
    const stored: Stored[] = [{ bondOwner: us }];
    const { book } = await bookOf(stored);
    stored.push({});
    expect(await book.isOvertaken()).toBe(false);
    stored.push({ bondOwner: us });
    expect(await book.isOvertaken()).toBe(true);
  });
});

describe('BondCollector', () => {
  const dueOf = async (stored: Stored[], confirmed: bigint) => {
    const { book, rollup } = await bookOf(stored, confirmed);
    return new BondCollector(rollup, book).due(confirmed, NOW);
  };
  const ours = { bondOwner: us };

  it('takes back what stands behind a claim that another bond confirmed, once its games are over', async () => {
    const bonded = { ...ours, status: ASSERTION_STATUS.bonded };
    const returned = (id: bigint) => ({ functionName: 'returnBond', id });
    expect(await dueOf([bonded, { original: 1 }], 1n)).toEqual([returned(1n)]);
    expect(await dueOf([{ ...bonded, openGames: 1 }, { original: 1 }], 1n)).toEqual([]);
    expect(await dueOf([{ status: ASSERTION_STATUS.confirmed }, { ...ours, original: 1 }], 1n)).toEqual([returned(2n)]);
    expect(await dueOf([{ status: ASSERTION_STATUS.bonded }, { ...ours, original: 1, openGames: 1 }], 1n)).toEqual([]);
  });

  it('leaves alone what is paid, lost, not decided or of others', async () => {
    const confirmed = { ...ours, status: ASSERTION_STATUS.confirmed };
    const lost = { ...ours, original: 1, status: ASSERTION_STATUS.rejected };
    expect(await dueOf([confirmed, lost, { original: 1 }, { ...ours, parent: 1 }], 1n)).toEqual([]);
    expect(
      await dueOf(
        [
          { ...ours, status: ASSERTION_STATUS.outlived },
          { ...ours, original: 1 },
        ],
        0n,
      ),
    ).toEqual([]);
  });

  it('takes back again what a reorganisation of L1 undid, and reads what is settled no more', async () => {
    const stored: Stored[] = [{ ...ours, status: ASSERTION_STATUS.confirmed }, { original: 1 }];
    const { book, rollup, reads } = await bookOf(stored, 1n);
    const collector = new BondCollector(rollup, book);
    expect(await collector.due(1n, NOW)).toEqual([]);
    stored[0] = { ...ours, status: ASSERTION_STATUS.bonded };
    expect(await collector.due(1n, NOW + 60n)).toEqual([{ functionName: 'returnBond', id: 1n }]);
    stored[0] = { ...ours, status: ASSERTION_STATUS.confirmed };
    expect(await collector.due(1n, NOW + 3_601n)).toEqual([]);
    reads.splice(0);
    await collector.due(1n, NOW + 7_201n);
    await collector.due(1n, NOW + 7_202n);
    expect(reads).toEqual([1n]);
  });

  it('rejects a fallen branch from where it begins to be undecided', async () => {
    const fell = { status: ASSERTION_STATUS.rejected };
    const branch = [fell, { parent: 1 }, { parent: 2 }, { ...ours, parent: 3 }];
    expect(await dueOf(branch, 5n)).toEqual([{ functionName: 'rejectOrphan', id: 2n }]);
    branch[1] = { parent: 1, ...fell };
    expect(await dueOf(branch, 5n)).toEqual([{ functionName: 'rejectOrphan', id: 3n }]);
  });

  it('takes back what fell with its ancestor, the original before its copies', async () => {
    const fell = { status: ASSERTION_STATUS.rejected };
    const orphan = { parent: 1, status: ASSERTION_STATUS.outlived };
    const copy = { ...ours, parent: 1, original: 2, openGames: 1 };
    expect(await dueOf([fell, orphan, copy, {}], 4n)).toEqual([{ functionName: 'rejectOrphan', id: 2n }]);
    expect(await dueOf([fell, { ...orphan, ...fell }, copy, {}], 4n)).toEqual([{ functionName: 'returnBond', id: 3n }]);
  });
});
