import { withdrawalSlot } from '@metachain/program';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { concat, encodeAbiParameters, type Hex, keccak256, toBytes, toHex } from 'viem';
import type { ChainBlock } from '../chain/chain.types.js';
import { type IndexDatabase, openIndexDatabase } from './index-database.js';
import { IndexReader } from './index-reader.js';
import { IndexWriter } from './index-writer.js';
import { IndexGap, TooManyLogs } from './index.errors.js';
import { bloomMayContain } from './logs-bloom.js';
import { startPostgres, startSqlite, type TestDatabase } from './testing/databases.js';
import {
  account,
  accountTopic,
  chainBlock,
  poolAddress,
  receipt,
  sync,
  tokenAddress,
  transfer,
  TRANSFER_TOPIC,
  transferTransaction,
  word,
} from './testing/blocks.js';

const [alice, bob, carol] = ['alice', 'bob', 'carol'].map(account) as [Hex, Hex, Hex];
const [eth, mb] = [tokenAddress(0), tokenAddress(1)];
const rowsOfBlocks = ['transaction_hashes', 'transaction_places', 'transaction_chunks', 'log_postings', 'activity'];
const everything = { addresses: [], topics: [] };

const block = (number: number, fork = ''): ChainBlock =>
  chainBlock({
    number: BigInt(number),
    fork,
    transactions: [
      transferTransaction(`a${number}${fork}`, eth, alice, bob, { nonce: BigInt(number - 1) }),
      transferTransaction(`b${number}${fork}`, mb, bob, carol, {
        lane: 7,
        nonce: BigInt(number - 1),
        events: [transfer(mb, bob, carol, 1n), sync(poolAddress(0), 5n, 6n)],
      }),
    ],
  });

/** A block with one transaction, always the same withdrawal. */
function withdrawing(number: bigint): ChainBlock {
  const data = encodeAbiParameters(
    [{ type: 'uint256' }, { type: 'uint256' }, { type: 'bytes' }, { type: 'bytes32' }],
    [5n, 100_000n, '0x1234', word('withdrawal')],
  );
  const topic = keccak256(toBytes('MessagePassed(uint256,address,address,uint256,uint256,bytes,bytes32)'));
  const event = {
    address: '0x4200000000000000000000000000000000000016' as Hex,
    topics: [topic, word('n'), accountTopic(alice), accountTopic(bob)],
    data,
  };
  return chainBlock({ number, transactions: [{ wire: toBytes('0x01'), receipt: receipt({ events: [event] }) }] });
}

describe.each([
  ['sqlite', startSqlite],
  ['postgres', startPostgres],
] as const)('index on %s', (_name, start) => {
  let server: TestDatabase;
  let database: IndexDatabase;
  let writer: IndexWriter;
  let reader: IndexReader;

  beforeAll(async () => {
    server = await start();
    database = await openIndexDatabase(server.url);
    reader = new IndexReader(database);
  }, 60_000);

  afterAll(async () => {
    await database.close();
    await server.stop();
  });

  beforeEach(async () => {
    writer = new IndexWriter(database);
    await writer.undoAbove(-1);
  });

  it('has the schema of the entities', async () => {
    const changes = await database.writer.driver.createSchemaBuilder().log();
    expect(changes.upQueries.map(({ query }) => query)).toEqual([]);
  });

  it('opens an existing index again without touching it', async () => {
    await writer.apply(block(1));
    const again = await openIndexDatabase(server.url);
    expect(await new IndexWriter(again).head()).toEqual({ number: 1, hash: block(1).block.hash });
    await again.close();
  });

  it('returns what was written', async () => {
    const written = block(1);
    await writer.apply(written);
    const found = await reader.transaction(written.transactions[1]!.receipt.hash, 1);
    expect(found?.block).toMatchObject({
      number: 1,
      hash: written.block.hash,
      timestamp: 1_800_000_001,
      transactionCount: 2,
      logCount: 3,
    });
    expect(found?.transaction).toMatchObject({
      position: 1,
      sender: bob,
      lane: 7,
      firstLog: 1,
      wire: toHex(written.transactions[1]!.wire),
    });
    const { kind: _kind, sender: _sender, nonce: _nonce, lane: _lane, ...rest } = written.transactions[1]!.receipt;
    expect(found!.transaction.receipt).toEqual(rest);
    expect(await reader.transactionHashes(1)).toEqual(written.transactions.map((entry) => entry.receipt.hash));
    expect(await reader.blockByHash(written.block.hash)).toMatchObject({ number: 1 });
  });

  it('tells transactions apart whose hashes start alike', async () => {
    const alike = [1, 2].map((last) => receipt({ hash: `0x${'ab'.repeat(31)}0${last}`, nonce: BigInt(last) }));
    for (const [index, fields] of alike.entries())
      await writer.apply(
        chainBlock({ number: BigInt(index + 1), transactions: [{ wire: toBytes('0x01'), receipt: fields }] }),
      );
    for (const [index, { hash }] of alike.entries())
      expect(await reader.transaction(hash, 9)).toMatchObject({ block: { number: index + 1 }, transaction: { hash } });
    expect(await reader.transaction(`0x${'ab'.repeat(31)}03`, 9)).toBeUndefined();
    await writer.undoAbove(1);
    expect(await reader.transaction(alike[0]!.hash, 9)).toBeDefined();
  });

  it('keeps every hash through the migration of the table of hashes, back and forth', async () => {
    for (const number of [1, 2]) await writer.apply(block(number));
    await writer.apply(chainBlock({ number: 3n, transactions: [] }));
    const migrations = database.writer;
    await migrations.undoLastMigration();
    expect(await migrations.query('SELECT 1 FROM "transactions"')).toHaveLength(4);
    await migrations.runMigrations();
    for (const number of [1, 2]) {
      const hashes = block(number).transactions.map((entry) => entry.receipt.hash);
      expect(await reader.transactionHashes(number)).toEqual(hashes);
      for (const hash of hashes) expect(await reader.transaction(hash, 9)).toMatchObject({ block: { number } });
    }
    expect(await reader.transactionHashes(3)).toEqual([]);
  });

  it('hides a block that is not the head yet', async () => {
    await writer.apply(block(1));
    expect(await reader.transaction(block(1).transactions[0]!.receipt.hash, 0)).toBeUndefined();
    expect(await reader.activity(alice, 0, undefined, 10)).toEqual([]);
  });

  it('has the bits of every address and topic in the bloom', async () => {
    await writer.apply(block(1));
    const bloom = (await reader.block(1))!.logsBloom;
    for (const value of [eth, mb, poolAddress(0), TRANSFER_TOPIC, accountTopic(carol)])
      expect(bloomMayContain(bloom, value)).toBe(true);
    expect(bloomMayContain(bloom, accountTopic(account('nobody')))).toBe(false);
  });

  it('ignores a block it has and refuses one after a gap', async () => {
    await writer.apply(block(1));
    await writer.apply(block(1));
    await expect(writer.apply(block(3))).rejects.toThrow(IndexGap);
    expect(await writer.head()).toMatchObject({ number: 1 });
  });

  it('replaces a block of another fork and all above it', async () => {
    for (const number of [1, 2, 3]) await writer.apply(block(number));
    const other = block(2, 'fork');
    await writer.apply(other);
    expect(await writer.head()).toEqual({ number: 2, hash: other.block.hash });
    expect(await reader.transaction(block(3).transactions[0]!.receipt.hash, 9)).toBeUndefined();
    expect(await reader.logs({ from: 0, to: 9, ...everything }, 100)).toHaveLength(6);
  });

  it('leaves nothing behind of blocks that were undone', async () => {
    for (const number of [1, 2, 3]) await writer.apply(block(number));
    await writer.recordBatch(2n, 3n, {
      item: 4n,
      l1TransactionHash: word('l1'),
      l1BlockNumber: 9n,
      payloadBytes: 100,
      costWei: 5n,
      l1BlockHash: word('l1 block'),
      blobWei: 2n,
    });
    await writer.undoAbove(1);
    expect(await writer.head()).toMatchObject({ number: 1 });
    expect(await database.writer.query('SELECT 1 FROM "blocks" WHERE "number" > 1')).toEqual([]);
    for (const table of rowsOfBlocks)
      expect(await database.writer.query(`SELECT 1 FROM "${table}" WHERE "block_number" > 1`)).toEqual([]);
    expect(await database.writer.query('SELECT 1 FROM "transaction_places"')).toHaveLength(2);
    expect(await reader.batchOf(3)).toBeUndefined();
  });

  it('writes a block whole or not at all', async () => {
    await writer.apply(block(1));
    await writer.apply(withdrawing(2n));
    // The same withdrawal cannot be there twice, and withdrawals are written last.
    await expect(writer.apply(withdrawing(3n))).rejects.toThrow();
    expect(await reader.block(3)).toBeNull();
    for (const table of rowsOfBlocks)
      expect(await database.writer.query(`SELECT 1 FROM "${table}" WHERE "block_number" = 3`)).toEqual([]);
    await writer.apply(block(3));
    expect(await writer.head()).toMatchObject({ number: 3 });
  });

  it('rebuilds to the same rows', async () => {
    for (const number of [1, 2]) await writer.apply(block(number));
    const before = await reader.logs({ from: 0, to: 9, ...everything }, 100);
    await writer.rebuild(
      (async function* () {
        yield block(1);
        yield block(2);
      })(),
    );
    expect(await reader.logs({ from: 0, to: 9, ...everything }, 100)).toEqual(before);
  });

  describe('logs', () => {
    beforeEach(async () => {
      for (const number of [1, 2, 3]) await writer.apply(block(number));
    });

    const find = (query: Partial<{ from: number; to: number; addresses: Hex[]; topics: (Hex[] | undefined)[] }>) =>
      reader.logs({ from: 0, to: 9, ...everything, ...query }, 100);

    it('are found by address, topic, either and range', async () => {
      expect(await find({ addresses: [mb] })).toHaveLength(3);
      expect(await find({ addresses: [mb, eth], from: 2, to: 2 })).toHaveLength(2);
      expect(await find({ topics: [[TRANSFER_TOPIC]] })).toHaveLength(6);
      expect(await find({ topics: [undefined, [accountTopic(bob)]] })).toHaveLength(3);
      expect(await find({ topics: [undefined, undefined, [accountTopic(bob), accountTopic(carol)]] })).toHaveLength(6);
      expect(await find({ addresses: [poolAddress(0)], topics: [[TRANSFER_TOPIC]] })).toEqual([]);
    });

    it('do not match when a filter has more topics than the log', async () => {
      expect(await find({ addresses: [poolAddress(0)], topics: [undefined, undefined] })).toEqual([]);
    });

    it('carry their canonical place', async () => {
      const [log] = await find({ addresses: [poolAddress(0)], from: 2, to: 2 });
      expect(log).toMatchObject({
        blockNumber: 2,
        blockHash: block(2).block.hash,
        transactionHash: block(2).transactions[1]!.receipt.hash,
        transactionIndex: 1,
        logIndex: 2,
      });
    });

    it('name the range that fits when there are too many', async () => {
      const failure = await reader.logs({ from: 1, to: 9, ...everything }, 7).catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(TooManyLogs);
      expect(failure).toMatchObject({ limit: 7, from: 1, fits: 2 });
    });
  });

  it('pages through the activity of an account, newest first', async () => {
    for (const number of [1, 2, 3]) await writer.apply(block(number));
    const first = await reader.activity(bob, 3, undefined, 4);
    expect(first.map(({ transaction }) => [transaction.blockNumber, transaction.position])).toEqual([
      [3, 1],
      [3, 0],
      [2, 1],
      [2, 0],
    ]);
    const last = first.at(-1)!.transaction;
    const rest = await reader.activity(bob, 3, { blockNumber: last.blockNumber, position: last.position }, 4);
    expect(rest.map(({ transaction }) => [transaction.blockNumber, transaction.position])).toEqual([
      [1, 1],
      [1, 0],
    ]);
  });

  it('knows which lanes an account uses', async () => {
    for (const number of [1, 2, 3]) await writer.apply(block(number));
    expect(await reader.lanes(bob, 3)).toEqual([7]);
    expect(await reader.lanes(bob, 0)).toEqual([]);
    expect(await reader.lanes(carol, 3)).toEqual([]);
  });

  it('keeps the batch of a block, also after it is posted anew', async () => {
    const reference = {
      item: 4n,
      l1TransactionHash: word('l1'),
      l1BlockNumber: 9n,
      payloadBytes: 100,
      costWei: 10n ** 20n,
      l1BlockHash: word('l1 block'),
      blobWei: 10n ** 19n,
    };
    await writer.recordBatch(1n, 5n, reference);
    await writer.recordBatch(6n, 6n, { ...reference, item: 5n });
    await writer.recordBatch(1n, 5n, { ...reference, l1TransactionHash: word('other') });
    expect(await reader.batchOf(3)).toMatchObject({
      item: 4,
      l1TransactionHash: word('other'),
      costWei: (10n ** 20n).toString(),
      l1BlockHash: word('l1 block'),
      blobWei: (10n ** 19n).toString(),
    });
    expect((await reader.batchAtL1Block(9))?.item).toBe(5);
    expect(await reader.batchAtL1Block(8)).toBeUndefined();
    expect((await reader.batches(100, 10)).map(({ item }) => item)).toEqual([5, 4]);
    await writer.dropBatchesAbove(5);
    expect(await reader.batchOf(6)).toBeUndefined();
  });

  it('finds a withdrawal by the slot op-stack clients ask for', async () => {
    const withdrawalHash = word('withdrawal');
    const slot = keccak256(concat([withdrawalHash, toHex(0n, { size: 32 })]));
    expect(withdrawalSlot(withdrawalHash)).toBe(slot);
    await writer.apply(withdrawing(1n));
    expect(await reader.withdrawalHash(slot)).toBe(withdrawalHash);
    expect(await reader.withdrawalHash(word('other'))).toBeUndefined();
  });

  it('serves reads while a large block is written', async () => {
    const transactions = Array.from({ length: 5_000 }, (_, index) =>
      transferTransaction(`${index}`, eth, account(`${index}`), bob),
    );
    await writer.apply(block(1));
    const write = writer.apply(chainBlock({ number: 2n, transactions }));
    expect(await reader.transactionHashes(1)).toHaveLength(2);
    await write;
    expect(await reader.transactionHashes(2)).toHaveLength(5_000);
    expect(
      await reader.logs({ from: 2, to: 2, addresses: [], topics: [undefined, [accountTopic(account('77'))]] }, 10),
    ).toHaveLength(1);
  });
});
