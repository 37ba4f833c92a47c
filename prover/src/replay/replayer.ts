import { setImmediate } from 'node:timers/promises';

import type { InboxItem } from '@metachain/bridge';
import {
  type Engine,
  OutsideWindowError,
  parseBlockRecord,
  type Position,
  type SealedBlock,
  startOfItem,
  type UnitResult,
} from '@metachain/program';

import { traceOf, type UnitTrace } from '../check/unit-trace.js';
import { readTerms } from '../derive/chain-terms.js';
import { type BlockPreparer, PreparedBlocks } from '../derive/prepared-blocks.js';
import { DerivedInputs, type L1Inputs } from '../derive/unit-inputs.js';
import type { Boundary } from './boundary.js';
import { withdrawnIn } from './withdrawn.js';

/** What an item made of the chain. */
export interface ItemReplay {
  readonly boundary: Boundary;
  readonly units: number;
  readonly trapped: boolean;
  readonly blocks: number;
  readonly transactions: number;
  /** The units one by one, for the stepper. */
  readonly trace: readonly UnitTrace[];
}

/** Called for every block in order. */
export type BlockListener = (block: SealedBlock) => void | Promise<void>;

/** Messages as replay needs them: words for the rules, mint for the balance of escrow and supply. */
export interface ReplayInputs extends L1Inputs {
  readonly messages: readonly { readonly words: Uint8Array; readonly mint: bigint }[];
}

/** Runs item after item on an engine and remembers the state at each boundary. Knows nothing of L1 endpoints, disks or clocks. */
export class Replayer {
  #engine: Engine;
  #boundary: Boundary;
  #onBlock: BlockListener | undefined;
  readonly #prepared: PreparedBlocks | undefined;

  constructor(
    engine: Engine,
    boundary: Boundary,
    private readonly l1: ReplayInputs,
    preparer?: BlockPreparer,
  ) {
    this.#engine = engine;
    this.#boundary = boundary;
    this.#prepared = preparer && new PreparedBlocks(preparer);
  }

  get engine(): Engine {
    return this.#engine;
  }

  /** State after the last item that was replayed. */
  get boundary(): Boundary {
    return this.#boundary;
  }

  /** Sets who is told of each block. */
  onBlock(listener: BlockListener): void {
    this.#onBlock = listener;
  }

  /** Has the signatures of an item recovered whose turn has not come, while earlier ones are replayed. */
  prepareAhead(item: Pick<InboxItem, 'index'>, words: Uint8Array): void {
    if (item.index >= this.#boundary.item) this.#prepare(item, words);
  }

  /** Runs all units of the next item. The outcome depends on nothing but the inputs. */
  async replay(item: InboxItem, words: Uint8Array): Promise<ItemReplay> {
    const inputs = new DerivedInputs(this.l1, item.index, words);
    this.#prepare(item, words);
    const trace: UnitTrace[] = [];
    const totals = {
      units: 0,
      blocks: 0,
      transactions: 0,
      trapped: false,
      withdrawn: 0n,
      consumed: this.#boundary.delayedConsumed,
    };
    let position = startOfItem(item.index, this.#boundary.headerHash, this.#boundary.blockNumber);
    while (position.item === item.index) {
      const memo = await this.#prepared?.take(words, position.offset, position.parentHash);
      const result = this.#engine.runUnit(position, inputs, memo);
      await this.#count(result, totals);
      trace.push(traceOf(position, result));
      position = result.next;
      await setImmediate();
    }
    this.#boundary = this.#boundaryAt(item, position, totals);
    return { boundary: this.#boundary, ...totals, trace };
  }

  /** Returns to an earlier boundary. False when the engine no longer remembers that block: start again from a checkpoint. */
  revertTo(boundary: Boundary): boolean {
    try {
      this.#engine.revertTo(boundary.blockNumber);
    } catch (error) {
      if (error instanceof OutsideWindowError) return false;
      throw error;
    }
    this.#boundary = boundary;
    this.#prepared?.clear();
    return true;
  }

  /** Starts again from another state. */
  restart(engine: Engine, boundary: Boundary): void {
    this.#engine = engine;
    this.#boundary = boundary;
    this.#prepared?.clear();
  }

  #prepare({ index }: Pick<InboxItem, 'index'>, words: Uint8Array): void {
    const { item, headerHash } = this.#boundary;
    this.#prepared?.add(words, readTerms(this.#engine), index === item ? headerHash : undefined);
  }

  async #count({ block, trapped }: UnitResult, totals: Totals): Promise<void> {
    totals.units++;
    totals.trapped ||= trapped;
    if (block === undefined) return;
    totals.blocks++;
    totals.consumed = block.delayedConsumed;
    totals.withdrawn += withdrawnIn(this.#engine.records);
    totals.transactions += parseBlockRecord(this.#engine.records).transactions;
    await this.#onBlock?.(block);
  }

  #boundaryAt(item: InboxItem, position: Position, totals: Totals): Boundary {
    const before = this.#boundary;
    return {
      item: item.index + 1n,
      itemHash: item.accumulator,
      units: before.units + BigInt(totals.units),
      blockNumber: position.parentNumber,
      stateRoot: this.#engine.stateRoot(),
      headerHash: position.parentHash,
      delayedConsumed: totals.consumed,
      minted: before.minted + this.#mintedBetween(before.delayedConsumed, totals.consumed),
      withdrawn: before.withdrawn + totals.withdrawn,
    };
  }

  #mintedBetween(from: bigint, to: bigint): bigint {
    let sum = 0n;
    for (let index = from; index < to; index++) sum += this.l1.messages[Number(index)]!.mint;
    return sum;
  }
}

interface Totals {
  units: number;
  blocks: number;
  transactions: number;
  trapped: boolean;
  withdrawn: bigint;
  consumed: bigint;
}
