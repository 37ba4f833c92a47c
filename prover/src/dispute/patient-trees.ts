import { setImmediate } from 'node:timers/promises';

import type { PersistentStateTree } from '../machine/merkle/state-tree.js';

/** Hashes computed, or keys changed, between two pauses: some tens of milliseconds. */
const AT_ONCE = 2_000;
const RECORD_BYTES = 64;

/** A tree whose root is known: its hashes are computed in between other work. */
export async function hashedTree(tree: PersistentStateTree): Promise<PersistentStateTree> {
  while (!tree.hashSome(AT_ONCE)) await setImmediate();
  return tree;
}

/** A tree with changes in it, as `PersistentStateTree.changesSince` gives them: made in between other work. */
export async function changedTree(tree: PersistentStateTree, changes: Uint8Array): Promise<PersistentStateTree> {
  let next = tree;
  for (let at = 0; at < changes.length; at += AT_ONCE * RECORD_BYTES) {
    next = next.withChanges(changes.subarray(at, at + AT_ONCE * RECORD_BYTES));
    await setImmediate();
  }
  return next;
}
