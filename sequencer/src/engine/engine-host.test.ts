import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { settle, startToy as start, toyMessage as message } from '../testing/toy-host.js';
import { PAUPER, toyTransaction } from '../testing/toy-machine.js';

describe('EngineHost', () => {
  it('executes in order, seals on the tick, and announces what is durable', async () => {
    const { host, blocks } = await start();
    const outcomes = await host.submit([toyTransaction(1, 0), toyTransaction(2, 0), toyTransaction(1, 1)]);
    expect(outcomes).toMatchObject([
      { status: 'executed', blockNumber: 1n, index: 0 },
      { status: 'executed', blockNumber: 1n, index: 1 },
      { status: 'executed', blockNumber: 1n, index: 2 },
    ]);
    await host.tick();
    await settle();
    expect(blocks().map(({ block, records, fresh }) => [block.number, records.length, fresh])).toEqual([[1n, 3, true]]);
    await host.tick();
    await settle();
    expect(blocks()).toHaveLength(1);
    await host.stop();
  });

  it('restarts from journal alone and from a snapshot with the same block hashes, keeping the open block', async () => {
    const { host, blocks, directory } = await start();
    for (let nonce = 0; nonce < 10; nonce++) {
      await host.submit([toyTransaction(1, nonce)]);
      if (nonce < 8) await host.tick();
      await settle();
      await host.indexed(BigInt(blocks().length));
    }
    const hashes = blocks().map(({ block }) => block.hash);
    expect(hashes).toHaveLength(8);
    const second = await start(directory);
    expect(second.ready.base).toBe(6n);
    expect(second.blocks().map(({ block }) => block.hash)).toEqual(hashes.slice(6));
    expect(second.host.nonce(`0x${'01'.repeat(20)}`)).toBe(10n);
    expect(second.host.status().openTransactions).toBe(2);
    expect(await second.host.submit([toyTransaction(1, 9)])).toMatchObject([{ message: 'already known' }]);
    const full = await start(directory, { replayAbove: 0n });
    expect(full.blocks().map(({ block }) => block.hash)).toEqual(hashes);
  });

  it('takes back a block in which nothing was included', async () => {
    const { host, blocks, directory } = await start();
    expect(await host.submit([toyTransaction(1, 0, 1), toyTransaction(1, 0, 2)])).toMatchObject([
      { status: 'executed' },
      { message: 'nonce too low: next nonce 1, tx nonce 0' },
    ]);
    await host.tick();
    await host.submit([toyTransaction(1, 0, 3)]);
    await host.tick();
    await host.submit([toyTransaction(1, 1)]);
    await host.tick();
    await settle();
    expect(blocks().map(({ entryEnds }) => entryEnds.length)).toEqual([1, 1]);
    const second = await start(directory);
    expect(second.blocks().map(({ block }) => block.hash)).toEqual(blocks().map(({ block }) => block.hash));
  });

  it('passes over a damaged snapshot and says so', async () => {
    const { host, directory } = await start();
    for (let nonce = 0; nonce < 4; nonce++) {
      await host.submit([toyTransaction(1, nonce)]);
      await host.tick();
      await settle();
      await host.indexed(BigInt(nonce + 1));
    }
    const file = join(
      directory,
      readdirSync(directory).find((name) => name.startsWith('snapshot-'))!,
    );
    const bytes = readFileSync(file);
    bytes[bytes.length - 2]! ^= 1;
    writeFileSync(file, bytes);
    const second = await start(directory);
    expect(second.ready).toMatchObject({ base: 0n, head: 4n });
    expect(second.ready.refusedSnapshots[0]).toContain('checksum differs');
  });

  it('queues future nonces, runs them when the gap closes, also after a restart', async () => {
    const { host, directory } = await start();
    expect(await host.submit([toyTransaction(1, 2), toyTransaction(1, 1), toyTransaction(1, 2)])).toMatchObject([
      { status: 'queued' },
      { status: 'queued' },
      { message: 'already known' },
    ]);
    expect(await host.submit([toyTransaction(1, 2, 1)])).toMatchObject([{ message: 'already known' }]);
    const second = await start(directory);
    expect(second.host.status().queued).toBe(2);
    await second.host.submit([toyTransaction(1, 0)]);
    expect(second.host.nonce(`0x${'01'.repeat(20)}`)).toBe(3n);
    expect(await second.host.submit([toyTransaction(1, 0, 5)])).toMatchObject([
      { message: 'nonce too low: next nonce 3, tx nonce 0' },
    ]);
  });

  it('asks ten percent more for a replacement and caps the queue of an account', async () => {
    const { host } = await start();
    await host.submit([toyTransaction(1, 5, 100)]);
    expect(await host.submit([toyTransaction(1, 5, 109)])).toMatchObject([
      { message: 'replacement transaction underpriced' },
    ]);
    expect(await host.submit([toyTransaction(1, 5, 110)])).toMatchObject([{ status: 'queued' }]);
    const many = await host.submit([6, 7, 8, 9].map((nonce) => toyTransaction(1, nonce)));
    expect(many[3]).toMatchObject({ message: expect.stringContaining('txpool is full') });
  });

  it('lets nobody wait who could not pay', async () => {
    const { host } = await start();
    expect(await host.submit([toyTransaction(PAUPER, 1), toyTransaction(1, 1)])).toMatchObject([
      { message: 'no funds' },
      { status: 'queued' },
    ]);
    expect(host.status().queued).toBe(1);
  });

  it('drops what waited too long and says so, also over restarts, and gives its place to others', async () => {
    let seconds = 0;
    const limits = { queueTotal: 2, queueSeconds: 60 };
    const { host, events, directory } = await start(undefined, limits, () => seconds * 1_000);
    const [old, young] = [toyTransaction(1, 1), toyTransaction(2, 1)];
    await host.submit([old]);
    seconds = 60;
    await host.submit([young]);
    await host.tick();
    expect(await host.submit([toyTransaction(3, 1)])).toMatchObject([{ message: 'txpool is full' }]);
    seconds = 61;
    await host.tick();
    await settle();
    expect(events.filter(({ type }) => type === 'dropped')).toEqual([
      { type: 'dropped', hash: old.hash, reason: 'the nonce before it did not come in time' },
    ]);
    expect(await host.submit([toyTransaction(3, 1)])).toMatchObject([{ status: 'queued' }]);
    await host.stop();
    const second = await start(directory, limits);
    expect(second.host.status().queued).toBe(2);
    await second.host.submit([toyTransaction(1, 0)]);
    expect(second.host.nonce(`0x${'01'.repeat(20)}`)).toBe(1n);
  });

  it('consumes deposits without transactions and replays them without L1', async () => {
    const { host, blocks, directory } = await start();
    host.addL1({ messages: [message(0, 1), message(1, 2)], items: [], time: 5n });
    await host.tick();
    await settle();
    expect(blocks()[0]!.block.delayedConsumed).toBe(2n);
    const second = await start(directory, { replayAbove: 0n });
    expect(second.blocks()[0]!.block.hash).toBe(blocks()[0]!.block.hash);
  });

  it('undoes blocks whose deposit was dropped and executes their transactions again', async () => {
    const { host, events, directory, blocks } = await start();
    await host.submit([toyTransaction(1, 0)]);
    await host.tick();
    host.addL1({ messages: [message(0, 1)], items: [], time: 5n });
    await host.submit([toyTransaction(1, 1)]);
    await host.tick();
    await host.submit([toyTransaction(2, 0)]);
    await settle();
    const before = blocks().at(-1)!.block;
    await host.undo(1n, 0n, 0n);
    host.addL1({ messages: [message(0, 9)], items: [], time: 6n });
    await host.tick();
    await host.tick();
    await settle();
    expect(events.filter((event) => event.type === 'undone')).toMatchObject([{ number: 1n }]);
    const after = blocks().at(-1)!.block;
    expect(after.delayedConsumed).toBe(1n);
    expect(after.hash).not.toBe(before.hash);
    expect(host.nonce(`0x${'01'.repeat(20)}`)).toBe(2n);
    expect(host.nonce(`0x${'02'.repeat(20)}`)).toBe(1n);
    const second = await start(directory);
    expect(second.ready.head).toBe(3n);
    expect(second.blocks().at(-1)!.block.hash).toBe(after.hash);
  });

  it('consumes a deposit again when its block is undone although L1 still has it', async () => {
    const { host, blocks, directory } = await start();
    host.addL1({ messages: [message(0, 1), message(1, 2)], items: [], time: 5n });
    await host.tick();
    await host.submit([toyTransaction(1, 0)]);
    await host.tick();
    await host.undo(0n, 1n << 60n, 1n);
    await host.tick();
    await settle();
    const { number, delayedConsumed } = blocks().at(-1)!.block;
    expect([number, delayedConsumed, host.nonce(`0x${'01'.repeat(20)}`)]).toEqual([1n, 1n, 1n]);
    const second = await start(directory);
    expect(second.blocks().at(-1)!.block.hash).toBe(blocks().at(-1)!.block.hash);
  });

  it('stops accepting when the journal cannot be written', async () => {
    const { host, events } = await start();
    const internals = host as unknown as { journal: { handle: { write: () => Promise<never> } } };
    internals.journal.handle.write = () => Promise.reject(new RangeError('EROFS: read-only file system'));
    const refused = { message: expect.stringContaining('EROFS') };
    expect(await host.submit([toyTransaction(1, 0)])).toMatchObject([refused]);
    expect(await host.submit([toyTransaction(2, 0)])).toMatchObject([refused]);
    await host.tick();
    expect(events.map(({ type }) => type)).toEqual(['halted']);
  });

  it('does not start on a damaged journal', async () => {
    const { host, directory } = await start();
    await host.submit([toyTransaction(1, 0)]);
    await host.submit([toyTransaction(1, 1)]);
    await host.stop();
    const file = join(
      directory,
      readdirSync(directory).find((name) => name.startsWith('journal-'))!,
    );
    const bytes = readFileSync(file);
    bytes[90]! ^= 1;
    writeFileSync(file, bytes);
    await expect(start(directory)).rejects.toMatchObject({ code: 101, file });
    rmSync(directory, { recursive: true });
  });
});
