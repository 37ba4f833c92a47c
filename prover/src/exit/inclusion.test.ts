import { describe, expect, it } from '@jest/globals';

import { inclusionOf, type NewestItem } from './inclusion.js';

/** More messages wait ahead of it than one item takes up. */
const waiting = { index: 150_000n, notBefore: 3_700n };
const LIMIT = 65_536n;
const item = (before: bigint, fields: Partial<NewestItem> = {}): NewestItem => ({
  timestamp: 3_700n,
  delayedCount: 150_001n,
  before,
  after: before + LIMIT,
  ...fields,
});

describe('a message that no block took up', () => {
  it('waits until it is overdue, then needs an item', () => {
    expect(inclusionOf(waiting, undefined, 3_699n)).toBe('wait');
    expect(inclusionOf(waiting, undefined, 3_700n)).toBe('append');
  });

  it('is not passed by items from before it was overdue, or before it was there', () => {
    const idle = { after: 0n };
    expect(inclusionOf(waiting, item(0n, { ...idle, timestamp: 3_699n }), 3_700n)).toBe('append');
    expect(inclusionOf(waiting, item(0n, { ...idle, delayedCount: 150_000n }), 3_700n)).toBe('append');
  });

  it('needs one empty item more for as many messages ahead of it as one item takes up', () => {
    let appended = 0;
    let newest: NewestItem | undefined;
    while ((newest?.after ?? 0n) <= waiting.index) {
      expect(inclusionOf(waiting, newest, 4_000n)).toBe('append');
      newest = item(BigInt(appended++) * LIMIT);
    }
    expect(appended).toBe(3);
  });

  it('cannot be helped where an item that had to take up messages took none', () => {
    expect(inclusionOf(waiting, item(LIMIT, { after: LIMIT }), 4_000n)).toBe('broken');
  });
});
