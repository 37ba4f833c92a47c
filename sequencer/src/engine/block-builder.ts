import { SequencerError } from '../errors/sequencer.errors.js';
import type { BlockContext } from '@metachain/program';
import type { Hex } from 'viem';
import type { InputWords } from '../journal/entry.js';
import type { InputStore } from './input-store.js';
import type { ItemPlace, Machine, MachineHead, MachineSeal } from './machine.port.js';

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

/** A block that was just closed, with what stands on the wire. */
export interface BuiltBlock extends MachineSeal {
  readonly open: OpenBlock;
}

/** Producer of a block that L1 forced. */
export const NOBODY: Hex = `0x${'00'.repeat(20)}`;

/** A forced block, and where in the item the next one starts (undefined: the item is done). */
export interface DerivedBlock {
  readonly built: BuiltBlock | undefined;
  readonly next: ItemPlace | undefined;
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

  /** Makes the next block of an item that L1 forces on the chain. Undefined when the item holds no more. */
  derive(item: InputWords, place: ItemPlace, messages: readonly InputWords[]): DerivedBlock {
    this.inputs.addItem(item);
    for (const message of messages) this.inputs.addMessage(message);
    const parent = this.machine.head();
    const { seal, next } = this.machine.derive(item.index, place);
    return { next, built: seal && { ...seal, open: this.forcedBlock(parent, seal, messages) } };
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
    return { ...this.machine.end(), open };
  }

  /** A forced block has no producer and no transactions but delayed messages. */
  private forcedBlock(parent: MachineHead, { block }: MachineSeal, messages: readonly InputWords[]): OpenBlock {
    const consumed = messages.filter(({ index }) => index >= parent.delayedConsumed && index < block.delayedConsumed);
    const delayed = block.delayedConsumed - parent.delayedConsumed;
    const context = { timestamp: block.timestamp, delayed, priceItem: 0n, producer: NOBODY };
    return { number: block.number, parent, context, messages: consumed, item: undefined, wires: [], contentBytes: 0 };
  }

  private lastPriceItem = 0n;

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
