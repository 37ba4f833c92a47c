import type { ItemBoundary, ItemLedger } from '../poster/item-ledger.js';
import { outputRootOf, type RollupLimits, type StoredAssertion } from './rollup-reader.js';

/** An assertion on L1 with its number. */
export interface NumberedAssertion extends StoredAssertion {
  readonly id: bigint;
}

/** Whether an assertion claims the state that this node computed. Undefined while the node has not read so far. */
export function agrees(assertion: StoredAssertion, ledger: ItemLedger): boolean | undefined {
  const boundary = ledger.at(BigInt(assertion.itemIndex));
  return boundary && outputRootOf(boundary.stateRoot, boundary.headerHash) === assertion.outputRoot;
}

/** The next claim on top of `parent`; undefined when there is nothing to claim yet. */
export function planAssertion(
  parent: NumberedAssertion,
  ledger: ItemLedger,
  limits: RollupLimits,
): { end: ItemBoundary; units: bigint } | undefined {
  const start = ledger.at(BigInt(parent.itemIndex));
  const end = endOf(parent, ledger, limits);
  if (!start || !end) return undefined;
  const units = end.units - start.units;
  return units <= limits.maximumUnits ? { end, units } : undefined;
}

/** All children of a parent end at the same item; the first one may choose it. */
function endOf(parent: NumberedAssertion, ledger: ItemLedger, limits: RollupLimits): ItemBoundary | undefined {
  const minimum = BigInt(parent.childItem);
  if (parent.lastChild !== 0) return ledger.at(minimum);
  const maximum = BigInt(parent.itemIndex) + limits.maximumItems;
  const end = ledger.latest.itemIndex < maximum ? ledger.latest.itemIndex : maximum;
  return end >= minimum && end > BigInt(parent.itemIndex) ? ledger.at(end) : undefined;
}
