import { setImmediate } from 'node:timers/promises';

import { joinChanges } from '../machine/merkle/state-changes.js';
import type { PersistentStateTree } from '../machine/merkle/state-tree.js';
import { changedTree, hashedTree } from './patient-trees.js';

/** States that a trace keeps beside its first one. */
const KEPT_STATES = 64;

/**
 * The states after the units of a trace. The first one is kept as a tree, and of at most `limit` others what changed since the one kept before: 64
 * bytes a key, where a tree takes about 1 kB for each key that changed since the last. As the trace grows one in 2, 4, 8, ... units is kept.
 */
export class KeptStates {
  private changes: readonly Uint8Array[] = [];
  /** Units from one kept state to the next. */
  private spacing = 1;
  private units = 0;
  private newest: PersistentStateTree;

  /** @param limit an even number */
  constructor(
    private readonly first: PersistentStateTree,
    private readonly limit = KEPT_STATES,
  ) {
    this.newest = first;
  }

  /** States that are kept, the first one included. */
  get count(): number {
    return this.changes.length + 1;
  }

  /** Takes the state after the next unit. */
  async take(state: PersistentStateTree): Promise<void> {
    this.units++;
    if (!this.isDue()) return;
    if (this.changes.length === this.limit) await this.thin();
    if (!this.isDue()) return;
    this.changes = [...this.changes, state.changesSince(this.newest)];
    this.newest = state;
  }

  /** No unit comes any more: lets go of what only that would need. */
  close(): void {
    this.newest = this.first;
  }

  /** The last state that is kept at or before the one after `unit` units. Made anew each time it is asked for, in between other work. */
  async nearest(unit: bigint): Promise<{ readonly unit: bigint; readonly state: PersistentStateTree }> {
    const { spacing, changes } = this;
    const before = changes.slice(0, Number(unit / BigInt(spacing)));
    const state = await changedTree(this.first, await joinAll(before));
    return { unit: BigInt(before.length * spacing), state: await hashedTree(state) };
  }

  private isDue(): boolean {
    return this.units % this.spacing === 0;
  }

  /** Lets every other one go. Who asks meanwhile is answered from those that were. */
  private async thin(): Promise<void> {
    const joined: Uint8Array[] = [];
    for (let place = 0; place < this.changes.length; place += 2) {
      joined.push(joinChanges(this.changes[place]!, this.changes[place + 1]!));
      await setImmediate();
    }
    this.changes = joined;
    this.spacing *= 2;
  }
}

async function joinAll(changes: readonly Uint8Array[]): Promise<Uint8Array> {
  let joined: Uint8Array = new Uint8Array();
  for (const some of changes) {
    joined = joinChanges(joined, some);
    await setImmediate();
  }
  return joined;
}
