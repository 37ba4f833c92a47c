import { expect, it } from '@jest/globals';
import { createGenesis, delayedWords } from '@metachain/program';
import { privateKeyToAccount } from 'viem/accounts';
import { engineOptions, genesisOf, NOW, signedTransfer } from '../testing/engine-setup.js';
import { startHost } from '../testing/foreign-item.js';
import { accumulatorOf, depositOf, itemWords, judgeItems, wordsOf } from '../testing/l1-words.js';

const CHAIN_ID = 88_002;
const user = privateKeyToAccount(`0x${'0b'.repeat(32)}`);
const genesis = genesisOf(CHAIN_ID, user, user, 10_000);
const options = engineOptions('forced', genesis);

const messages = [0n, 1n].map((index) => depositOf(user.address, index, NOW - 5_000n));
const item = itemWords({
  poster: user.address,
  l1Timestamp: NOW,
  delayedCount: 2n,
  delayedAccumulator: accumulatorOf(messages),
});

const start = () => startHost(options);

/** What L1 itself makes of the item. */
const judge = () =>
  judgeItems(CHAIN_ID, createGenesis(genesis), [0n, 1n], { item: () => item, message: wordsOf(messages) })[0]!;

it('takes over the blocks that L1 forced, puts the users transactions after them, and replays both', async () => {
  const { host, events, blocks } = await start();
  await host.submit([await signedTransfer(options, user, 0)]);
  await host.tick();

  const inputs = messages.map((message, index) => ({
    index: BigInt(index),
    words: delayedWords(message),
    alias: new Uint8Array(32),
  }));
  const none = new Uint8Array(0);
  const forced = await host.derive({
    parent: { number: 0n, hash: createGenesis(genesis).hash },
    item: { index: 0n, words: item, alias: none },
    start: { offset: 0, unit: 0 },
    words: none,
    messages: inputs,
    items: [],
  });
  const expected = judge();
  expect(forced).toMatchObject([
    { number: 1n, hash: expected.hash, stateRoot: expected.stateRoot, delayedConsumed: 2n, forced: true },
  ]);
  await host.tick();
  await host.stop();

  expect(events.map(({ type }) => type)).toEqual(['block', 'undone', 'block', 'block']);
  const [soft, made, again] = blocks();
  expect(made!.block.hash).toBe(expected.hash);
  expect(made!.messages).toHaveLength(2);
  expect(again!.block).toMatchObject({ number: 2n, parentHash: expected.hash });
  expect(again!.content).toEqual(soft!.content);

  const second = await start();
  expect(second.blocks().map(({ block }) => block.hash)).toEqual([expected.hash, again!.block.hash]);
  await second.host.stop();
});
