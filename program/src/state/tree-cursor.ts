import type { StateDiff } from './diff.js';
import type { StateTree, TreeChanges } from './state-tree.js';

/** A tree that can be moved along a list of blocks: position n means after the first n of them. Moves only when asked. */
export class TreeCursor {
  position = 0;

  constructor(readonly tree: StateTree) {}

  /** Moves to a position; several blocks are merged, so that each leaf is hashed once. */
  moveTo(target: number, diffs: readonly StateDiff[]): void {
    if (target > this.position) this.tree.apply(merge(diffs.slice(this.position, target), 'forward'));
    else if (target < this.position) {
      const undone = diffs.slice(target, this.position);
      const created = undone.reduce((sum, diff) => sum + diff.inserted.reduce((count, flag) => count + flag, 0), 0);
      this.tree.apply(merge(undone, 'backward'));
      this.tree.truncate(this.tree.size - created);
    }
    this.position = target;
  }
}

/** Forward: each leaf once with its last value. Backward: each leaf once with the value before the first block. */
const merge = (diffs: readonly StateDiff[], direction: 'forward' | 'backward'): TreeChanges => {
  const latest = new Map<number, { diff: StateDiff; index: number }>();
  const ordered = direction === 'forward' ? diffs : [...diffs].reverse();
  for (const diff of ordered) {
    for (let index = 0; index < diff.count; index++) latest.set(diff.records[index]!, { diff, index });
  }
  const changes = {
    count: latest.size,
    records: new Int32Array(latest.size),
    keys: new Uint8Array(latest.size * 32),
    values: new Uint8Array(latest.size * 32),
  };
  let at = 0;
  for (const [record, { diff, index }] of latest) {
    const values = direction === 'forward' ? diff.values : diff.previous;
    changes.records[at] = record;
    changes.keys.set(diff.keys.subarray(index * 32, index * 32 + 32), at * 32);
    changes.values.set(values.subarray(index * 32, index * 32 + 32), at * 32);
    at++;
  }
  return changes;
};
