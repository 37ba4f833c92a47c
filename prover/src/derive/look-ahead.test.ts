import { setImmediate } from 'node:timers/promises';

import { describe, expect, it } from '@jest/globals';
import type { InboxItem } from '@metachain/bridge';

import { LookAhead } from './look-ahead.js';
import { PayloadLoader } from './payload-loader.js';

const item = (index: number, branch = 'a') =>
  ({ index: BigInt(index), accumulator: `0x${branch}${index}`, payload: { kind: 'none' } }) as unknown as InboxItem;
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, offset) => item(from + offset));

/** A watcher that has reported some items, an L1 that holds more, and the accumulators that were prepared. */
function open(reported: InboxItem[], onL1: () => Promise<readonly InboxItem[]>) {
  const prepared: string[] = [];
  const payloads = new PayloadLoader({ fetch: async () => [] });
  const watcher = { items: reported, upcoming: onL1 };
  const lookAhead = new LookAhead({ watcher, payloads, prepare: ({ accumulator }) => prepared.push(accumulator) });
  return { lookAhead, payloads, watcher, prepared };
}

describe('looking ahead', () => {
  it('prepares the item whose turn it is and five more, each once, without asking L1 while enough are known', async () => {
    const { lookAhead, prepared } = open(range(0, 20), () => Promise.reject(new TypeError('asked')));
    lookAhead.begin(3);
    lookAhead.begin(3);
    lookAhead.begin(4);
    await setImmediate();
    expect(prepared).toEqual(['0xa3', '0xa4', '0xa5', '0xa6', '0xa7', '0xa8', '0xa9']);
  });

  it('goes on with items that L1 holds beyond the reported ones, and not with the one that was taken', async () => {
    const { lookAhead, payloads, prepared } = open(range(0, 2), async () => range(2, 9));
    lookAhead.begin(1);
    await payloads.load(item(1));
    await setImmediate();
    expect(prepared).toEqual(['0xa1', '0xa2', '0xa3', '0xa4', '0xa5', '0xa6']);
  });

  it('takes what was reported in place of what was told ahead', async () => {
    const { lookAhead, watcher, prepared } = open([], async () => range(0, 2));
    lookAhead.begin(0);
    await setImmediate();
    expect(prepared).toEqual(['0xa1']);
    watcher.items.push(item(0), item(1, 'b'));
    lookAhead.begin(0);
    await setImmediate();
    expect(prepared).toEqual(['0xa1', '0xa0', '0xb1']);
  });

  it('is quiet when L1 does not answer, asks one question at a time, and asks again', async () => {
    const questions: ((answer: Promise<readonly InboxItem[]>) => void)[] = [];
    const { lookAhead, prepared } = open([], () => new Promise((resolve) => questions.push(resolve)));
    lookAhead.begin(0);
    lookAhead.begin(0);
    expect(questions).toHaveLength(1);
    questions[0]!(Promise.reject(new TypeError('no L1')));
    await setImmediate();
    lookAhead.begin(0);
    expect(questions).toHaveLength(2);
    questions[1]!(Promise.resolve(range(0, 3)));
    await setImmediate();
    expect(prepared).toEqual(['0xa1', '0xa2']);
  });
});
