import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { concatBytes, fromHex, toHex } from './bytes.js';
import { HexCache } from './hex-cache.js';
import { hasEventFrom, parseRecords, splitRecords, summarizeRecords } from './records.js';

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });

const event = fc
  .record({
    address: bytes(20),
    topics: fc.array(bytes(32), { maxLength: 4 }),
    data: fc.uint8Array({ maxLength: 600 }),
  })
  .map(({ address, topics, data }) =>
    concatBytes(Uint8Array.of(1, topics.length, data.length & 0xff, data.length >> 8), address, ...topics, data),
  );
const receipt = fc
  .record({ kind: fc.integer({ min: 1, max: 3 }), failed: fc.nat({ max: 1 }), rest: bytes(117) })
  .map(({ kind, failed, rest }) => concatBytes(Uint8Array.of(2, kind, failed), rest));
const transaction = fc
  .tuple(fc.array(event, { maxLength: 5 }), receipt)
  .map(([events, own]) => concatBytes(...events, own));
const blockRecord = bytes(72).map((rest) => concatBytes(Uint8Array.of(3), rest));
const block = fc.record({ transactions: fc.array(transaction, { maxLength: 6 }), last: blockRecord, hook: event });

/** Small, so that it is full and forgets during the tests. */
const texts = new HexCache(16);

describe('records', () => {
  it('are cut into those of the transactions, which parse to the same receipts', () => {
    fc.assert(
      fc.property(block, ({ transactions, hook, last }) => {
        const all = concatBytes(...transactions, hook, last);
        const parts = splitRecords(all);
        expect(parts.map(toHex)).toEqual(transactions.map(toHex));
        expect(parts.flatMap((part) => parseRecords(part).receipts)).toEqual(parseRecords(all).receipts);
      }),
    );
  });

  it('are summed up as the whole receipt says', () => {
    fc.assert(
      fc.property(transaction, (own) => {
        const { kind, gasUsed, hash, sender, events } = parseRecords(own).receipts[0]!;
        const logs = events.map(({ address, topics }) => ({ address, topics }));
        expect(summarizeRecords(own, texts)).toEqual({ kind, gasUsed, hash: fromHex(hash), sender, logs });
      }),
    );
  });

  it('tell whose events they hold', () => {
    fc.assert(
      fc.property(transaction, bytes(20), (own, stranger) => {
        const addresses = parseRecords(own).receipts[0]!.events.map(({ address }) => address);
        for (const address of addresses) expect(hasEventFrom(own, Buffer.from(address.slice(2), 'hex'))).toBe(true);
        expect(hasEventFrom(own, stranger)).toBe(addresses.includes(toHex(stranger)));
      }),
    );
  });

  it('are refused when they are cut off or of no known kind', () => {
    const [own] = fc.sample(transaction, { seed: 1, numRuns: 1 }) as [Uint8Array];
    expect(() => splitRecords(own.subarray(0, -1))).toThrow('a record ends at');
    expect(() => splitRecords(Uint8Array.of(1, 2))).toThrow('a record ends at');
    expect(() => splitRecords(Uint8Array.of(9))).toThrow('unknown record 9');
    expect(() => summarizeRecords(Uint8Array.of(3), texts)).toThrow('unknown record 3');
    expect(() => hasEventFrom(Uint8Array.of(0), new Uint8Array(20))).toThrow('unknown record 0');
  });
});
