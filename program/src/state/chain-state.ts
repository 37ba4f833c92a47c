import type { Hex } from 'viem';

import { toHex } from '../codec/bytes.js';
import { OutsideWindowError } from '../errors.js';
import type { StateDiff } from './diff.js';
import { StateStore } from './state-store.js';
import { StateTree } from './state-tree.js';

/** A block's place in the chain. */
export interface Head {
  readonly number: bigint;
  readonly hash: Hex;
}

interface Change {
  readonly parent: Head;
  readonly diff: StateDiff;
}

/** Blocks that can be undone, by default. */
export const DEFAULT_WINDOW = 128;

/** State after the newest block: table, tree (built where none is given), head, and the reverse changes of the last `window` blocks. */
export class ChainState {
  readonly tree: StateTree;
  private readonly changes: Change[] = [];

  constructor(
    readonly store: StateStore,
    private current: Head,
    private readonly window = DEFAULT_WINDOW,
    tree?: StateTree,
  ) {
    this.tree = tree ?? treeOf(store);
    store.clearJournal();
  }

  get head(): Head {
    return this.current;
  }

  /** Oldest block to which `revertTo` can go. */
  get oldest(): bigint {
    return this.current.number - BigInt(this.changes.length);
  }

  /** Root over everything written so far. Only between units: what is written later can still be undone, what is rooted here cannot. */
  root(): Hex {
    this.tree.apply(this.store.diffSince(0));
    return toHex(this.tree.rootHash());
  }

  /** Ends a block: its changes become one diff, and the tree follows. */
  seal(): { diff: StateDiff; root: Hex } {
    const diff = this.store.diffSince(0);
    this.tree.apply(diff);
    return { diff, root: toHex(this.tree.rootHash()) };
  }

  /** Makes the sealed changes part of the history under the new head. */
  advance(head: Head, diff: StateDiff): void {
    this.changes.push({ parent: this.current, diff });
    if (this.changes.length > this.window) this.changes.shift();
    this.current = head;
    this.store.clearJournal();
  }

  /** Undoes blocks until `number` is the newest. Fails: OutsideWindowError. */
  revertTo(number: bigint): void {
    if (number < this.oldest || number > this.current.number) {
      throw new OutsideWindowError(number, this.oldest, this.current.number);
    }
    while (this.current.number > number) {
      const { parent, diff } = this.changes.pop()!;
      this.store.revert(diff);
      this.tree.apply({ ...diff, values: diff.previous });
      this.tree.truncate(this.store.size);
      this.current = parent;
    }
  }
}

/** Every record of a table, as changes for an empty tree. */
export const allOf = (
  store: StateStore,
): { count: number; records: Int32Array; keys: Uint8Array; values: Uint8Array } => {
  const count = store.size;
  const contents = new Int32Array(store.contents().slice().buffer);
  const keys = new Int32Array(count * 8);
  const values = new Int32Array(count * 8);
  for (let record = 0; record < count; record++) {
    keys.set(contents.subarray(record * 16, record * 16 + 8), record * 8);
    values.set(contents.subarray(record * 16 + 8, record * 16 + 16), record * 8);
  }
  return {
    count,
    records: Int32Array.from({ length: count }, (_, record) => record),
    keys: new Uint8Array(keys.buffer),
    values: new Uint8Array(values.buffer),
  };
};

/** The tree over every record of a table. */
export const treeOf = (store: StateStore): StateTree => {
  const tree = new StateTree();
  tree.apply(allOf(store));
  return tree;
};
