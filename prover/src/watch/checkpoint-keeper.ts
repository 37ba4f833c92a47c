import type { Hash } from 'viem';

import type { CrossCheck } from '../check/cross-check.js';
import type { Boundary } from '../replay/boundary.js';
import type { CheckpointStore } from '../replay/checkpoint-store.js';
import type { Disk } from '../replay/disk.js';
import type { Replayer } from '../replay/replayer.js';
import type { AssertionReader } from './assertions.js';
import type { JudgedAssertion } from './judged.js';
import type { ProverLog } from './prover-log.js';

/** What checkpoints are written from, and what tells which are needed. */
export interface CheckpointKeeperParts {
  readonly checkpoints: CheckpointStore | undefined;
  readonly disk: Disk;
  readonly replayer: Pick<Replayer, 'engine' | 'boundary'>;
  readonly crossCheck: CrossCheck | undefined;
  readonly assertions: Pick<AssertionReader, 'latestConfirmed'>;
  readonly log: ProverLog;
  readonly checkpointSeconds: number;
  /** All assertions that were compared, by number. */
  readonly judged: () => readonly JudgedAssertion[];
  /** Whether a boundary is on the chain that L1 has. */
  readonly fits: (boundary: Boundary) => boolean;
}

/** Writes checkpoints of the replay from time to time, and tells the store which of them disputes may need. */
export class CheckpointKeeper {
  /** When the last one was written, and when it was last asked which are needed: milliseconds of this machine's clock. */
  #written = Date.now();
  #noted = 0;

  constructor(private readonly parts: CheckpointKeeperParts) {}

  /** Writes one now. */
  async write(): Promise<void> {
    const { checkpoints, replayer, crossCheck, disk, log, fits } = this.parts;
    if (checkpoints === undefined || replayer.boundary.item === 0n) return;
    const { mismatch, stopped } = crossCheck?.status ?? {};
    // One that the stepper has yet to pass serves traces meanwhile; after a disagreement none would ever be taken.
    if (mismatch !== undefined || stopped !== undefined) return;
    this.#written = Date.now();
    await disk.keep('checkpoints', async () => {
      const path = await checkpoints.save(replayer.engine, replayer.boundary, fits);
      log.info({ event: 'checkpoint', item: replayer.boundary.item, path }, 'checkpoint written');
    });
  }

  /** Writes one where the last was long ago: also far behind the head, so that who has just derived everything can dispute what is pending. */
  async writeWhenDue(): Promise<void> {
    if (this.#isLongAgo(this.#written)) await this.write();
  }

  /** The same at the head of L1, where it is known which are needed. Throws L1UnavailableError. */
  async writeAtHead(l1Block: Hash): Promise<void> {
    if (this.#isLongAgo(this.#noted)) await this.#noteParents(l1Block);
    await this.writeWhenDue();
  }

  /**
   * Tells the store where disputes may start: at the end of each right assertion that is not decided, of the newest confirmed one, and of the one
   * below that, which an L1 reorg may bring back.
   */
  async #noteParents(l1Block: Hash): Promise<void> {
    const { checkpoints, assertions } = this.parts;
    if (checkpoints === undefined) return;
    const judged = this.parts.judged();
    const confirmed = await assertions.latestConfirmed(l1Block);
    const lowest = judged[Number(confirmed)]?.assertion.parent ?? 0n;
    const parents = judged.filter(({ assertion, right }) => right && assertion.id >= lowest);
    checkpoints.need(
      'assertions',
      parents.map(({ own }) => own),
    );
    this.#noted = Date.now();
  }

  #isLongAgo(time: number): boolean {
    return Date.now() - time > this.parts.checkpointSeconds * 1_000;
  }
}
