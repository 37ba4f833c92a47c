import { describe, expect, it } from '@jest/globals';
import { delayedSourceHash, delayedWords } from '@metachain/program';
import { numberToHex, pad, type Hex } from 'viem';

import { KeptMessage } from './kept-message.js';

const hash = (seed: number): Hex => pad(numberToHex(seed), { size: 32 });
const content = {
  sender: pad('0xab', { size: 20 }),
  to: pad('0xcd', { size: 20 }),
  mint: 2n ** 200n,
  value: 7n,
  gasLimit: 200_000n,
  l1BlockNumber: 5n,
  l1Timestamp: 1_800_000_000n,
  sourceHash: delayedSourceHash(3n),
};
const l1 = { blockNumber: 5n, blockHash: hash(3), transactionHash: hash(4), logIndex: 6 };
const messageOf = (data: Hex) => {
  const words = delayedWords({ ...content, data });
  return { words, message: new KeptMessage({ index: 3n, words, accumulator: hash(1), alias: hash(2), l1 }) };
};

describe('a message that is kept', () => {
  it.each<Hex>(['0x', '0xabcdef', `0x${'5a'.repeat(32)}`, `0x${'00'.repeat(4_096)}`])(
    'tells all that it was made of, with data %.10s',
    (data) => {
      const { words, message } = messageOf(data);
      const { sender: from, to, mint, value, gasLimit, l1Timestamp: timestamp, sourceHash } = content;
      const told = { from, to, mint, value, gasLimit, timestamp, sourceHash, data };
      expect(message).toMatchObject({ index: 3n, accumulator: hash(1), alias: hash(2), l1, ...told });
      expect(message.words).toEqual(words);
    },
  );

  it('holds its data once, and no text', () => {
    const { words, message } = messageOf(`0x${'00'.repeat(4_096)}`);
    const held = Object.values(message);
    expect(
      held.filter((value) => typeof value === 'string' || (typeof value === 'object' && !ArrayBuffer.isView(value))),
    ).toEqual([]);
    const bytes = held.filter(ArrayBuffer.isView).reduce((sum, { buffer }) => sum + buffer.byteLength, 0);
    expect(bytes).toBe(words.length + 4 * 32);
  });
});
