import { LoweringError } from './errors.js';
import type { LoweredFunction } from './link.js';

/**
 * Checks that no function can call itself, and computes how deep calls go. V8's stack limit is not deterministic, so a
 * program must not be able to reach it.
 * @throws LoweringError `recursion`, unless recursion is accepted
 */
export function orderByCalls(
  functions: ReadonlyMap<number, LoweredFunction>,
  recursionAccepted: boolean,
): { maxStackSlots: number | undefined } {
  const depths = new Map<number, number>();
  const open = new Set<number>();

  const depthOf = (index: number): number => {
    const known = depths.get(index);
    if (known !== undefined) return known;
    const lowered = functions.get(index);
    if (lowered === undefined) return 0;
    if (open.has(index)) throw new LoweringError('recursion', `functions ${[...open, index].join(' -> ')}`);
    open.add(index);
    const below = lowered.calls.reduce((deepest, call) => Math.max(deepest, depthOf(call.target)), 0);
    open.delete(index);
    depths.set(index, below + lowered.frameSlots);
    return below + lowered.frameSlots;
  };

  try {
    return { maxStackSlots: [...functions.keys()].reduce((deepest, index) => Math.max(deepest, depthOf(index)), 0) };
  } catch (error) {
    if (recursionAccepted && error instanceof LoweringError) return { maxStackSlots: undefined };
    throw error;
  }
}
