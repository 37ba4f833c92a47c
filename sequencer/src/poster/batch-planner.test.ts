import { describe, expect, it } from '@jest/globals';
import { UNITS_PER_ITEM } from '@metachain/program';
import { isTooOld, planBatch, type PlannerPolicy, whyLate } from './batch-planner.js';
import type { UnpostedBlock } from './unposted-block.js';

const NOW = 1_000_000n;
const policy: PlannerPolicy = { intervalSeconds: 60, targetBytes: 1_000, maxBytes: 2_000, clockMarginSeconds: 12 };
const noMessages = () => undefined;

const block = (number: number, age: number, bytes = 300, delayed = 0, consumed = 0): UnpostedBlock => ({
  number: BigInt(number),
  hash: '0x',
  parentHash: '0x',
  stateRoot: '0x',
  context: { timestamp: NOW - BigInt(age), delayed: BigInt(delayed), priceItem: 0n, producer: '0x' },
  delayedConsumed: BigInt(consumed),
  encoded: new Uint8Array(bytes),
});
const numbers = (blocks: readonly UnpostedBlock[]): number[] => blocks.map(({ number }) => Number(number));
const plan = (
  blocks: readonly UnpostedBlock[],
  messageTime: (index: bigint) => bigint | undefined = noMessages,
  flush = false,
) => numbers(planBatch(blocks, NOW, policy, messageTime, flush));

describe('planBatch', () => {
  it('waits while few bytes are young', () => {
    expect(plan([])).toEqual([]);
    expect(plan([block(1, 59), block(2, 20)])).toEqual([]);
  });

  it('posts at the target size, at the interval, and on a flush', () => {
    expect(plan([block(1, 30, 500), block(2, 20, 499)])).toEqual([1, 2]);
    expect(plan([block(1, 60), block(2, 20)])).toEqual([1, 2]);
    expect(plan([block(1, 20)], noMessages, true)).toEqual([1]);
  });

  it('leaves out blocks that L1 could still be behind', () => {
    expect(plan([block(1, 60), block(2, 12), block(3, 11)])).toEqual([1, 2]);
    expect(plan([block(1, 5)], noMessages, true)).toEqual([]);
  });

  it('cuts at the largest payload and then posts at once', () => {
    expect(plan([block(1, 30, 900), block(2, 30, 900), block(3, 30, 900)])).toEqual([1, 2]);
  });

  it('fills a payload to the last byte and no further', () => {
    // With the byte of version these are 2,000 and 2,001 bytes.
    expect(plan([block(1, 30, 999), block(2, 30, 1_000)])).toEqual([1, 2]);
    expect(plan([block(1, 30, 999), block(2, 30, 1_001)])).toEqual([1]);
  });

  it('never posts more blocks than an item may hold, and then posts at once', () => {
    const tiny = (count: number) => Array.from({ length: count }, (_, index) => block(index, 20, 1));
    const few = { ...policy, targetBytes: 1_000_000 };
    const posted = (count: number) => planBatch(tiny(count), NOW, few, noMessages).length;
    expect([posted(UNITS_PER_ITEM), posted(UNITS_PER_ITEM + 1)]).toEqual([0, UNITS_PER_ITEM]);
  });

  it('starts a new batch with a block that consumes a message which would else be forced into an earlier block', () => {
    const old = () => NOW - 3_100n;
    const fresh = () => NOW - 2_000n;
    const blocks = [block(1, 70), block(2, 65, 300, 1, 1), block(3, 60)];
    expect(plan(blocks, fresh)).toEqual([1, 2, 3]);
    expect(plan(blocks, old)).toEqual([1]);
    expect(plan(blocks.slice(1), old)).toEqual([2, 3]);
  });

  it('knows when L1 would date a block anew', () => {
    expect(isTooOld(block(1, 85_800), NOW)).toBe(false);
    expect(isTooOld(block(1, 85_801), NOW)).toBe(true);
  });

  it('knows when a batch that was planned has waited too long', () => {
    const blocks = [block(1, 70, 300, 1, 1), block(2, 65, 300, 1, 2)];
    expect(whyLate(blocks, NOW, () => NOW - 3_000n)).toBeUndefined();
    expect(whyLate(blocks, NOW, (index) => NOW - (index === 0n ? 9_000n : 3_000n))).toBeUndefined();
    expect(whyLate(blocks, NOW, () => NOW - 3_001n)).toBe('one of its messages is overdue');
    expect(whyLate([block(1, 85_801)], NOW, noMessages)).toBe('its first block is too old');
  });
});
