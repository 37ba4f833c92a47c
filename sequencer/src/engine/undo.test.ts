import { readdirSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { listSegments, readSegment } from '../journal/segment.js';
import { copyOf, crashPoints } from '../testing/crash-points.js';
import { settle, startToy, toyMessage } from '../testing/toy-host.js';
import { NEEDS_DEPOSIT, toyFactory, toyTransaction } from '../testing/toy-machine.js';
import { entriesOf } from './engine-views.js';
import type { EngineOptions } from './engine.types.js';
import type { PreparedTransaction } from './prepared.js';

type Toy = Awaited<ReturnType<typeof startToy>>;

/** Small blocks, so that an undo seals some; small frames, so that it writes many. */
const small: Partial<EngineOptions> = { maxContentBytes: 40, segmentBytes: 300, snapshotEveryBlocks: 2 };
const POINTS = 24;
const account = (index: number) => `0x${Buffer.alloc(20, index).toString('hex')}` as const;
const senders = [1, 2, 3];

/** Blocks of three accounts, some of them in snapshots, an open block, and a transaction that waits. Returns all of it. */
async function fill({ host, blocks }: Toy): Promise<PreparedTransaction[]> {
  const sent: PreparedTransaction[] = [];
  const send = async (...batch: PreparedTransaction[]) => {
    for (const outcome of await host.submit(batch)) expect(outcome).toMatchObject({ status: expect.any(String) });
    sent.push(...batch);
  };
  for (let nonce = 0; nonce < 6; nonce++) {
    await send(...senders.map((sender) => toyTransaction(sender, nonce)));
    await host.tick();
    await settle();
    await host.indexed(blocks().at(-1)!.block.number);
  }
  await send(toyTransaction(1, 6), toyTransaction(4, 1));
  return sent;
}

/** The chain as somebody has it who follows what the host says. */
function hashesOf({ events }: Toy): Map<bigint, string> {
  const chain = new Map<bigint, string>();
  for (const event of events) {
    if (event.type === 'block') chain.set(event.block.block.number, event.block.block.hash);
    if (event.type === 'undone') for (const number of chain.keys()) if (number > event.number) chain.delete(number);
  }
  return chain;
}

/** Everything sent is known exactly once: in a block or waiting. */
async function requireAll({ host, blocks }: Toy, sent: readonly PreparedTransaction[]): Promise<void> {
  for (const outcome of await host.submit(sent)) expect(outcome).toMatchObject({ message: 'already known' });
  expect(host.status().queued).toBe(1);
  expect([1, 2, 3, 4].map((sender) => host.nonce(account(sender)))).toEqual([7n, 6n, 6n, 0n]);
  await host.stop();
  await settle();
  const wires = blocks().flatMap((block) => entriesOf(block).map((wire) => Buffer.from(wire).toString('hex')));
  expect(new Set(wires).size).toBe(wires.length);
}

/** An item after a block, 2 unless told, that makes no block. */
const itemAfter = ({ blocks }: Toy, parent = 2) => {
  const { number, hash } = blocks()[parent - 1]!.block;
  return {
    parent: { number, hash },
    item: toyMessage(0, 1),
    start: { offset: 0, unit: 0 },
    words: new Uint8Array(0),
    messages: [],
    items: [],
  };
};

describe.each([
  ['an undo', ({ host }: Toy) => host.undo(1n, 1n << 60n, 1n << 60n)],
  ['an undo of everything', ({ host }: Toy) => host.undo(0n, 1n << 60n, 1n << 60n)],
  ['deriving an item of L1', (toy: Toy) => toy.host.derive(itemAfter(toy))],
])('a crash during %s', (_, remake) => {
  it('loses nothing acknowledged and runs nothing twice, wherever the journal ends', async () => {
    const toy = await startToy(undefined, small);
    const sent = await fill(toy);
    const before = copyOf(toy.directory);
    expect(readdirSync(before).some((name) => name.startsWith('snapshot-'))).toBe(true);
    await remake(toy);
    for (const directory of crashPoints(before, toy.directory, POINTS)) {
      const second = await startToy(directory, { ...small, replayAbove: 0n });
      await requireAll(second, sent);
      await requireAll(await startToy(directory, { ...small, replayAbove: 0n }), sent);
    }
    await toy.host.stop();
    await requireAll(await startToy(toy.directory, { ...small, replayAbove: 0n }), sent);
  }, 60_000);
});

describe('an undo', () => {
  it('for an item that builds on another block leaves the journal as it was', async () => {
    const toy = await startToy(undefined, small);
    const sent = await fill(toy);
    const hashes = toy.blocks().map(({ block }) => block.hash);
    const request = itemAfter(toy);
    const wrong = { ...request, parent: { ...request.parent, hash: toyFactory.programHash } };
    await expect(toy.host.derive(wrong)).rejects.toMatchObject({ code: 206 });
    await settle();
    expect(toy.events.at(-1)).toMatchObject({ type: 'halted' });
    expect(toy.events.some(({ type }) => type === 'undone')).toBe(false);
    const second = await startToy(toy.directory, { ...small, replayAbove: 0n });
    expect(second.blocks().map(({ block }) => block.hash)).toEqual(hashes);
    await requireAll(second, sent);
  });

  it('tells of itself first, then of the blocks that stay and of the new ones, in order', async () => {
    const toy = await startToy(undefined, small);
    await fill(toy);
    const told = toy.events.length;
    await toy.host.undo(2n, 1n << 60n, 1n << 60n);
    await toy.host.stop();
    await settle();
    const [first, ...others] = toy.events.slice(told);
    expect(first).toMatchObject({ type: 'undone', number: 2n, base: 2n });
    const numbers = others.map((event) => event.type === 'block' && event.block.block.number);
    expect(numbers).toEqual(numbers.map((_, place) => 3n + BigInt(place)));
    expect(numbers.length).toBeGreaterThan(1);
  });

  it('of more than a frame holds writes frames that are read again', async () => {
    const toy = await startToy(undefined, { segmentBytes: 4096, snapshotEveryBlocks: 1_000 });
    const many = Array.from({ length: 2_000 }, (_, nonce) => toyTransaction(1, nonce));
    await toy.host.submit(many);
    await toy.host.tick();
    await toy.host.undo(0n, 0n, 0n);
    await toy.host.stop();
    const files = await listSegments(toy.directory);
    const identity = Buffer.from(toyFactory.genesis.hash.slice(2), 'hex');
    for (const [place, file] of files.entries())
      for (const { body } of (await readSegment(file, identity, place === files.length - 1)).frames)
        expect(body.length).toBeLessThanOrEqual(4096);
    const second = await startToy(toy.directory);
    expect(second.host.nonce(account(1))).toBe(2_000n);
    await second.host.stop();
  });

  it('waits for another one, and so does everything that comes meanwhile', async () => {
    const toy = await startToy(undefined, small);
    const sent = await fill(toy);
    const late = toyTransaction(5, 0);
    const undos = [3n, 1n, 2n].map((number) => toy.host.undo(number, 1n << 60n, 1n << 60n));
    const [outcomes] = await Promise.all([
      toy.host.submit([late]),
      toy.host.tick(),
      toy.host.indexed(6n),
      toy.host.derive(itemAfter(toy, 1)),
      ...undos,
    ]);
    expect(outcomes).toMatchObject([{ status: 'executed' }]);
    expect(toy.events.flatMap((event) => (event.type === 'undone' ? [event.number] : []))).toEqual([3n, 1n, 2n, 1n]);
    await toy.host.stop();
    await settle();
    const second = await startToy(toy.directory, { ...small, replayAbove: 0n });
    expect(hashesOf(second)).toEqual(hashesOf(toy));
    expect(await second.host.submit([late])).toMatchObject([{ message: 'already known' }]);
    await requireAll(second, sent);
  });

  it('is survived by a snapshot that it did not get to delete', async () => {
    const toy = await startToy(undefined, small);
    const sent = await fill(toy);
    const before = copyOf(toy.directory);
    await toy.host.undo(1n, 1n << 60n, 1n << 60n);
    const [directory] = [...crashPoints(before, toy.directory, 2)].slice(-1);
    const snapshots = () => readdirSync(directory!).filter((name) => name.startsWith('snapshot-'));
    expect(snapshots().length).toBeGreaterThan(0);
    const second = await startToy(directory, small);
    expect(second.ready.refusedSnapshots[0]).toContain('undone branch');
    expect(snapshots()).toEqual([]);
    await requireAll(second, sent);
  });
});

describe('a transaction that the rules refuse after an undo', () => {
  const dropped = ({ events }: Toy) => events.flatMap((event) => (event.type === 'dropped' ? [event.hash] : []));

  /** The first of many transactions of an account needs a deposit, which L1 takes back. */
  async function takeBack() {
    const toy = await startToy(undefined, { queuePerAccount: 2 });
    toy.host.addL1({ messages: [toyMessage(0, 1)], items: [], time: 5n });
    const sent = [toyTransaction(1, 0, NEEDS_DEPOSIT), ...[1, 2, 3, 4, 5].map((nonce) => toyTransaction(1, nonce))];
    await toy.host.submit(sent);
    await toy.host.tick();
    await toy.host.undo(0n, 0n, 0n);
    return { toy, sent };
  }

  it('is told of once, also over restarts, and what followed it waits beyond the bounds of the queue', async () => {
    const { toy, sent } = await takeBack();
    expect(dropped(toy)).toEqual([sent[0]!.hash]);
    expect(toy.host.status().queued).toBe(5);
    await toy.host.stop();
    const second = await startToy(toy.directory, { queuePerAccount: 2 });
    expect(dropped(second)).toEqual([]);
    expect(second.host.status().queued).toBe(5);
    second.host.addL1({ messages: [toyMessage(0, 2)], items: [], time: 6n });
    await second.host.tick();
    expect(await second.host.submit([sent[0]!])).toMatchObject([{ status: 'executed' }]);
    expect(second.host.nonce(account(1))).toBe(6n);
    await second.host.stop();
  });

  it('does not come back once its sender replaced it', async () => {
    const toy = await startToy();
    await toy.host.submit([toyTransaction(1, 1, 10), toyTransaction(1, 1, 20)]);
    await toy.host.submit([toyTransaction(1, 0)]);
    await toy.host.stop();
    const second = await startToy(toy.directory);
    expect([second.host.status().queued, dropped(second)]).toEqual([0, []]);
    await second.host.stop();
  });
});
