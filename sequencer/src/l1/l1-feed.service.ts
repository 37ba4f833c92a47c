import { Inject, Injectable, Logger } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type CertainTag,
  type DelayedMessage,
  type HeadDoubt,
  type InboxItem,
  type L1Block,
  type L1Event,
  type L1Heads,
  type L1Reorg,
  type L1Watcher,
  readPayloadWords,
} from '@metachain/bridge';
import { CHAIN } from '../chain/chain.token.js';
import type { ChainService } from '../chain/chain.service.js';
import type { DerivationRequest, MadeBlock } from '../engine/engine.types.js';
import type { ItemPlace } from '../engine/machine.port.js';
import { priceItems } from '../engine/payload-block.js';
import type { InputWords } from '../journal/entry.js';
import { Turns } from '../workers/turns.js';
import { ConsumedInputs } from './consumed-inputs.js';
import { L1_PARTS, type L1Parts } from './l1.tokens.js';

/** Interested in items as L1 reports them: the poster. */
export interface ItemListener {
  item(item: InboxItem): Promise<void>;
  /** Items and messages from these numbers on are void. */
  reorg(firstItem: bigint, firstMessage: bigint): Promise<void>;
}

/** How far L1 has been followed. */
export interface L1Status {
  /** Newest L1 block read; undefined before the first look. */
  readonly block: L1Block | undefined;
  readonly heads: L1Heads;
  /** The first look has caught up with L1's head. */
  readonly synced: boolean;
  /** Milliseconds (wall clock) of the last successful look. */
  readonly lastLook: number;
  readonly reorgs: number;
  readonly fatal: string | undefined;
}

/** Follows L1: hands inputs to the engine, items to the poster, and has soft blocks undone that L1 contradicts. */
@Injectable()
export class L1FeedService {
  private readonly logger = new Logger('L1');
  private readonly consumed = new ConsumedInputs();
  private readonly abort = new AbortController();
  /** What an event of L1 makes of the chain is judged by its blocks: nobody else may have them undone meanwhile. */
  private readonly turns = new Turns();
  private listener: ItemListener | undefined;
  private batch: { messages: InputWords[]; items: InputWords[] } = { messages: [], items: [] };
  private state: L1Status = {
    block: undefined,
    heads: { latest: 0n, safe: 0n, finalized: 0n },
    synced: false,
    lastLook: 0,
    reorgs: 0,
    fatal: undefined,
  };
  private running: Promise<void> | undefined;
  private onSynced: () => void = () => undefined;
  /** Resolves when L1 has been read up to its head once. */
  readonly synced = new Promise<void>((resolve) => (this.onSynced = resolve));

  constructor(
    @Inject(L1_PARTS) private readonly parts: L1Parts,
    @Inject(CHAIN) private readonly chain: ChainService,
  ) {
    chain.onBlock(async (block) => this.consumed.add(block));
    chain.onReorg(async (number) => this.consumed.undo(number));
    chain.onHeads(async ({ final }) => this.consumed.settle(final));
  }

  get watcher(): L1Watcher {
    return this.parts.watcher;
  }

  get status(): L1Status {
    return this.state;
  }

  /** Who hears of items. */
  setListener(listener: ItemListener): void {
    this.listener = listener;
  }

  start(): void {
    this.running = this.follow();
  }

  async stop(): Promise<void> {
    this.abort.abort();
    await this.running;
  }

  /** Asks L1 for its heads; rejects when no endpoint answers. */
  async probe(): Promise<void> {
    await this.parts.source.heads();
  }

  /** What is wrong with L1's `safe` and `finalized`, which are held at their last good value meanwhile. */
  get doubts(): ReadonlyMap<CertainTag, HeadDoubt> {
    return this.parts.source.doubts;
  }

  /** L1 time of a delayed message in seconds, if it has been seen. */
  messageTime(index: bigint): bigint | undefined {
    return this.watcher.messages[Number(index)]?.timestamp;
  }

  /** Has the blocks from `block` on made anew, whatever they took from L1; not while an event of L1 is worked on. */
  remake(block: bigint, reason: string): Promise<void> {
    return this.turns.run(() => this.undoFrom(block, reason, NOTHING_VOID, NOTHING_VOID));
  }

  /** Undoes the soft blocks from `block` on; their transactions are executed again. Only as part of the work on an event of L1. */
  async undoFrom(block: bigint, reason: string, firstItem: bigint, firstMessage: bigint): Promise<void> {
    this.logger.warn({ event: 'soft_blocks_undone', from: block.toString(), reason });
    await this.parts.engine.undo(block - 1n, firstItem, firstMessage);
    // The listeners, `consumed` among them, must know before the next event of L1 is judged.
    await this.chain.drained();
  }

  /**
   * Words of an item's payload. Waits for them as long as it takes: an item is never skipped. Undefined when L1 dropped the item meanwhile, or on
   * shutdown.
   */
  async payloadWords(item: InboxItem): Promise<Uint8Array | undefined> {
    while (!this.abort.signal.aborted) {
      try {
        return await readPayloadWords(item, this.parts.blobs);
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        this.logger.error({ event: 'payload_unavailable', item: item.index.toString(), reason });
      }
      if (!(await this.watcher.holds().catch(() => true))) return undefined;
      await sleep(this.parts.pollMilliseconds, undefined, { signal: this.abort.signal }).catch(() => undefined);
    }
    return undefined;
  }

  /**
   * Has the program make the blocks that an item holds from `start` on, after block `parent`, by which `consumed` messages
   * were consumed.
   */
  async derive(
    parent: DerivationRequest['parent'],
    consumed: bigint,
    { index, words: header, delayedCount }: InboxItem,
    start: ItemPlace,
    words: Uint8Array,
  ): Promise<readonly MadeBlock[]> {
    const { messages, items } = this.watcher;
    const made = await this.parts.engine.derive({
      parent,
      item: { index, words: header, alias: NO_ALIAS },
      start,
      words,
      messages: messages.slice(Number(consumed), Number(delayedCount)).map(toInput),
      items: priceItems(words)
        .filter((named) => named < index)
        .map((named) => ({ index: named, words: items[Number(named)]!.words, alias: NO_ALIAS })),
    });
    // The listeners, the poster's backlog among them, must know before the next event of L1 is judged.
    await this.chain.drained();
    return made;
  }

  private async follow(): Promise<void> {
    try {
      for await (const event of this.watcher.events(this.abort.signal)) await this.turns.run(() => this.take(event));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.state = { ...this.state, fatal: reason };
      this.logger.fatal({ event: 'l1_fatal', reason });
      this.chain.halt(`L1: ${reason}`);
    }
  }

  private async take(event: L1Event): Promise<void> {
    if (event.type === 'message') return this.takeMessage(event.message);
    if (event.type === 'item') return this.takeItem(event.item);
    if (event.type === 'reorg') return this.takeReorg(event.reorg);
    await this.takeBlock(event.block, event.heads);
  }

  private async takeMessage(message: DelayedMessage): Promise<void> {
    const { index, words } = message;
    const block = this.consumed.contradicting(index, words);
    if (block !== undefined) await this.undoFrom(block, `delayed message ${index} differs on L1`, NOTHING_VOID, index);
    if (index < this.consumed.consumed && block === undefined) return;
    this.batch.messages.push(toInput(message));
  }

  private async takeItem(item: InboxItem): Promise<void> {
    this.batch.items.push({ index: item.index, words: item.words, alias: NO_ALIAS });
    await this.listener?.item(item);
  }

  private async takeReorg({ firstItem, firstMessage, depth, fromBlock }: L1Reorg): Promise<void> {
    this.logger.warn({ event: 'l1_reorg', depth: depth.toString(), fromBlock: fromBlock.toString() });
    this.state = { ...this.state, reorgs: this.state.reorgs + 1 };
    this.parts.onReorg(Number(depth));
    await this.listener?.reorg(firstItem, firstMessage);
    const block = this.consumed.firstUsing(firstItem, firstMessage);
    if (block !== undefined) await this.undoFrom(block, 'L1 was reorganised', firstItem, firstMessage);
    else await this.parts.engine.dropL1(firstItem, firstMessage);
  }

  private async takeBlock(block: L1Block, heads: L1Heads): Promise<void> {
    await this.parts.engine.addL1({ ...this.batch, time: block.timestamp });
    this.batch = { messages: [], items: [] };
    const reached = block.number + BigInt(this.parts.confirmations) >= heads.latest;
    this.state = { ...this.state, block, heads, lastLook: Date.now(), synced: this.state.synced || reached };
    if (this.state.synced) this.onSynced();
  }
}

const NO_ALIAS = new Uint8Array(0);
/** Number beyond all items and messages. */
const NOTHING_VOID = 1n << 60n;

function toInput({ index, words, alias }: DelayedMessage): InputWords {
  return { index, words, alias: Buffer.from(alias.slice(2), 'hex') };
}
