/** A place on the chain. */
export interface Place {
  /** Next item not yet consumed. */
  readonly item: bigint;
  /** Units of proof since genesis: the measure of what a replay costs, since an item may hold many or one. */
  readonly units: bigint;
}

/** Newest checkpoints that are kept whatever else: an L1 reorg, or a stepper that lags behind, takes the last ones away. */
export const NEWEST = 3;
/** Fewest that may be asked for: the newest, one below all parents, and some between. */
export const FEWEST_CHECKPOINTS = 8;

const GENESIS: Place = { item: 0n, units: 0n };

/**
 * Which checkpoints to keep, of those there are (oldest first). `parents`: where disputes may start, in any order; undefined while that is not
 * known, so that any place may be one. Kept are the newest three and the last one at or below all parents; of the others, as long as there are
 * more than `limit`, the one goes whose absence costs a parent least. Above the highest known parent the next one may lie anywhere. So a replay to a parent costs no more than 2 / (limit - 3) of the units from the lowest parent to the newest checkpoint, where
 * checkpoints were written close enough.
 */
export function planCheckpoints<T extends Place>(
  checkpoints: readonly T[],
  parents: readonly Place[] | undefined,
  limit: number,
): readonly T[] {
  const anchor = anchorOf(checkpoints, parents);
  const kept = checkpoints.slice(Math.max(0, Math.min(anchor, checkpoints.length - NEWEST)));
  const first = anchor < 0 ? 0 : 1;
  while (kept.length > limit) {
    const costs = kept.slice(first, -NEWEST).map((_, index) => costWithout(kept, first + index, parents ?? []));
    kept.splice(first + costs.indexOf(costs.reduce((least, cost) => (cost < least ? cost : least))), 1);
  }
  return kept;
}

/** Place in the list of the last checkpoint at or below all parents; -1 where there is none. */
function anchorOf(checkpoints: readonly Place[], parents: readonly Place[] | undefined): number {
  if (parents === undefined || parents.length === 0) return -1;
  const lowest = parents.reduce((low, { item }) => (item < low ? item : low), parents[0]!.item);
  return checkpoints.findLastIndex(({ item }) => item <= lowest);
}

/** Units to the dearest parent that would have to start below a checkpoint if it were not there; 0 where no parent starts at it. */
function costWithout(kept: readonly Place[], index: number, parents: readonly Place[]): bigint {
  const [before, own, next] = [kept[index - 1] ?? GENESIS, kept[index]!, kept[index + 1]!];
  const newest = parents.reduce((high, { item }) => (item > high ? item : high), 0n);
  if (next.item > newest) return next.units - before.units;
  const served = parents.filter(({ item }) => item >= own.item && item < next.item);
  return served.reduce((most, { units }) => (units - before.units > most ? units - before.units : most), 0n);
}
