import { pruneJournal } from '../journal/journal.js';
import type { SnapshotStore } from '../journal/snapshot-store.js';
import type { BuiltBlock } from './block-builder.js';
import type { Machine } from './machine.port.js';

/** When to make a snapshot. */
export interface SnapshotPolicy {
  readonly snapshotEveryBlocks: number;
  readonly snapshotEveryTransactions: number;
  /** Keep every journal file, so that a replay can start from genesis. */
  readonly archive: boolean;
  readonly directory: string;
  /** Newest asserted block of which proofs are kept; 0 = none. */
  readonly provenBlock: bigint;
}

/** The newest that a restart may start from, and older ones in case it is damaged or L1 takes batches back. */
const KEPT_SNAPSHOTS = 3;

interface Waiting {
  readonly blockNumber: bigint;
  readonly blockHash: `0x${string}`;
  readonly sequence: bigint;
  readonly state: Uint8Array;
}

/**
 * Takes snapshots between blocks. One is written only when the index has committed its block, so that a replay always
 * reaches back to everything the index may have missed.
 */
export class Snapshotter {
  private blocks = 0;
  private transactions = 0;
  private waiting: Waiting | undefined;
  private safe = 0n;
  private proven: bigint;

  constructor(
    private readonly store: SnapshotStore,
    private readonly policy: SnapshotPolicy,
  ) {
    this.proven = policy.provenBlock;
  }

  /** Called right after a seal, before anything else touches the machine. Says whether a snapshot was taken. */
  sealed(built: BuiltBlock, sequence: bigint, machine: Machine): boolean {
    this.blocks += 1;
    this.transactions += built.open.wires.length;
    const { snapshotEveryBlocks, snapshotEveryTransactions } = this.policy;
    const due = this.blocks >= snapshotEveryBlocks || this.transactions >= snapshotEveryTransactions;
    if (!due || this.waiting) return false;
    this.blocks = 0;
    this.transactions = 0;
    this.waiting = {
      blockNumber: built.block.number,
      blockHash: built.block.hash,
      sequence,
      state: machine.snapshot(),
    };
    return true;
  }

  /** The index has committed this block. Returns the number of the snapshot that was written, if any. */
  async indexed(number: bigint): Promise<bigint | undefined> {
    const snapshot = this.waiting;
    if (!snapshot || number < snapshot.blockNumber) return undefined;
    this.waiting = undefined;
    await this.store.write(snapshot);
    await this.prune();
    return snapshot.blockNumber;
  }

  /** Blocks up to this one are on L1 and can no longer be asked for by the poster. */
  setSafe(number: bigint): void {
    this.safe = number;
  }

  /** The state of this block, but of none before it, may still be asked for: nobody has kept proofs of the assertions that follow. */
  setProven(number: bigint): void {
    this.proven = number;
  }

  /** Writes nothing any more of blocks above this one, which are undone. */
  undone(number: bigint): void {
    if (this.waiting && this.waiting.blockNumber > number) this.waiting = undefined;
  }

  /** Deletes the snapshots of undone blocks. One that a crash leaves behind is passed over: the journal says that its block was undone. */
  async deleteUndone(number: bigint): Promise<void> {
    for (const snapshot of await this.store.list()) if (snapshot > number) await this.store.remove(snapshot);
  }

  /**
   * Drops snapshots that no restart would choose and no state need be rebuilt from, and the journal files before the oldest that stays. Where
   * no snapshot is as old as the last kept proofs, states are rebuilt from genesis.
   */
  private async prune(): Promise<void> {
    const usable = (await this.store.list()).filter((number) => number <= this.safe);
    const base = usable.find((number) => number <= this.proven);
    const old = usable.slice(KEPT_SNAPSHOTS).filter((number) => number !== base);
    for (const number of old) await this.store.remove(number);
    const newer = usable[KEPT_SNAPSHOTS - 1];
    if (this.policy.archive || newer === undefined || base === undefined) return;
    const oldest = base < newer ? base : newer;
    const { sequence } = await this.store.read(oldest);
    await pruneJournal(this.policy.directory, sequence);
  }
}
