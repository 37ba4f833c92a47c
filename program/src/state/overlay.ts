import type { StateDiff } from './diff.js';
import type { StateAccess } from './state-access.js';
import { StateStore } from './state-store.js';

/** A state as it was some blocks ago: the words that changed since, over the newest table. Writes stay in the overlay. */
export class StateOverlay implements StateAccess {
  private readonly over = new StateStore();

  constructor(private readonly base: StateStore) {}

  /** Adds a block that came after the state this overlay shows; oldest first. Words it changed keep their earlier value here. */
  cover(diff: StateDiff): void {
    for (let index = 0; index < diff.count; index++) {
      const key = diff.keys.subarray(index * 32, index * 32 + 32);
      if (this.over.read(key) === undefined) this.over.write(key, diff.previous.subarray(index * 32, index * 32 + 32));
    }
    this.over.clearJournal();
  }

  get(memory: Int32Array, key: number, out: number): void {
    if (this.over.find(memory, key) >= 0) this.over.get(memory, key, out);
    else this.base.get(memory, key, out);
  }

  set(memory: Int32Array, key: number, value: number): void {
    this.over.set(memory, key, value);
  }

  mark(): number {
    return this.over.mark();
  }

  undo(mark: number): void {
    this.over.undo(mark);
  }

  /** Value of a key; zero if absent. */
  read(key: Uint8Array): Uint8Array {
    return this.over.read(key) ?? this.base.read(key) ?? new Uint8Array(32);
  }
}
