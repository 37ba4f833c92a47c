import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { frameEthereum, fromHex } from '@metachain/program';
import type { Hex } from 'viem';

import { assembleOn } from '../testing/assemble-on.js';
import { CHAIN_ID, ETHER, TestRollup, users } from '../testing/test-rollup.js';
import { deriveOnce } from './follow.js';

jest.setTimeout(60_000);

const [alice] = users as [(typeof users)[0]];

let rollup: TestRollup;
beforeEach(async () => {
  rollup = await TestRollup.start();
}, 60_000);
afterEach(() => rollup.anvil.stop());

const derive = async () => {
  const times: bigint[] = [];
  const assembled = await assembleOn(rollup, { onBlock: (block) => void times.push(block.timestamp) });
  await deriveOnce(assembled);
  return { ...assembled.prover.status().boundary, times };
};

const now = async () => (await rollup.client.getBlock()).timestamp;
/** The next transaction is mined in a block of this time. */
const at = (timestamp: bigint) => rollup.client.setNextBlockTimestamp({ timestamp });

/** docs/spec/batch.md, "At the limits", line by line. */
describe('at the limit and one over', () => {
  it.each([
    ['3,600 s old is left out', 3_600n, 0n],
    ['3,601 s old is consumed', 3_601n, 1n],
  ])('of the time by which an item forces it, a message that is %s', async (_name, age, consumed) => {
    await rollup.deposit(alice, ETHER);
    await at((await now()) + age);
    await rollup.appendEmpty();
    expect(await derive()).toMatchObject({ item: 1n, delayedConsumed: consumed, blockNumber: consumed });
  });

  it.each([
    ['64 messages make one block', 64, 1n],
    ['65 messages make two', 65, 2n],
  ])('of the messages that one block is forced to consume, %s', async (_name, count, blocks) => {
    for (let i = 0; i < count; i++) await rollup.deposit(alice, 1n);
    await at((await now()) + 4_000n);
    await rollup.appendEmpty();
    expect(await derive()).toMatchObject({ item: 1n, delayedConsumed: BigInt(count), blockNumber: blocks });
  });

  it.each([
    ['86,400 s before its item keeps its time', -86_400n, -86_400n],
    ['86,401 s before its item is dated up', -86_401n, -86_400n],
    ['as late as its item keeps its time', 0n, 0n],
    ['a second later than its item is dated back', 1n, 0n],
  ])('of its age, a block %s', async (_name, shift, expected) => {
    const item = (await now()) + 100_000n;
    const block = await rollup.sign(rollup.engine.head.hash, item + shift, 0n, []);
    await at(item);
    expect((await rollup.post([block])).timestamp).toBe(item);
    expect((await derive()).times).toEqual([item + expected]);
  });

  it.each([
    ['as many messages as its item allows', 2n, 1n],
    ['one message more', 3n, 0n],
  ])('of what it may consume, a block that asks for %s', async (_name, delayed, blocks) => {
    await rollup.deposit(alice, ETHER);
    await rollup.deposit(alice, ETHER);
    await rollup.post([await rollup.sign(rollup.engine.head.hash, await now(), delayed, [])]);
    expect(await derive()).toMatchObject({ item: 1n, blockNumber: blocks, delayedConsumed: blocks * 2n });
  });

  it.each([
    ['16,384 bytes is read, and what follows it too', 16_384, 1n],
    ['16,385 bytes ends block and item', 16_385, 0n],
  ])('of its length, an Ethereum transaction of %s', async (_name, bytes, blocksAfter) => {
    const parent = rollup.engine.head.hash;
    const time = await now();
    const first = await rollup.sign(parent, time, 0n, [await entryOf(bytes)]);
    await rollup.post([first]);
    const made = await derive();
    expect(made.blockNumber).toBe(1n);
    const second = await rollup.sign(made.headerHash, time, 0n, []);
    await rollup.client.request({ method: 'anvil_reorg', params: [1, []] } as never);
    await rollup.post([first, second]);
    expect((await derive()).blockNumber).toBe(1n + blocksAfter);
  });

  it('of the size of a calldata batch, 102,400 bytes are derived to the last one, and a word more is refused by L1', async () => {
    const [version, head, payload] = [1, 144, (102_400 / 32) * 31];
    const content = payload - version - head;
    const entries = [...Array.from({ length: 6 }, () => 16_384), content - 6 * 16_387 - 3].map((bytes) =>
      entryOf(bytes),
    );
    const block = await rollup.sign(rollup.engine.head.hash, await now(), 0n, await Promise.all(entries));
    expect(block).toHaveLength(head + content);
    const item = await rollup.post([block]);
    expect(item.payloadWords).toBe(3_200);
    expect(await derive()).toMatchObject({ item: 1n, units: 1n, blockNumber: 1n });
    const words: Hex = `0x${'00'.repeat(102_400 + 32)}`;
    await expect(rollup.postWords(words)).rejects.toThrow('reverted');
  });
});

/** An entry with an Ethereum transaction of so many bytes. The rules skip it: its nonce is in the future. */
async function entryOf(bytes: number): Promise<Uint8Array> {
  const signed = async (data: number) => {
    const fields = { type: 'eip1559', chainId: CHAIN_ID, nonce: 1_000, gas: 3_000_000n, maxFeePerGas: 10n ** 9n };
    return fromHex(
      await alice.signTransaction({ ...fields, to: alice.address, data: `0x${'11'.repeat(data)}` } as never),
    );
  };
  // Lengths of RLP grow in steps, so the second guess is exact.
  const guess = bytes - 200;
  const transaction = await signed(guess + bytes - (await signed(guess)).length);
  expect(transaction).toHaveLength(bytes);
  const [tag] = frameEthereum(transaction.subarray(0, 1));
  return Uint8Array.of(tag!, bytes >> 8, bytes & 0xff, ...transaction);
}
