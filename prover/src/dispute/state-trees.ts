import { setImmediate } from 'node:timers/promises';

import { PersistentStateTree } from '../machine/merkle/state-tree.js';
import { hashedTree } from './patient-trees.js';

const KEY_BYTES = 32;
const RECORD_BYTES = 64;
/** Keys set between two pauses, some tens of milliseconds. */
const KEYS_AT_ONCE = 2_000;
/** One key in so many: where more than these differ, a tree of its own takes less than what would be shared. */
const WORTH_SHARING = 4;

interface Known {
  readonly records: Buffer;
  readonly tree: PersistentStateTree;
}

/**
 * State trees of several places of one chain. They share what is alike, because a tree of its own for each of many traces would not fit into
 * memory: it takes about 1 kB a key.
 */
export class StateTrees {
  private base: Known | undefined;

  /** The tree of `key || value` records, in the order in which the keys were first written. */
  async of(contents: Uint8Array): Promise<PersistentStateTree> {
    const records = Buffer.from(contents.buffer, contents.byteOffset, contents.length);
    const { base } = this;
    const changes = base === undefined ? undefined : changesBetween(base.records, records);
    if (base !== undefined && changes !== undefined) return hashedTree(await setAll(base.tree, records, changes));
    const tree = PersistentStateTree.fromRecords(records);
    this.base = { records: Buffer.from(records), tree };
    return hashedTree(tree);
  }
}

/** Where later records differ from earlier ones; undefined where they are no continuation of them, or hardly alike. */
function changesBetween(earlier: Buffer, later: Buffer): number[] | undefined {
  if (later.length < earlier.length) return undefined;
  const changes: number[] = [];
  for (let at = 0; at < later.length; at += RECORD_BYTES) {
    const isNew = at >= earlier.length;
    if (!isNew && !areEqual(earlier, later, at, at + KEY_BYTES)) return undefined;
    if (isNew || !areEqual(earlier, later, at + KEY_BYTES, at + RECORD_BYTES)) changes.push(at);
  }
  return changes.length * WORTH_SHARING * RECORD_BYTES > later.length ? undefined : changes;
}

const areEqual = (one: Buffer, other: Buffer, from: number, to: number): boolean =>
  one.compare(other, from, to, from, to) === 0;

async function setAll(
  tree: PersistentStateTree,
  records: Buffer,
  changes: readonly number[],
): Promise<PersistentStateTree> {
  let next = tree;
  for (const [count, at] of changes.entries()) {
    next = next.set(records.subarray(at, at + KEY_BYTES), records.subarray(at + KEY_BYTES, at + RECORD_BYTES));
    if (count % KEYS_AT_ONCE === KEYS_AT_ONCE - 1) await setImmediate();
  }
  return next;
}
