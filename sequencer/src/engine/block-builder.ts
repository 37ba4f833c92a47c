import { SequencerError } from '../errors/sequencer.errors.js';
import type { BlockContext } from '@metachain/program';
import type { Hex } from 'viem';
import type { Derived } from './history.js';
import type { InputWords } from '../journal/entry.js';
import { derivedBlock, derivedEntry } from './derived-block.js';
import type { InputStore } from './input-store.js';
import type { ItemPayload } from './item-payload.js';
import type { ItemPlace, Machine, MachineHead, MachineSeal, StoredTransaction } from './machine.port.js';

/** The rules refuse to open a block. The producer's view of L1 or of the clock is wrong. */
export class BlockRefusedError extends SequencerError {
  constructor(readonly ruleCode: number) {
    super(201, `the rules refuse to open a block: code ${ruleCode}`);
  }
}

/** What fixes the next block besides the transactions. */
export interface BuilderPolicy {
  readonly producer: Hex;
  /** Delayed messages in one block at most. */
  readonly maxDelayed: number;
  /** Bytes of content after which a block is sealed before its slot ends, so that it fits one batch. */
  readonly maxContentBytes: number;
}

/** The block under construction. */
export interface OpenBlock {
  readonly number: bigint;
  readonly parent: MachineHead;
  readonly context: BlockContext;
  readonly messages: readonly InputWords[];
  readonly item: InputWords | undefined;
  /** Wire bytes in order. */
  readonly wires: Uint8Array[];
  contentBytes: number;
}

/** How long a block was open, and how long it took to close it. */
export interface BlockTiming {
  readonly buildingMilliseconds: number;
  readonly sealingMilliseconds: number;
}

/** A block that was just closed, with what stands on the wire. */
export interface BuiltBlock extends MachineSeal {
  readonly open: OpenBlock;
  /** Undefined for a block that L1 forced: nobody waited for it. */
  readonly timing?: BlockTiming;
}

/** An item of L1 with all that the units in it may read. */
export interface ItemSource {
  readonly item: InputWords;
  readonly payload: ItemPayload;
  /** Messages from the first one not consumed on. */
  readonly messages: readonly InputWords[];
  /** Earlier items whose prices a block names. */
  readonly items: readonly InputWords[];
}

/** What one unit of an item made, and where in the item the next one starts (undefined: the item is done). */
export interface DerivedBlock {
  readonly built: BuiltBlock | undefined;
  readonly next: ItemPlace | undefined;
  /** How the journal keeps the block. */
  readonly entry: Derived | undefined;
}

/** Opens and closes blocks on the machine. Knows nothing of disks, threads or the network. */
export class BlockBuilder {
  private current: OpenBlock | undefined;

  constructor(
    private readonly machine: Machine,
    private readonly inputs: InputStore,
    private readonly policy: BuilderPolicy,
  ) {}

  /** The block under construction, if any. */
  get open(): OpenBlock | undefined {
    return this.current;
  }

  /** Whether a block is due although no transaction came: messages wait on L1. */
  depositsDue(): boolean {
    return this.dueMessages() > 0n;
  }

  /** Whether the open block has reached the size at which it is sealed early. */
  full(): boolean {
    return (this.current?.contentBytes ?? 0) >= this.policy.maxContentBytes;
  }

  /** Opens the next block at `timestamp` (seconds; never before the parent). Throws BlockRefusedError. */
  begin(timestamp: bigint): OpenBlock {
    const parent = this.machine.head();
    const context: BlockContext = {
      timestamp: timestamp > parent.timestamp ? timestamp : parent.timestamp,
      delayed: this.dueMessages(),
      priceItem: this.nextPriceItem(),
      producer: this.policy.producer,
    };
    return this.beginWith(context);
  }

  /** Opens the next block with a context from the journal. Throws BlockRefusedError. */
  beginWith(context: BlockContext): OpenBlock {
    const parent = this.machine.head();
    const code = this.machine.begin(context);
    if (code !== 0) throw new BlockRefusedError(code);
    this.openedAt = performance.now();
    this.current = {
      number: parent.number + 1n,
      parent,
      context,
      ...this.inputsOf(context, parent),
      wires: [],
      contentBytes: 0,
    };
    if (context.priceItem > 0n) this.lastPriceItem = context.priceItem;
    return this.current;
  }

  /** Notes a transaction that the machine included. Returns its place in the block. */
  include(wire: Uint8Array): number {
    const open = this.current!;
    open.contentBytes += wire.length;
    return open.wires.push(wire) - 1;
  }

  /** Runs the unit at a place of an item. `known`: the block's transactions, where a journal has them. Throws MissingInputError. */
  derive(source: ItemSource, place: ItemPlace, known?: readonly StoredTransaction[]): DerivedBlock {
    for (const item of [...source.items, source.item]) this.inputs.addItem(item);
    for (const message of source.messages) this.inputs.addMessage(message);
    const parent = this.machine.head();
    const unit = this.machine.derive(source.item.index, place, source.payload, known);
    const { next } = unit;
    if (!unit.seal) return { next, built: undefined, entry: undefined };
    const built = { ...unit.seal, open: derivedBlock(parent, source, place.offset, unit, unit.seal) };
    this.lastPriceItem = built.open.context.priceItem || this.lastPriceItem;
    return { next, built, entry: derivedEntry(source, place.offset, unit, built) };
  }

  /** Takes back the open block when it holds neither messages nor transactions. Says whether it did. */
  abandonEmpty(): boolean {
    if (!this.current || this.current.wires.length > 0 || this.current.messages.length > 0) return false;
    this.machine.abandon();
    this.current = undefined;
    return true;
  }

  /** Closes the open block. */
  seal(): BuiltBlock {
    const open = this.current!;
    this.current = undefined;
    const closing = performance.now();
    const buildingMilliseconds = closing - this.openedAt;
    const sealed = this.machine.end();
    return { ...sealed, open, timing: { buildingMilliseconds, sealingMilliseconds: performance.now() - closing } };
  }

  private lastPriceItem = 0n;
  /** Milliseconds of the process. */
  private openedAt = 0;

  private dueMessages(): bigint {
    return this.inputs.messagesFrom(this.machine.head().delayedConsumed, this.policy.maxDelayed);
  }

  /** A newer item than the last named one, else keep. */
  private nextPriceItem(): bigint {
    const latest = this.inputs.latestItem();
    return latest !== undefined && latest + 1n > this.lastPriceItem ? latest + 1n : 0n;
  }

  private inputsOf(context: BlockContext, parent: MachineHead): Pick<OpenBlock, 'messages' | 'item'> {
    const messages: InputWords[] = [];
    for (let offset = 0n; offset < context.delayed; offset++) {
      const message = this.inputs.message(parent.delayedConsumed + offset);
      if (message) messages.push(message);
    }
    return { messages, item: context.priceItem > 0n ? this.inputs.item(context.priceItem - 1n) : undefined };
  }
}
