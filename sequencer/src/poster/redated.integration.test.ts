import { expect, it } from '@jest/globals';
import { createGenesis, encodePayload } from '@metachain/program';
import { zeroHash } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { toChainBlock } from '../chain/chain-block.js';
import { EngineHost } from '../engine/engine-host.js';
import type { DerivationRequest, EngineBlock, EngineEvent, EngineOptions } from '../engine/engine.types.js';
import { programFactory } from '../engine/program-machine.js';
import { programRules } from '../engine/program-rules.js';
import { engineOptions, genesisOf, NOW, signedTransfer } from '../testing/engine-setup.js';
import { firstItem, judge } from '../testing/judge.js';
import { createBlockSigner } from './block-signer.js';
import { toUnposted } from './unposted-block.js';

const CHAIN_ID = 88_003;
const producer = privateKeyToAccount(`0x${'0a'.repeat(32)}`);
const user = privateKeyToAccount(`0x${'0b'.repeat(32)}`);
/** L1 is a minute behind the clock of the sequencer. */
const ITEM_TIME = NOW - 60n;
const genesis = genesisOf(CHAIN_ID, producer, user, 1_000);
const options = engineOptions('redated', genesis);

async function start(of: EngineOptions = options) {
  const events: EngineEvent[] = [];
  const { host } = await EngineHost.start(of, programFactory(of), programRules, (event) => events.push(event));
  return {
    host,
    blocks: (): EngineBlock[] => events.flatMap((event) => (event.type === 'block' ? [event.block] : [])),
  };
}

/** The payload as the first item of L1, after genesis. */
function requestFor(payload: Uint8Array, time: bigint): DerivationRequest {
  const { header, words } = firstItem(producer.address, time, payload);
  const item = { index: 0n, words: header, alias: new Uint8Array(0) };
  const parent = { number: 0n, hash: createGenesis(genesis).hash };
  return { parent, item, start: { offset: 0, unit: 0 }, words, messages: [], items: [] };
}

async function transfer(host: EngineHost, nonce: number) {
  const prepared = await signedTransfer(options, user, nonce);
  expect(await host.submit([prepared])).toMatchObject([{ status: 'executed' }]);
}

it('takes over a block that L1 dated back, executes what followed anew, and replays both', async () => {
  const { host, blocks } = await start();
  await transfer(host, 0);
  await host.tick();
  await transfer(host, 1);
  await host.tick();
  const soft = blocks();
  expect(soft.every(({ context }) => context.timestamp > ITEM_TIME)).toBe(true);
  const sign = createBlockSigner(producer, CHAIN_ID);
  const unposted = await Promise.all(soft.map((block) => toUnposted(toChainBlock(block), sign)));
  const payload = encodePayload(unposted.map(({ encoded }) => encoded));
  const onL1 = judge(genesis, producer.address, ITEM_TIME, payload);
  expect(onL1).toMatchObject([{ number: 1n, timestamp: ITEM_TIME }]);
  expect(onL1[0]!.hash).not.toBe(soft[0]!.block.hash);

  const made = await host.derive(requestFor(payload, ITEM_TIME));
  expect(made).toMatchObject([{ number: 1n, hash: onL1[0]!.hash, stateRoot: onL1[0]!.stateRoot, forced: false }]);
  await host.tick();
  await transfer(host, 2);
  await host.stop();
  const [, , dated, again] = blocks();
  expect(dated!.block.hash).toBe(onL1[0]!.hash);
  expect(again!.block.parentHash).toBe(onL1[0]!.hash);
  expect(again!.content).toEqual(soft[1]!.content);
  expect(again!.context.timestamp).toBeGreaterThanOrEqual(NOW);

  const second = await start();
  expect(second.blocks().map(({ block }) => block.hash)).toEqual(
    blocks()
      .slice(2)
      .map(({ block }) => block.hash),
  );
  await second.host.stop();
});

it('takes the same block over again at a later time, as after a reorganisation of L1', async () => {
  const fresh = { ...options, directory: engineOptions('redated-twice', genesis).directory };
  const { host, blocks } = await start(fresh);
  await transfer(host, 0);
  await host.tick();
  const sign = createBlockSigner(producer, CHAIN_ID);
  const payload = encodePayload([(await toUnposted(toChainBlock(blocks()[0]!), sign)).encoded]);
  const [early, late] = [ITEM_TIME, ITEM_TIME + 30n];
  for (const time of [early, late, early]) {
    const [expected] = judge(genesis, producer.address, time, payload);
    expect(await host.derive(requestFor(payload, time))).toMatchObject([{ hash: expected!.hash }]);
  }
  const hashes = blocks().map(({ block }) => block.hash);
  await host.stop();
  const second = await start(fresh);
  expect(second.blocks().map(({ block }) => block.hash)).toEqual(hashes.slice(-1));
  await second.host.stop();
});

it('makes nothing on another block than the one that L1 builds on, and stops', async () => {
  const { host } = await start({ ...options, directory: engineOptions('redated-wrong', genesis).directory });
  const request = { ...requestFor(new Uint8Array(1), ITEM_TIME), parent: { number: 0n, hash: zeroHash } };
  await expect(host.derive(request)).rejects.toMatchObject({ code: 206 });
  expect(host.status().halted).toContain('block 0');
});
