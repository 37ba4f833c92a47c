import { expect, it } from '@jest/globals';
import { payloadToCalldata } from '@metachain/bridge';
import { createGenesis, encodePayload, type ItemHeader, parseRecords, type SealedBlock } from '@metachain/program';
import { parseGwei } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { toChainBlock } from '../chain/chain-block.js';
import { EngineHost } from '../engine/engine-host.js';
import type { EngineBlock } from '../engine/engine.types.js';
import { programFactory } from '../engine/program-machine.js';
import { programRules } from '../engine/program-rules.js';
import { engineOptions, genesisOf, NOW, signedTransfer } from '../testing/engine-setup.js';
import { accumulatorOf, depositOf, itemWords, judgeItems, wordsOf } from '../testing/l1-words.js';
import { createBlockSigner } from './block-signer.js';
import { toUnposted } from './unposted-block.js';

const CHAIN_ID = 88_001;
const producer = privateKeyToAccount(`0x${'0a'.repeat(32)}`);
const user = privateKeyToAccount(`0x${'0b'.repeat(32)}`);

const genesis = genesisOf(CHAIN_ID, producer, user, 100);

const messages = [depositOf(user.address, 0n, NOW - 50n)];

const item = (index: number, changed: Partial<ItemHeader>) =>
  itemWords({
    poster: producer.address,
    l1BlockNumber: BigInt(index + 5),
    l1Timestamp: NOW + BigInt(index * 20),
    l1BaseFee: parseGwei('20'),
    l1BlobBaseFee: parseGwei('3'),
    delayedCount: 1n,
    delayedAccumulator: accumulatorOf(messages),
    ...changed,
  });

async function produce(): Promise<EngineBlock[]> {
  const blocks: EngineBlock[] = [];
  const options = engineOptions('derivation', genesis);
  const { host } = await EngineHost.start(options, programFactory(options), programRules, (event) => {
    if (event.type === 'block') blocks.push(event.block);
  });
  const submit = async (nonce: number) => {
    expect(await host.submit([await signedTransfer(options, user, nonce)])).toMatchObject([{ status: 'executed' }]);
  };
  await submit(0);
  await submit(1);
  await host.tick();
  const none = new Uint8Array(0);
  host.addL1({
    messages: [{ index: 0n, words: wordsOf(messages)(0n)!, alias: none }],
    items: [{ index: 0n, words: item(0, {}), alias: none }],
    time: NOW,
  });
  await submit(2);
  await host.tick();
  await host.tick();
  await submit(3);
  await host.stop();
  return blocks;
}

/** The inputs as L1 would hold them, and every unit run on them. */
function derive(payload: Uint8Array): SealedBlock[] {
  const words = payloadToCalldata(payload);
  const items = [item(0, {}), item(1, { payloadWords: BigInt(words.length / 32) })];
  return judgeItems(CHAIN_ID, createGenesis(genesis), [0n, 2n], {
    item: (number) => items[Number(number)],
    payload: () => words,
    message: wordsOf(messages),
  });
}

it('posts what the program derives again from L1, block by block', async () => {
  const soft = await produce();
  const sign = createBlockSigner(producer, CHAIN_ID);
  const unposted = await Promise.all(soft.map((block) => toUnposted(toChainBlock(block), sign)));
  const derived = derive(encodePayload(unposted.map(({ encoded }) => encoded)));
  expect(derived.map(({ hash }) => hash)).toEqual(soft.map(({ block }) => block.hash));
  expect(derived.map(({ stateRoot }) => stateRoot)).toEqual(soft.map(({ block }) => block.stateRoot));
  expect(soft).toHaveLength(3);
  expect(soft.map(({ block }) => block.delayedConsumed)).toEqual([0n, 1n, 1n]);
  expect(soft[1]!.context.priceItem).toBe(1n);
  expect(parseRecords(soft[1]!.records).receipts.map(({ kind }) => kind)).toEqual(['delayed', 'ethereum']);
});
