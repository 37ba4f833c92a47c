import { ecrecover, Engine, startOfItem } from '@metachain/program';
import type { InboxItem } from '@metachain/bridge';
import type { Hash } from 'viem';

import type { PayloadLoader } from '../derive/payload-loader.js';
import { TraceMismatchError } from '../errors.js';
import type { LoweredProgram } from '../machine/lowering/lower.js';
import type { ProgramDescription } from '../machine/lowering/program.js';
import type { Machine, MachineStart } from '../machine/machine.js';
import { PersistentStateTree } from '../machine/merkle/state-tree.js';
import type { Boundary } from '../replay/boundary.js';
import type { CheckpointStore } from '../replay/checkpoint-store.js';
import { Replayer, type ReplayInputs } from '../replay/replayer.js';
import { ItemInputs, type WatchedInputs } from './item-inputs.js';
import { Rehearsal } from './rehearsal.js';
import { ReplayTrace } from './replay-trace.js';

/** What honest traces are made from: L1 data, a place to start, and the program. */
export interface HonestTraceParts {
  readonly watcher: WatchedInputs & ReplayInputs & { readonly items: readonly InboxItem[] };
  readonly payloads: Pick<PayloadLoader, 'load'>;
  readonly checkpoints: CheckpointStore | undefined;
  readonly genesis: { readonly boundary: Boundary; readonly engine: () => Engine };
  readonly program: LoweredProgram;
  readonly programHash: Hash;
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

/** Traces that are kept: games of the same assertion, and of its neighbours, share one. */
const KEPT = 4;

/** Makes the true trace of an assertion from L1 data: replays to its parent from the nearest checkpoint, then steps through its units. */
export class HonestTraces {
  private readonly kept = new Map<string, Promise<ReplayTrace>>();
  private readonly rehearsal: Rehearsal;

  constructor(private readonly parts: HonestTraceParts) {
    this.rehearsal = new Rehearsal(parts.program);
  }

  /** The program as L1 holds it. */
  get program(): ProgramDescription {
    return this.rehearsal.description;
  }

  /** The trace from a boundary on. Throws CannotDeriveError, TraceMismatchError. */
  trace(range: TraceRange): Promise<ReplayTrace> {
    if (range.open !== undefined) return this.make(range);
    const name = `${range.parent.item} ${range.parent.itemHash} ${range.parent.headerHash} ${range.endItem} ${this.lastItem(range)}`;
    const trace = this.kept.get(name) ?? this.make(range);
    this.kept.delete(name);
    this.kept.set(name, trace);
    trace.catch(() => this.kept.delete(name));
    for (const old of [...this.kept.keys()].slice(0, -KEPT)) this.kept.delete(old);
    return trace;
  }

  /** An L1 reorg changes the name of what it changes. */
  private lastItem({ endItem }: TraceRange): string {
    return this.parts.watcher.items[Number(endItem) - 1]?.accumulator ?? '';
  }

  private async make({ parent, endItem, open }: TraceRange): Promise<ReplayTrace> {
    const { program, programHash } = this.parts;
    return new ReplayTrace({
      program,
      programHash,
      cryptography: { recover: ecrecover, verifyAggregate: () => false },
      state: await this.stateAt(parent),
      position: startOfItem(parent.item, parent.headerHash, parent.blockNumber),
      endItem,
      inputs: (item) => this.inputs(item),
      rehearsal: this.rehearsal,
      ...(open === undefined ? {} : { open }),
    });
  }

  private async inputs(item: bigint): Promise<ItemInputs> {
    const { watcher, payloads } = this.parts;
    return new ItemInputs(watcher, item, await payloads.load(this.item(item)));
  }

  private item(index: bigint): InboxItem {
    const item = this.parts.watcher.items[Number(index)];
    if (item === undefined) throw new TraceMismatchError(`item ${index} is not on L1`);
    return item;
  }

  private async stateAt(parent: Boundary): Promise<PersistentStateTree> {
    const replayer = await this.nearest(parent);
    while (replayer.boundary.item < parent.item) {
      const item = this.item(replayer.boundary.item);
      await replayer.replay(item, await this.parts.payloads.load(item));
    }
    const { stateRoot, headerHash } = replayer.boundary;
    if (stateRoot !== parent.stateRoot || headerHash !== parent.headerHash) {
      throw new TraceMismatchError(
        `replay to item ${parent.item} gives ${stateRoot}, the prover has ${parent.stateRoot}`,
      );
    }
    return PersistentStateTree.fromRecords(replayer.engine.state.store.contents());
  }

  /** A replay of its own, so that the prover's is not disturbed. */
  private async nearest(parent: Boundary): Promise<Replayer> {
    const { checkpoints, genesis, watcher } = this.parts;
    const fits = ({ item, itemHash }: Boundary): boolean =>
      item <= parent.item && (item === 0n || watcher.items[Number(item) - 1]?.accumulator === itemHash);
    const restored = await checkpoints?.restore(fits, () => undefined);
    const { engine, boundary } = restored ?? { engine: genesis.engine(), boundary: genesis.boundary };
    return new Replayer(engine, boundary, watcher);
  }
}
