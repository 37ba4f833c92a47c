import { type BlobFetcher, type InboxItem } from '@metachain/bridge';
import { ecrecover, Engine, startOfItem } from '@metachain/program';
import type { Hash } from 'viem';

import { PayloadLoader } from '../derive/payload-loader.js';
import type { BlockPreparer } from '../derive/prepared-blocks.js';
import { TraceMismatchError } from '../errors.js';
import type { LoweredProgram } from '../machine/lowering/lower.js';
import type { Machine, MachineStart } from '../machine/machine.js';
import type { Boundary } from '../replay/boundary.js';
import type { CheckpointStore } from '../replay/checkpoint-store.js';
import { Replayer, type ReplayInputs } from '../replay/replayer.js';
import { ItemInputs, type WatchedInputs } from './item-inputs.js';
import type { KeptUnits } from './kept-units.js';
import type { Rehearsal } from './rehearsal.js';
import { ReplayTrace } from './replay-trace.js';
import { unitsOf } from './sections.js';
import type { StateTrees } from './state-trees.js';

/** What honest traces are made from: L1 data, a place to start, and the program. */
export interface HonestTraceParts {
  readonly watcher: Pick<WatchedInputs & ReplayInputs, 'messages'> & { readonly items: readonly InboxItem[] };
  readonly blobs: Pick<BlobFetcher, 'fetch'>;
  readonly checkpoints: Pick<CheckpointStore, 'restore' | 'need'> | undefined;
  readonly genesis: { readonly boundary: Boundary; readonly engine: () => Engine };
  readonly program: LoweredProgram;
  readonly programHash: Hash;
  /** Recovers signatures ahead, as for the prover's own replay. */
  readonly preparer?: BlockPreparer | undefined;
  /** States that each trace keeps beside its first one; an even number. */
  readonly keptStates?: number;
  /** Told where the replay to the parent of a trace begins. */
  readonly onReplay?: (from: Boundary, range: TraceRange) => void;
}

/** What all traces have in common. */
export interface SharedByTraces {
  readonly rehearsal: Rehearsal;
  readonly trees: StateTrees;
  readonly units: KeptUnits;
}

/** Which assertion a trace is about. */
export interface TraceRange {
  /** What L1 data gives at the parent. */
  readonly parent: Boundary;
  /** Item at which the assertion ends. */
  readonly endItem: bigint;
  /** Makes the machine of a unit; default: the honest one. */
  readonly open?: (unit: bigint, start: MachineStart) => Machine;
}

/** Items whose payloads are fetched and whose signatures are recovered ahead. */
const ITEMS_AHEAD = 2;

/** Makes one trace: replays to the parent from the nearest checkpoint, then steps through the units. Asked again after a failure it goes on where it was. */
export class TraceMaker {
  private readonly payloads: PayloadLoader;
  private replayer: Replayer | undefined;
  private trace: ReplayTrace | undefined;

  constructor(
    private readonly parts: HonestTraceParts,
    private readonly range: TraceRange,
    private readonly shared: SharedByTraces,
  ) {
    // Of its own: what one replay asks for ahead would be forgotten for another's.
    this.payloads = new PayloadLoader(parts.blobs);
  }

  /** The trace with all its units run, which is what takes long. Throws CannotDeriveError, TraceMismatchError. */
  async whole(): Promise<ReplayTrace> {
    const { parent, endItem } = this.range;
    const trace = await this.begun();
    await trace.tupleAt(unitsOf(endItem - parent.item));
    return trace;
  }

  /** The trace, of which nothing but the start is known yet. Throws as `whole` does. */
  async begun(): Promise<ReplayTrace> {
    return (this.trace ??= await this.begin());
  }

  private async begin(): Promise<ReplayTrace> {
    const { program, programHash, keptStates } = this.parts;
    const { rehearsal, units } = this.shared;
    const { parent, endItem, open } = this.range;
    const state = await this.stateAt(parent);
    return new ReplayTrace({
      program,
      programHash,
      cryptography: { recover: ecrecover, verifyAggregate: () => false },
      state,
      position: startOfItem(parent.item, parent.headerHash, parent.blockNumber),
      endItem,
      inputs: (item) => this.inputs(item),
      rehearsal,
      keptStates,
      units,
      ...(open === undefined ? {} : { open }),
    });
  }

  private async inputs(item: bigint): Promise<ItemInputs> {
    return new ItemInputs(this.parts.watcher, item, await this.payloads.load(this.item(item)));
  }

  private item(index: bigint): InboxItem {
    const item = this.parts.watcher.items[Number(index)];
    if (item === undefined) throw new TraceMismatchError(`item ${index} is not on L1`);
    return item;
  }

  private async stateAt(parent: Boundary) {
    this.replayer ??= await this.nearest(parent);
    const { replayer } = this;
    while (replayer.boundary.item < parent.item) await this.replayNext(replayer, parent.item);
    this.replayer = undefined;
    const { stateRoot, headerHash } = replayer.boundary;
    if (stateRoot !== parent.stateRoot || headerHash !== parent.headerHash) {
      throw new TraceMismatchError(
        `replay to item ${parent.item} gives ${stateRoot}, the prover has ${parent.stateRoot}`,
      );
    }
    return this.shared.trees.of(replayer.engine.state.store.contents());
  }

  private async replayNext(replayer: Replayer, end: bigint): Promise<void> {
    const next = replayer.boundary.item;
    const item = this.item(next);
    const words = await this.load(item, replayer, end);
    this.replayer = undefined;
    await replayer.replay(item, words);
    // An item that failed half-way leaves a state that is none: then it begins anew.
    this.replayer = replayer;
  }

  /** The payload of an item; the work for those behind it has begun. */
  private async load(item: InboxItem, replayer: Replayer, end: bigint): Promise<Uint8Array> {
    const items: readonly InboxItem[] = this.parts.watcher.items;
    const ahead = items.slice(Number(item.index), Math.min(Number(item.index) + 1 + ITEMS_AHEAD, Number(end)));
    this.payloads.prefetch(ahead, (known, words) => replayer.prepareAhead(known, words));
    return this.payloads.load(item);
  }

  /** A replay of its own, so that the prover's is not disturbed. */
  private async nearest(parent: Boundary): Promise<Replayer> {
    const { checkpoints, genesis, watcher, preparer, onReplay } = this.parts;
    const fits = ({ item, itemHash }: Boundary): boolean =>
      item === 0n || watcher.items[Number(item) - 1]?.accumulator === itemHash;
    const restored = await checkpoints?.restore(fits, () => undefined, parent.item);
    const { engine, boundary } = restored ?? { engine: genesis.engine(), boundary: genesis.boundary };
    onReplay?.(boundary, this.range);
    return new Replayer(engine, boundary, watcher, preparer);
  }
}
