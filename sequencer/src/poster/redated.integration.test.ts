import { expect, it } from '@jest/globals';
import { encodePayload } from '@metachain/program';
import { privateKeyToAccount } from 'viem/accounts';
import { toChainBlock } from '../chain/chain-block.js';
import { EngineHost } from '../engine/engine-host.js';
import type { EngineBlock, EngineEvent } from '../engine/engine.types.js';
import { programFactory } from '../engine/program-machine.js';
import { programRules } from '../engine/program-rules.js';
import { engineOptions, genesisOf, NOW, signedTransfer } from '../testing/engine-setup.js';
import { judge } from '../testing/judge.js';
import { createBlockSigner } from './block-signer.js';
import { toUnposted } from './unposted-block.js';

const CHAIN_ID = 88_003;
const producer = privateKeyToAccount(`0x${'0a'.repeat(32)}`);
const user = privateKeyToAccount(`0x${'0b'.repeat(32)}`);
/** L1 is a minute behind the clock of the sequencer. */
const ITEM_TIME = NOW - 60n;
const genesis = genesisOf(CHAIN_ID, producer, user, 1_000);
const options = engineOptions('redated', genesis);

async function start() {
  const events: EngineEvent[] = [];
  const { host } = await EngineHost.start(options, programFactory(options), programRules, (event) =>
    events.push(event),
  );
  return {
    host,
    blocks: (): EngineBlock[] => events.flatMap((event) => (event.type === 'block' ? [event.block] : [])),
  };
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
  const onL1 = judge(genesis, producer.address, ITEM_TIME, encodePayload(unposted.map(({ encoded }) => encoded)));
  expect(onL1).toMatchObject([{ number: 1n, timestamp: ITEM_TIME }]);
  expect(onL1[0]!.hash).not.toBe(soft[0]!.block.hash);

  const made = await host.redate(1n, ITEM_TIME);
  expect(made).toMatchObject({ number: 1n, hash: onL1[0]!.hash, stateRoot: onL1[0]!.stateRoot });
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

it('says so when there is no such block', async () => {
  const { host } = await start();
  expect(await host.redate(99n, ITEM_TIME)).toBeUndefined();
  await host.stop();
});
