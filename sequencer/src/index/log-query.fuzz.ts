import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ProgramEvent } from '@metachain/program';
import { type Hex, zeroAddress } from 'viem';
import type { ChainBlock } from '../chain/chain.types.js';
import { type IndexDatabase, openIndexDatabase } from './index-database.js';
import { IndexReader } from './index-reader.js';
import { IndexWriter } from './index-writer.js';
import { logMatches } from './log-query.js';
import { bloomMayContain } from './logs-bloom.js';
import { account, accountTopic, chainBlock, tokenAddress, transferTransaction, word } from './testing/blocks.js';
import { startSqlite, type TestDatabase } from './testing/databases.js';

const runs = Number(process.env.FUZZ_RUNS ?? 200);
const BLOCKS = 12;
const addresses = Array.from({ length: 4 }, (_, index) => tokenAddress(index));
/** Words, accounts, and what only looks like one: an address of the system, zero. */
const topics = [
  word('topic 0'),
  word('topic 1'),
  accountTopic(account('carol')),
  accountTopic(account('dave')),
  accountTopic(addresses[0]!),
  accountTopic(zeroAddress),
];
const [alice, bob] = [addresses[0]!, addresses[1]!];

const event = fc.record({
  address: fc.constantFrom(...addresses),
  topics: fc.array(fc.constantFrom(...topics), { maxLength: 4 }),
  data: fc.constantFrom<Hex>('0x', '0x01', word('data')),
});
const block = fc.array(fc.array(event, { maxLength: 4 }), { maxLength: 70 });

describe('log queries', () => {
  let server: TestDatabase;
  let database: IndexDatabase;
  let chain: ChainBlock[];

  beforeAll(async () => {
    server = await startSqlite();
    database = await openIndexDatabase(server.url);
    const writer = new IndexWriter(database);
    const contents = fc.sample(block, { seed: 7, numRuns: BLOCKS }) as ProgramEvent[][][];
    chain = contents.map((transactions, index) =>
      chainBlock({
        number: BigInt(index + 1),
        transactions: transactions.map((events, position) =>
          transferTransaction(`${index} ${position}`, alice, alice, bob, { events }),
        ),
      }),
    );
    for (const entry of chain) await writer.apply(entry);
  });

  afterAll(async () => {
    await database.close();
    await server.stop();
  });

  it('find exactly what a walk over all logs finds, in the same order', async () => {
    const reader = new IndexReader(database);
    const wanted = fc.array(
      fc.option(fc.uniqueArray(fc.constantFrom(...topics), { minLength: 1, maxLength: 3 }), { nil: undefined }),
      { maxLength: 4 },
    );
    const filter = fc.record({
      from: fc.integer({ min: 0, max: BLOCKS + 1 }),
      length: fc.nat(BLOCKS),
      addresses: fc.uniqueArray(fc.constantFrom(...addresses), { maxLength: 2 }),
      topics: wanted,
    });
    await fc.assert(
      fc.asyncProperty(filter, async ({ from, length, ...selection }) => {
        const to = from + length;
        const naive = chain
          .filter(({ block: { number } }) => number >= from && number <= to)
          .flatMap(({ transactions, block: { hash } }) => {
            let logIndex = 0;
            return transactions.flatMap(({ receipt }) =>
              receipt.events.map((log) => ({ log, logIndex: logIndex++, blockHash: hash, hash: receipt.hash })),
            );
          })
          .filter(({ log }) => logMatches(log, selection));
        const found = await reader.logs({ from, to, ...selection }, 1_000_000);
        expect(found.map(({ transactionHash, logIndex, blockHash }) => [transactionHash, logIndex, blockHash])).toEqual(
          naive.map(({ hash, logIndex, blockHash }) => [hash, logIndex, blockHash]),
        );
      }),
      { numRuns: runs },
    );
  });

  it('never miss a block because of its bloom', async () => {
    for (const { block: sealed, transactions } of chain) {
      const { logsBloom } = (await new IndexReader(database).block(Number(sealed.number)))!;
      for (const log of transactions.flatMap(({ receipt }) => receipt.events)) {
        for (const value of [log.address, ...log.topics]) expect(bloomMayContain(logsBloom, value)).toBe(true);
      }
    }
  });
});
