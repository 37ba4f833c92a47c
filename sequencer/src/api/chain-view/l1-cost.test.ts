import { describe, expect, it } from '@jest/globals';
import type { BatchEntity } from '../../index/entities/index.js';
import type { IndexedTransaction } from '../../index/transaction-frame.js';
import { l1CostOf } from './l1-cost.js';

const transaction = (bytes: number, kind = 'packed') =>
  ({ kind, wire: `0x${'ab'.repeat(bytes)}` }) as unknown as IndexedTransaction;
const batch = (values: Partial<BatchEntity>) =>
  ({ item: 1, payloadBytes: 126_000, costWei: '1100', blobWei: '1000', ...values }) as BatchEntity;

describe('L1 cost of a transaction', () => {
  it('alone takes the whole execution and one blob, however many the batch had', () => {
    expect(l1CostOf(transaction(76), batch({})).alone).toBe('1100');
    expect(
      l1CostOf(transaction(76), batch({ payloadBytes: 5 * 126_976, costWei: '5100', blobWei: '5000' })).alone,
    ).toBe('1100');
    expect(l1CostOf(transaction(76), batch({ payloadBytes: 130_000, costWei: '2101', blobWei: '2001' })).alone).toBe(
      '1101',
    );
  });

  it('alone in calldata takes an empty batch and its own bytes', () => {
    const calldata = batch({ payloadBytes: 10_000, costWei: '260000', blobWei: '0' });
    expect(l1CostOf(transaction(100), calldata).alone).toBe('101600');
    expect(l1CostOf(transaction(10_000), calldata).alone).toBe('260000');
  });

  it('is shared by bytes, rounded up, and nothing for a deposit or before the batch', () => {
    expect(l1CostOf(transaction(126), batch({})).shared).toBe('2');
    expect(l1CostOf(transaction(126, 'delayed'), batch({}))).toMatchObject({ bytes: 0, alone: '0', shared: '0' });
    expect(l1CostOf(transaction(126), undefined)).toMatchObject({ alone: null, shared: null, batch: null });
  });
});
