import { ItemLedger } from '../../poster/item-ledger.js';
import { hash } from '../../poster/testing/genesis.js';

/**
 * A ledger with one item for each entry of `blocks`, which says how many blocks the item holds. Header hashes are `hash(1)`, `hash(2)`, ... and
 * state roots `hash(101)`, `hash(102)`, ... in the order of the items that hold blocks (before them `hash(0)` and `hash(100)`); item hashes are
 * `hash(200)`, `hash(201)`, ...
 */
export function ledgerOf(blocks: readonly number[]): ItemLedger {
  const start = { headerHash: hash(0), stateRoot: hash(100), itemHash: hash(0) };
  const ledger = new ItemLedger({ itemIndex: 0n, blockNumber: 0n, delayedConsumed: 0n, ...start });
  let [filled, number] = [0, 0n];
  for (const [index, count] of blocks.entries()) {
    const item = { index: BigInt(index), accumulator: hash(200 + index) };
    const batch = count > 0 ? batchOf(filled++, number + 1n, number + BigInt(count)) : undefined;
    ledger.add(item as never, batch as never);
    number += BigInt(count);
  }
  return ledger;
}

const batchOf = (filled: number, first: bigint, last: bigint) => ({
  first,
  last,
  parentHash: hash(filled),
  lastHash: hash(filled + 1),
  lastStateRoot: hash(101 + filled),
  delayedConsumed: 0n,
});
