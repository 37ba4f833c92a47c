import type { Engine } from '@metachain/program';

import type { Boundary } from '../replay/boundary.js';
import { Replayer } from '../replay/replayer.js';
import type { AssembledProver } from '../watch/assemble.js';

/** What a prover derived, at the end of each item. */
export class DerivedStates {
  constructor(private readonly prover: Pick<AssembledProver, 'parts' | 'replayer' | 'watcher'>) {}

  /** Undefined where the item was not replayed yet. */
  boundaryAt(item: bigint): Boundary | undefined {
    const { boundaries, genesis } = this.prover.parts;
    return item === 0n ? genesis.boundary : boundaries.at(item);
  }

  /** The state at an item: what was derived last, or a replay of its own. Throws CannotDeriveError. */
  async stateAt(item: bigint): Promise<Engine> {
    const { replayer, watcher, parts } = this.prover;
    if (replayer.boundary.item === item) return replayer.engine;
    const again = new Replayer(parts.genesis.engine(), parts.genesis.boundary, watcher);
    while (again.boundary.item < item) {
      const next = watcher.items[Number(again.boundary.item)]!;
      await again.replay(next, await parts.payloads.load(next));
    }
    return again.engine;
  }
}
