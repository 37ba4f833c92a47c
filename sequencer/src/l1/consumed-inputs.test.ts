import { describe, expect, it } from '@jest/globals';
import type { ChainBlock } from '../chain/chain.types.js';
import { ConsumedInputs } from './consumed-inputs.js';

const words = (fill: number) => Buffer.alloc(32, fill);

function block(number: number, consumed: number, messages: number[], item = 0): ChainBlock {
  return {
    block: { number: BigInt(number), delayedConsumed: BigInt(consumed) },
    context: { delayed: BigInt(messages.length), priceItem: BigInt(item) },
    recorded: messages.map((fill) => ({ wire: words(fill), records: new Uint8Array(0) })),
  } as unknown as ChainBlock;
}

describe('ConsumedInputs', () => {
  const filled = (): ConsumedInputs => {
    const inputs = new ConsumedInputs();
    for (const entry of [block(1, 0, []), block(2, 2, [1, 2]), block(3, 2, [], 5), block(4, 3, [3])]) inputs.add(entry);
    return inputs;
  };

  it('names the first block that used something L1 took back', () => {
    expect(filled().firstUsing(99n, 3n)).toBeUndefined();
    expect(filled().firstUsing(99n, 2n)).toBe(4n);
    expect(filled().firstUsing(99n, 1n)).toBe(2n);
    expect(filled().firstUsing(4n, 99n)).toBe(3n);
    expect(filled().firstUsing(5n, 99n)).toBeUndefined();
  });

  it('names the block that consumed a message with other words', () => {
    expect(filled().contradicting(1n, words(2))).toBeUndefined();
    expect(filled().contradicting(1n, words(9))).toBe(2n);
    expect(filled().contradicting(7n, words(9))).toBeUndefined();
  });

  it('counts what was consumed, also after blocks were undone or settled', () => {
    const inputs = filled();
    inputs.undo(3n);
    expect(inputs.consumed).toBe(2n);
    inputs.undo(1n);
    expect(inputs.consumed).toBe(0n);
    const settled = filled();
    settled.settle(4n);
    settled.undo(4n);
    expect(settled.consumed).toBe(3n);
  });

  it('takes a replayed block in place of the one it knew', () => {
    const inputs = filled();
    inputs.add(block(4, 3, [8]));
    expect(inputs.contradicting(2n, words(8))).toBeUndefined();
  });
});
