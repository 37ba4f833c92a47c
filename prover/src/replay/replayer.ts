import { setImmediate } from 'node:timers/promises';

import type { InboxItem } from '@metachain/bridge';
import {
  type Engine,
  type Memo,
  OutsideWindowError,
  parseBlockRecord,
  type Position,
  type SealedBlock,
  startOfItem,
  type UnitResult,
} from '@metachain/program';

import { traceOf, type UnitTrace } from '../check/unit-trace.js';
import { scanBlocks, type ScannedBlock } from '../derive/payload-scan.js';
import type { PreparedBlock } from '../derive/signature-pool.js';
import { DerivedInputs, type L1Inputs } from '../derive/unit-inputs.js';
import type { Boundary } from './boundary.js';
import { withdrawnIn } from './withdrawn.js';

/** Offset of a payload's first block: behind the version. */
const FIRST_BLOCK = 1;

/** By offset in the payload. */
type PreparedBlocks = Map<number, PreparedBlock>;

/** Work done ahead for an item, which L1 may take back before its turn. */
interface PreparedItem {
  readonly index: bigint;
  readonly blocks: PreparedBlocks;
}

/** Recovers signatures ahead of the replay; without one the engine does it when it meets them. */
export interface BlockPreparer {
  prepare(content: Uint8Array, timestamp: bigint): PreparedBlock;
  /** Does a piece of the work on the caller's thread; false when none is left. */
  help(): boolean;
}

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
  /** By accumulator. */
  readonly #ahead = new Map<string, PreparedItem>();

  constructor(
    engine: Engine,
    boundary: Boundary,
    private readonly l1: ReplayInputs,
    private readonly preparer?: BlockPreparer,
  ) {
    this.#engine = engine;
    this.#boundary = boundary;
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

  /** Has the signatures of a later item recovered while earlier ones are replayed. */
  prepareAhead(item: InboxItem, payload: Uint8Array): void {
    if (item.index < this.#boundary.item || this.#ahead.has(item.accumulator)) return;
    this.#ahead.set(item.accumulator, { index: item.index, blocks: this.#handOut(scanBlocks(payload)) });
  }

  /** Runs all units of the next item. The outcome depends on nothing but the inputs. */
  async replay(item: InboxItem, payload: Uint8Array): Promise<ItemReplay> {
    const inputs = new DerivedInputs(this.l1, item.index, payload);
    const memos = this.#take(item) ?? this.#handOut(scanBlocks(payload).slice(1));
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
      const memo = await this.#memoAt(memos, position.offset);
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
    this.#ahead.clear();
    return true;
  }

  /** Starts again from another state. */
  restart(engine: Engine, boundary: Boundary): void {
    this.#engine = engine;
    this.#boundary = boundary;
    this.#ahead.clear();
  }

  /** What was prepared for an item; forgets it, and what was prepared for items that never came. */
  #take(item: InboxItem): PreparedBlocks | undefined {
    const prepared = this.#ahead.get(item.accumulator);
    for (const [key, { index }] of this.#ahead) if (index <= item.index) this.#ahead.delete(key);
    return prepared?.blocks;
  }

  #handOut(blocks: readonly ScannedBlock[]): PreparedBlocks {
    if (this.preparer === undefined) return new Map();
    return new Map(
      blocks.map(({ offset, content, timestamp }) => [offset, this.preparer!.prepare(content, timestamp)]),
    );
  }

  /** The memo of the block at an offset; works on later blocks while it waits. Undefined where there is none: the engine computes. */
  async #memoAt(memos: PreparedBlocks, start: number): Promise<Memo | undefined> {
    const offset = start === 0 ? FIRST_BLOCK : start;
    const prepared = memos.get(offset);
    if (prepared === undefined) return undefined;
    while (!prepared.done && this.preparer!.help()) await setImmediate();
    memos.delete(offset);
    return prepared.memo.catch(() => undefined);
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
