import type { StateStore } from '@metachain/program';
import { PersistentStateTree } from './merkle/state-tree.js';

/** The state under the host operations. At most one checkpoint is open; the host enforces that. */
export interface HostState {
  get(key: Uint8Array): Uint8Array | undefined;
  set(key: Uint8Array, value: Uint8Array): void;
  checkpoint(): void;
  rollback(): void;
  commit(): void;
}

/** State as an immutable tree, whose root can be asked for at any step. */
export class TreeState implements HostState {
  /** The tree at the open checkpoint. */
  saved: PersistentStateTree | undefined;

  constructor(public tree = PersistentStateTree.empty) {}

  get(key: Uint8Array): Uint8Array | undefined {
    return this.tree.get(key);
  }

  set(key: Uint8Array, value: Uint8Array): void {
    this.tree = this.tree.set(key, value);
  }

  checkpoint(): void {
    this.saved = this.tree;
  }

  rollback(): void {
    if (this.saved !== undefined) this.tree = this.saved;
    this.saved = undefined;
  }

  commit(): void {
    this.saved = undefined;
  }
}

/** State as the flat table that the sequencer and the replay use. */
export class TableState implements HostState {
  private mark = 0;

  constructor(private readonly store: StateStore) {}

  get(key: Uint8Array): Uint8Array | undefined {
    return this.store.read(key);
  }

  set(key: Uint8Array, value: Uint8Array): void {
    this.store.write(key, value);
  }

  checkpoint(): void {
    this.mark = this.store.mark();
  }

  rollback(): void {
    this.store.undo(this.mark);
  }

  commit(): void {
    this.mark = 0;
  }
}
