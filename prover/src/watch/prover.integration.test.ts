import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { tokenAddress } from '@metachain/program';
import { zeroHash, type Hex } from 'viem';

import type { ProverConfig } from '../config.js';
import { AssertionMismatchError, CannotDeriveError, GenesisMismatchError } from '../errors.js';
import { ProverMetrics } from '../metrics/metrics.js';
import { assembleOn, quiet } from '../testing/assemble-on.js';
import { ETHER, TestRollup, users } from '../testing/test-rollup.js';
import { deriveOnce, follow } from './follow.js';
import type { ProverLog } from './prover-log.js';

jest.setTimeout(60_000);

const [alice, bob] = users as [(typeof users)[0], (typeof users)[0]];

let rollup: TestRollup;
beforeEach(async () => {
  rollup = await TestRollup.start();
}, 60_000);
afterEach(() => rollup.anvil.stop());

const open = (overrides: Partial<Record<keyof ProverConfig, unknown>> = {}, log = quiet) =>
  assembleOn(rollup, { config: rollup.config(overrides), log });

/** A node that knows nothing but L1. */
const derive = async (overrides: Partial<Record<keyof ProverConfig, unknown>> = {}) => {
  const assembled = await open(overrides);
  await deriveOnce(assembled);
  return assembled.prover.status();
};

const pay = (sequence: bigint, amount = 5n) =>
  rollup.packed(alice, sequence, [{ type: 'Transfer', token: tokenAddress(1), to: bob.address, amount }]);

describe('a prover that has only L1', () => {
  it.each(['calldata', 'blobs'] as const)(
    'rebuilds the same root from %s and agrees with an honest assertion',
    async (kind) => {
      await rollup.deposit(alice, 3n * ETHER);
      const first = await rollup.build([await pay(0n), await rollup.transfer(bob, 0, alice.address, 7n)], {
        delayed: 1n,
      });
      const second = await rollup.build([await pay(1n)]);
      await rollup.post([first.bytes, second.bytes], kind);
      await rollup.assertState();
      const { boundary, assertions, ready } = await derive();
      expect(boundary).toMatchObject({
        item: 1n,
        units: 2n,
        blockNumber: 2n,
        stateRoot: second.sealed.stateRoot,
        headerHash: second.sealed.hash,
        delayedConsumed: 1n,
        minted: 3n * ETHER,
      });
      expect(assertions).toEqual({ seen: 2, compared: 2, wrong: [] });
      expect(ready).toBe(true);
    },
  );

  it('includes a forced transaction without the sequencer once it is overdue', async () => {
    await rollup.deposit(alice, 2n * ETHER);
    await rollup.deposit(bob, 0n, alice.address, '0x', 1n);
    await rollup.appendEmpty();
    expect((await derive()).boundary).toMatchObject({ item: 1n, blockNumber: 0n, delayedConsumed: 0n });
    await rollup.client.increaseTime({ seconds: 3_700 });
    await rollup.appendEmpty();
    const { boundary } = await derive();
    expect(boundary).toMatchObject({ item: 2n, blockNumber: 1n, delayedConsumed: 2n, minted: 2n * ETHER });
  });

  it('counts the ether: deposits less withdrawals are what the state holds', async () => {
    await rollup.deposit(alice, 2n * ETHER);
    const block = await rollup.build(
      [
        await rollup.packed(alice, 0n, [
          { type: 'Withdraw', token: tokenAddress(0), to: alice.address, amount: ETHER },
        ]),
      ],
      { delayed: 1n },
    );
    await rollup.post([block.bytes]);
    const metrics = new ProverMetrics('test', false);
    const assembled = await assembleOn(rollup, { metrics });
    await deriveOnce(assembled);
    expect(assembled.prover.status().boundary).toMatchObject({ minted: 2n * ETHER, withdrawn: ETHER });
    const shown = await metrics.registry.metrics();
    expect(shown).toContain('value_conservation_delta 0');
    expect(shown).toContain(`withdrawals_pending_wei ${Number(ETHER)}`);
  });

  it('raises the alarm when the portal holds less than the chain owes', async () => {
    await rollup.deposit(alice, 2n * ETHER);
    await rollup.client.setBalance({ address: rollup.deployment.addresses.portal, value: ETHER });
    await rollup.client.mine({ blocks: 1 });
    const fatal = jest.fn<ProverLog['fatal']>();
    await deriveOnce(await open({}, { ...quiet, fatal }));
    expect(fatal).toHaveBeenCalledWith({ event: 'escrow_broken', pending: -ETHER }, expect.any(String));
  });
});

describe('a lie', () => {
  const lies: [string, Parameters<TestRollup['assertState']>[0]][] = [
    ['state root', { stateRoot: `0x${'11'.repeat(32)}` }],
    ['header hash (a receipt, a log)', { headerHash: `0x${'22'.repeat(32)}` }],
    ['block number', { blockNumber: 0n }],
    ['program', { programHash: `0x${'33'.repeat(32)}` }],
  ];

  it.each(lies)('about the %s is caught, with both tuples in the log', async (_name, lie) => {
    const blocks = [await rollup.build([await pay(0n)]), await rollup.build([await pay(1n)])];
    await rollup.post(blocks.map(({ bytes }) => bytes));
    await rollup.assertState(lie);
    const fatal = jest.fn<ProverLog['fatal']>();
    await expect(deriveOnce(await open({}, { ...quiet, fatal }))).rejects.toThrow(AssertionMismatchError);
    expect(fatal).toHaveBeenCalledWith(
      expect.objectContaining({
        event: 'assertion_wrong',
        id: 1n,
        asserted: expect.any(String),
        derived: expect.any(String),
      }),
      expect.any(String),
    );
  });

  it('about the number of blocks is caught, with the right root as well', async () => {
    await rollup.postPayload(Uint8Array.of(9));
    const blocks = [await rollup.build([await pay(0n)]), await rollup.build([await pay(1n)])];
    await rollup.post(blocks.map(({ bytes }) => bytes));
    await rollup.assertState({ blockNumber: 1n });
    const { assertions } = await derive({ keepGoing: true });
    const tuple = expect.stringMatching(/^tuple asserted/);
    expect(assertions.wrong).toMatchObject([{ id: 1n, reasons: ['block number asserted 1, derived 2', tuple] }]);
  });

  it('leaves a prover that keeps going up, not ready, with the mismatch counted', async () => {
    await rollup.post([(await rollup.build([await pay(0n)])).bytes]);
    await rollup.assertState({ stateRoot: zeroHash });
    const { ready, reason, assertions } = await derive({ keepGoing: true });
    expect([ready, reason]).toEqual([false, 'a wrong assertion stands on L1']);
    expect(assertions.wrong).toMatchObject([{ id: 1n, itemIndex: 1n }]);
  });

  it('in a batch makes the honest-looking assertion wrong: L1 decides, not the producer', async () => {
    const { bytes } = await rollup.build([await pay(0n)]);
    const tampered = bytes.slice();
    tampered[tampered.length - 70]! ^= 1;
    await rollup.post([tampered]);
    await rollup.assertState();
    const { boundary, assertions } = await derive({ keepGoing: true });
    expect(boundary).toMatchObject({ item: 1n, blockNumber: 0n });
    expect(assertions.wrong).toHaveLength(1);
  });

  it('about the genesis is named', async () => {
    const assembled = await assembleOn(rollup, { genesis: { ...rollup.genesis, chainId: 5 } });
    await expect(deriveOnce(assembled)).rejects.toThrow(GenesisMismatchError);
  });
});

describe('hostile items', () => {
  it('cost a bounded number of units and change nothing, whoever posts them; the same on every node', async () => {
    const good = await rollup.build([await pay(0n)]);
    const parent = good.sealed.parentHash;
    const time = good.sealed.timestamp;
    const payload = Uint8Array.from([1, ...good.bytes]);
    const wrongMarker = payload.slice();
    wrongMarker[1] = 9;
    const items: [string, () => Promise<unknown>][] = [
      ['random bytes', () => rollup.postPayload(Uint8Array.from({ length: 5_000 }, (_, i) => (i * 97 + 13) & 255))],
      ['another version', () => rollup.postPayload(Uint8Array.from([2, ...good.bytes]))],
      ['a wrong marker', () => rollup.postPayload(wrongMarker)],
      ['a version alone', () => rollup.postPayload(Uint8Array.of(1))],
      ['words that are no field elements', () => rollup.postWords(`0x${'ff'.repeat(640)}`)],
      ['a header cut off', () => rollup.postPayload(payload.slice(0, 60))],
      ['content cut off', () => rollup.postPayload(payload.slice(0, payload.length - 40))],
      ['a wrong parent', async () => rollup.post([await rollup.sign(`0x${'77'.repeat(32)}`, time, 0n, [])])],
      ['a stranger as producer', async () => rollup.post([await rollup.sign(parent, time, 0n, [], { signer: alice })])],
      ['more messages than there are', async () => rollup.post([await rollup.sign(parent, time, 9n, [])])],
      ['no payload', () => rollup.appendEmpty()],
    ];
    for (const [, post] of items) await post();
    expect((await derive()).boundary).toMatchObject({
      item: BigInt(items.length),
      units: BigInt(items.length),
      blockNumber: 0n,
    });
    await rollup.post([good.bytes]);
    await rollup.post([good.bytes]);
    const expected = {
      item: BigInt(items.length) + 2n,
      blockNumber: 1n,
      stateRoot: good.sealed.stateRoot,
      headerHash: good.sealed.hash,
    };
    expect((await derive()).boundary).toMatchObject(expected);
    expect((await derive()).boundary).toEqual((await derive()).boundary);
  });

  it('cannot name prices of an item that is not before them', async () => {
    const parent = rollup.engine.head.hash;
    const { timestamp } = await rollup.client.getBlock();
    await rollup.post([await rollup.sign(parent, timestamp, 0n, [], { priceItem: 1n })]);
    expect((await derive()).boundary).toMatchObject({ item: 1n, blockNumber: 0n });
    await rollup.post([await rollup.sign(parent, timestamp, 0n, [], { priceItem: 2n })]);
    expect((await derive()).boundary).toMatchObject({ item: 2n, blockNumber: 0n });
    await rollup.post([await rollup.sign(parent, timestamp, 0n, [], { priceItem: 2n })]);
    expect((await derive()).boundary).toMatchObject({ item: 3n, blockNumber: 1n });
  });

  it.each([
    ['far ahead', 3_600n, 0n],
    ['a day and an hour behind', -90_000n, -86_400n],
  ])('with a time %s of the item count as the nearest allowed time', async (_name, shift, allowed) => {
    const { timestamp } = await rollup.client.getBlock();
    const item = await rollup.post([await rollup.sign(rollup.engine.head.hash, timestamp + shift, 0n, [])]);
    const times: bigint[] = [];
    const assembled = await assembleOn(rollup, { onBlock: (block) => void times.push(block.timestamp) });
    await deriveOnce(assembled);
    const parentTime = BigInt(rollup.genesis.timestamp);
    const lowest = item.timestamp + allowed > parentTime ? item.timestamp + allowed : parentTime;
    expect(times).toEqual([lowest]);
  });

  it('that consume fewer messages than are overdue consume those anyway', async () => {
    await rollup.deposit(alice, ETHER);
    await rollup.client.increaseTime({ seconds: 3_700 });
    const { timestamp } = await rollup.client.getBlock();
    await rollup.post([await rollup.sign(rollup.engine.head.hash, timestamp, 0n, [])]);
    expect((await derive()).boundary).toMatchObject({ blockNumber: 1n, delayedConsumed: 1n, minted: ETHER });
  });

  it('keep what precedes the first wrong block of a batch', async () => {
    const first = await rollup.build([await pay(0n)]);
    await rollup.build([await pay(1n)]);
    const second = await rollup.sign(zeroHash, first.sealed.timestamp, 0n, []);
    await rollup.post([first.bytes, second]);
    expect((await derive()).boundary).toMatchObject({ blockNumber: 1n, headerHash: first.sealed.hash });
  });

  it('with an undecodable transaction end the block there', async () => {
    const entry = await pay(0n);
    const parent = rollup.engine.head.hash;
    const timestamp = (await rollup.client.getBlock()).timestamp;
    const { sealed } = await rollup.build([entry]);
    await rollup.post([await rollup.sign(parent, timestamp, 0n, [entry, Uint8Array.of(0x05, 1, 2)])]);
    expect((await derive()).boundary).toMatchObject({ blockNumber: 1n, stateRoot: sealed.stateRoot });
  });
});

describe('a running prover', () => {
  const running = async (
    overrides: Partial<Record<keyof ProverConfig, unknown>>,
    until: (assembled: Awaited<ReturnType<typeof open>>) => boolean,
  ) => {
    const events: unknown[] = [];
    const note = (fields: object) => events.push((fields as { event: unknown }).event);
    const assembled = await open(overrides, { info: note, warn: note, error: note, fatal: note });
    const controller = new AbortController();
    const metrics = new ProverMetrics('test', false);
    const done = follow(
      { ...assembled, metrics, log: quiet, retryMilliseconds: 20 },
      AbortSignal.any([controller.signal, AbortSignal.timeout(55_000)]),
    );
    for (const limit = Date.now() + 50_000; !until(assembled) && Date.now() < limit;)
      await Promise.race([done, new Promise((resolve) => setTimeout(resolve, 20))]);
    return { assembled, events, done, stop: async () => (controller.abort(), done) };
  };

  it('resumes from its checkpoint, and refuses one that L1 reorganised away', async () => {
    const dataDirectory = await mkdtemp(join(tmpdir(), 'prover-'));
    await rollup.post([(await rollup.build([await pay(0n)])).bytes]);
    const first = await running({ dataDirectory }, ({ prover }) => prover.status().boundary.item === 1n);
    await first.stop();
    const snapshot: Hex = await rollup.client.snapshot();
    await rollup.post([(await rollup.build([await pay(1n)])).bytes], 'blobs');
    const second = await running({ dataDirectory }, ({ prover }) => prover.status().boundary.item === 2n);
    expect(second.events).toContain('resumed');
    expect(second.events.filter((event) => event === 'item_replayed')).toHaveLength(1);
    await second.stop();
    await rollup.client.revert({ id: snapshot });
    await rollup.appendEmpty();
    await rollup.appendEmpty();
    const third = await running(
      { dataDirectory },
      ({ prover }) => prover.status().ready && prover.status().boundary.item === 3n,
    );
    expect(third.assembled.prover.status().boundary).toMatchObject({ item: 3n, blockNumber: 1n });
    expect(third.events).toContain('pipeline_reset');
    await third.stop();
    await rm(dataDirectory, { recursive: true });
  });

  it('goes on in memory, and says so, where the disk refuses what it would keep', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'prover-'));
    await writeFile(join(directory, 'full'), '');
    for (const sequence of [0n, 1n]) await rollup.post([(await rollup.build([await pay(sequence)])).bytes], 'blobs');
    await rollup.assertState();
    const overrides = { dataDirectory: join(directory, 'full'), checkpointSeconds: 1 };
    const { assembled, events, stop } = await running(overrides, ({ prover }) => prover.status().ready);
    expect(assembled.prover.status()).toMatchObject({
      ready: true,
      boundary: { item: 2n },
      assertions: { compared: 2 },
    });
    await stop();
    expect(events).toContain('disk_refused');
    const { values } = await assembled.parts.metrics.diskRefused.get();
    expect(values.map(({ labels, value }) => [labels.what, value])).toEqual(
      expect.arrayContaining([
        ['blobs', 1],
        ['boundaries', 1],
        ['checkpoints', 1],
      ]),
    );
    await rm(directory, { recursive: true });
  });

  it('undoes what an L1 reorg drops and follows what replaces it', async () => {
    await rollup.client.mine({ blocks: 2 });
    const first = await rollup.build([await pay(0n)]);
    await rollup.post([first.bytes]);
    const second = await rollup.build([await pay(1n)]);
    await rollup.post([second.bytes]);
    const { assembled, done, stop } = await running({}, ({ prover }) => prover.status().boundary.blockNumber === 2n);
    await rollup.client.request({ method: 'anvil_reorg', params: [1, []] } as never);
    const until = async (block: bigint) => {
      for (let turn = 0; turn < 1_000 && assembled.prover.status().boundary.blockNumber !== block; turn++)
        await Promise.race([done, new Promise((resolve) => setTimeout(resolve, 20))]);
      expect(assembled.prover.status().boundary.blockNumber).toBe(block);
    };
    await until(1n);
    expect(assembled.prover.status().boundary).toMatchObject({ item: 1n, stateRoot: first.sealed.stateRoot });
    await rollup.post([second.bytes]);
    await until(2n);
    expect(assembled.prover.status().boundary.stateRoot).toBe(second.sealed.stateRoot);
    await stop();
  });
});

describe('a blob that is gone', () => {
  it('stops derivation with an error that names it; the batch is never skipped', async () => {
    await rollup.post([(await rollup.build([await pay(0n)])).bytes], 'blobs');
    const { source, watcher, replayer, prover } = await open({ blobs: { retries: 0 } });
    const honest = source.request.bind(source);
    source.request = (async (method: string, params?: unknown) =>
      method.startsWith('anvil_getBlobs') ? [] : honest(method, params)) as typeof source.request;
    const error = await deriveOnce({ prover, watcher }).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(CannotDeriveError);
    expect((error as Error).message).toMatch(/item 0.*blob 0x01[0-9a-f]{62}/);
    expect(replayer.boundary.item).toBe(0n);
    expect(prover.status().ready).toBe(false);
  });
});
