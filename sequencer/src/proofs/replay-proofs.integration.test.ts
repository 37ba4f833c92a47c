import { describe, expect, it } from '@jest/globals';
import { balanceKey, systemAddresses, toHex, verifyProof } from '@metachain/program';
import { hexToBytes, type Hex } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { EngineHost } from '../engine/engine-host.js';
import type { EngineBlock, EngineOptions } from '../engine/engine.types.js';
import { programFactory } from '../engine/program-machine.js';
import { programRules } from '../engine/program-rules.js';
import { SnapshotStore } from '../journal/snapshot-store.js';
import { engineOptions, genesisOf, signedTransfer } from '../testing/engine-setup.js';
import { replayProofs } from './replay-proofs.js';

const producer = privateKeyToAccount(`0x${'61'.repeat(32)}`);
const user = privateKeyToAccount(`0x${'62'.repeat(32)}`);
const BALANCE = toHex(balanceKey(systemAddresses.eth, user.address));
const ABSENT = `0x0701${'ab'.repeat(30)}` as const;

/** A journal of `count` blocks that goes on being written, with snapshots now and then. */
async function makeBlocks(count: number, changed: Partial<EngineOptions> = {}) {
  const genesis = genesisOf(88_020, producer, user, 100);
  const options = { ...engineOptions('replay-proofs', genesis), snapshotEveryBlocks: 3, ...changed };
  const blocks: EngineBlock[] = [];
  const factory = programFactory(options);
  const { host } = await EngineHost.start(options, factory, programRules, (event) => {
    if (event.type === 'block') blocks.push(event.block);
  });
  host.setSafe(1n << 40n);
  for (let nonce = 0; nonce < count; nonce++) {
    await host.submit([await signedTransfer(options, user, nonce)]);
    await host.tick();
    await host.indexed(BigInt(nonce + 1));
  }
  const snapshots = new SnapshotStore(options.directory, factory.genesis.hash, factory.programHash);
  return { options, host, blocks, snapshots };
}

const requireProof = (stateRoot: Hex, key: Hex, proof: Hex) =>
  expect(verifyProof(hexToBytes(stateRoot), hexToBytes(key), hexToBytes(proof))).toBeDefined();

describe('replayProofs', () => {
  it('proves words of any block, from genesis and from a snapshot, while the engine goes on', async () => {
    const { options, host, blocks, snapshots } = await makeBlocks(8);
    expect(await snapshots.list()).toEqual([6n, 3n]);
    for (const number of [2n, 3n, 5n, 8n]) {
      const proven = await replayProofs(options, { number, keys: [BALANCE, ABSENT] });
      const { stateRoot } = blocks[Number(number) - 1]!.block;
      expect(proven.stateRoot).toBe(stateRoot);
      for (const [key, { proof }] of proven.words) requireProof(stateRoot, key, proof);
      expect(proven.words.get(ABSENT)!.value).toBe(`0x${'00'.repeat(32)}`);
    }
    await host.submit([await signedTransfer(options, user, 8)]);
    await host.tick();
    expect(host.status().head).toBe(9n);
    await host.stop();
  }, 120_000);

  it('says where the journal ends', async () => {
    const { options, host } = await makeBlocks(2);
    await expect(replayProofs(options, { number: 3n, keys: [] })).rejects.toMatchObject({ code: 207 });
    await host.stop();
  }, 120_000);

  it('finds what it needs although everything else was pruned: nothing after the last proven block goes', async () => {
    const settings = { archive: false, snapshotEveryBlocks: 2, segmentBytes: 4_096, provenBlock: 5n };
    const { options, host, blocks, snapshots } = await makeBlocks(24, settings);
    // Of the snapshots before the three newest only that from which block 5 is rebuilt is left.
    expect(await snapshots.list()).toEqual([24n, 22n, 20n, 4n]);
    for (const number of [5n, 13n]) {
      const { stateRoot } = await replayProofs(options, { number, keys: [BALANCE] });
      expect(stateRoot).toBe(blocks[Number(number) - 1]!.block.stateRoot);
    }
    host.setProven(21n);
    for (let nonce = 24; nonce < 28; nonce++) {
      await host.submit([await signedTransfer(options, user, nonce)]);
      await host.tick();
      await host.indexed(BigInt(nonce + 1));
    }
    expect(await snapshots.list()).toEqual([28n, 26n, 24n, 20n]);
    await expect(replayProofs(options, { number: 13n, keys: [] })).rejects.toMatchObject({ code: 106 });
    await host.stop();
  }, 120_000);
});
