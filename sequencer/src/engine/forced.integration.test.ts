import { expect, it } from '@jest/globals';
import {
  createGenesis,
  delayedSourceHash,
  delayedWords,
  Engine,
  itemHeaderWords,
  loadProgram,
  nextAccumulator,
} from '@metachain/program';
import { parseEther, parseGwei, zeroHash } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { engineOptions, genesisOf, NOW, signedTransfer } from '../testing/engine-setup.js';
import { EngineHost } from './engine-host.js';
import type { EngineBlock, EngineEvent } from './engine.types.js';
import { programFactory } from './program-machine.js';
import { programRules } from './program-rules.js';

const CHAIN_ID = 88_002;
const user = privateKeyToAccount(`0x${'0b'.repeat(32)}`);
const genesis = genesisOf(CHAIN_ID, user, user, 10_000);
const options = engineOptions('forced', genesis);

const messages = [0n, 1n].map((index) => ({
  sender: user.address,
  to: user.address,
  mint: parseEther('1'),
  value: 0n,
  gasLimit: 100_000n,
  data: '0x' as const,
  l1BlockNumber: 3n,
  l1Timestamp: NOW - 5_000n,
  sourceHash: delayedSourceHash(index),
}));
const item = itemHeaderWords({
  previous: zeroHash,
  poster: user.address,
  l1BlockNumber: 5n,
  l1Timestamp: NOW,
  l1BaseFee: parseGwei('1'),
  l1BlobBaseFee: 1n,
  delayedCount: 2n,
  delayedAccumulator: messages.reduce<`0x${string}`>(nextAccumulator, zeroHash),
  payloadKind: 'none',
  payloadWords: 0n,
  payloadHash: zeroHash,
});

async function start() {
  const events: EngineEvent[] = [];
  const { host } = await EngineHost.start(options, programFactory(options), programRules, (event) =>
    events.push(event),
  );
  const blocks = (): EngineBlock[] => events.flatMap((event) => (event.type === 'block' ? [event.block] : []));
  return { host, events, blocks };
}

const word = (bytes: Uint8Array, index: number) => bytes.slice(index * 32, index * 32 + 32);

/** What L1 itself makes of the item. */
function judge() {
  const made = createGenesis(genesis);
  const engine = Engine.fromGenesis({ module: loadProgram().module, chainId: CHAIN_ID }, made);
  const inputs = {
    itemWord: (_: bigint, index: number) => word(item, index),
    payloadWord: () => undefined,
    delayedWord: (number: bigint, index: number) => word(delayedWords(messages[Number(number)]!), index),
  };
  return engine.runUnit({ parentHash: made.hash, parentNumber: 0n, item: 0n, offset: 0, unit: 0 }, inputs).block!;
}

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
