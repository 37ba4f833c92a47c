import type { Trace } from '@metachain/prover';
import { InfraError } from '../errors.js';
import type { Parting } from './expected-moves.js';

/** Finds where two traces part; `units` is how many the assertion has. */
export async function partingOf(honest: Trace, liar: Trace, units: bigint): Promise<Parting> {
  const unit = await lastCommon(units, async (at) => (await honest.tupleAt(at)) === (await liar.tupleAt(at)));
  const [ours, theirs] = await Promise.all([honest.unit(unit), liar.unit(unit)]);
  const longest = ours.steps > theirs.steps ? ours.steps : theirs.steps;
  const step = await lastCommon(longest, async (at) => (await ours.hashAt(at)) === (await theirs.hashAt(at)));
  return { unit, step, honestSteps: ours.steps, liarSteps: theirs.steps };
}

/** Last of 0..end at which both sides agree; they agree at 0, and once they part they do not meet again. */
async function lastCommon(end: bigint, agree: (at: bigint) => Promise<boolean>): Promise<bigint> {
  if (await agree(end)) throw new InfraError('checkFailed', 'The liar claims nothing but the truth.');
  let [low, high] = [0n, end];
  while (high - low > 1n) {
    const middle = (low + high) / 2n;
    if (await agree(middle)) low = middle;
    else high = middle;
  }
  return low;
}
