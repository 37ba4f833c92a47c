import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, jest } from '@jest/globals';
import { ItemLedger } from './item-ledger.js';
import { type PostedBatch, PostingRecord } from './posting-record.js';
import { genesis, hash } from './testing/genesis.js';

const batch = (fill: number): PostedBatch => ({
  payloadHash: hash(fill),
  first: BigInt(fill),
  last: BigInt(fill) + 1n,
  parentHash: hash(fill),
  delayedConsumed: 2n,
  lastHash: hash(fill + 1),
  lastStateRoot: hash(fill + 2),
  payloadBytes: 10,
  transactions: [],
});

describe('posting record', () => {
  it('remembers every version of a batch and the safe block over a restart', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'posting-'));
    const record = await PostingRecord.open(directory);
    await record.intend(batch(1), hash(10));
    await record.intend(batch(1), hash(11));
    await record.intend(batch(3), hash(12));
    await record.setSafe(2n);
    const again = await PostingRecord.open(directory);
    expect(again.safe).toBe(2n);
    expect(again.find(hash(1))).toEqual({ ...batch(1), transactions: [hash(10), hash(11)] });
    expect(again.find(hash(9))).toBeUndefined();
  });

  it('puts into text what is new alone, however long the record is', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'posting-'));
    const record = await PostingRecord.open(directory);
    for (let fill = 0; fill < 50; fill++) await record.intend(batch(fill), hash(200));
    const stringify = jest.spyOn(JSON, 'stringify');
    await record.setSafe(7n);
    await record.intend(batch(3), hash(201));
    const made = stringify.mock.results.reduce((sum, { value }) => sum + (value as string).length, 0);
    stringify.mockRestore();
    expect(made).toBeLessThan(2_000);
    const again = await PostingRecord.open(directory);
    expect([again.safe, again.batches]).toEqual([7n, record.batches]);
    expect(again.find(hash(3))!.transactions).toEqual([hash(200), hash(201)]);
  });

  it('refuses a damaged record instead of posting twice', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'posting-'));
    writeFileSync(join(directory, 'posting.json'), '{"safe":"1","batches":[{}]}');
    await expect(PostingRecord.open(directory)).rejects.toMatchObject({ code: 106 });
  });
});

describe('item ledger', () => {
  const item = (index: number) => ({ index: BigInt(index), accumulator: hash(100 + index) }) as never;

  it('keeps the state over items that hold no block', () => {
    const ledger = new ItemLedger(genesis);
    ledger.add(item(0), { ...batch(1), last: 4n });
    ledger.add(item(1), undefined);
    expect(ledger.latest).toEqual({
      itemIndex: 2n,
      blockNumber: 4n,
      headerHash: hash(2),
      stateRoot: hash(3),
      delayedConsumed: 2n,
      itemHash: hash(101),
    });
    expect(ledger.at(0n)).toEqual(genesis);
    expect(ledger.at(1n)?.blockNumber).toBe(4n);
  });

  it('says nothing of states before a batch whose predecessors are forgotten', () => {
    const ledger = new ItemLedger(genesis);
    ledger.add(item(0), undefined);
    ledger.add(item(1), batch(7));
    expect(ledger.at(0n)).toBeUndefined();
    expect(ledger.at(1n)).toBeUndefined();
    expect(ledger.at(2n)?.blockNumber).toBe(8n);
  });

  it('goes back when L1 drops items', () => {
    const ledger = new ItemLedger(genesis);
    ledger.add(item(0), batch(1));
    ledger.add(item(1), { ...batch(3), parentHash: hash(2) });
    ledger.drop(1n);
    expect(ledger.latest.itemIndex).toBe(1n);
    ledger.drop(0n);
    expect(ledger.latest).toEqual(genesis);
  });
});
