import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';

import { zeroHash } from 'viem';

import { AccumulatorMismatchError, BridgeError, DeepReorgError, MalformedLogError } from '../errors.js';
import { askAgain } from './ask-again.js';
import { Checkpoints, type Checkpoint } from './checkpoints.js';
import type { Accumulators, InboxContract, RangeContent, RawLog } from './inbox-contract.js';
import { fetchFirstLogs, fetchLogs } from './logs.js';
import type { L1Source } from './source.js';
import type { DelayedMessage, InboxItem, L1Block, L1Event, L1Heads } from './types.js';

/** How the watcher follows L1. */
export interface L1WatcherOptions {
  readonly source: L1Source;
  readonly contract: InboxContract;
  /** Block in which the contracts were deployed, or an earlier one. */
  readonly fromBlock: bigint;
  /** Blocks that must stand above a block before its content is reported. Default 0. */
  readonly confirmations?: number;
  /** Reorgs deeper than this are fatal. Default 64 blocks. */
  readonly maxReorgDepth?: number;
  /** Blocks of one log query while catching up, at most: fewer where they are too much for one answer. Default 2,000. */
  readonly maxRange?: number;
  readonly pollIntervalMs?: number;
  /** Called for errors after which the watcher goes on trying. */
  readonly onError?: (error: unknown) => void;
}

/** Errors that trying again cannot cure: the wrong chain, a reorg beyond the finality assumption. */
const FATAL = new Set<number>([103, 302]);
/** What logs cannot be true for: another endpoint may serve better ones. */
const isContradiction = (error: unknown) =>
  error instanceof AccumulatorMismatchError || error instanceof MalformedLogError;
const isFatal = (error: unknown) => error instanceof BridgeError && FATAL.has(error.code);

/**
 * Follows the Inbox on L1: reports each item and delayed message once and in order, `reorg` when reported ones are void, and `block`
 * after each stretch. Every stretch is checked against the accumulators that L1 stores, so a missing or altered log is noticed.
 * Everything is rebuilt from L1; nothing is kept on disk.
 */
export class L1Watcher {
  readonly #checkpoints: Checkpoints;
  readonly #items: InboxItem[] = [];
  readonly #messages: DelayedMessage[] = [];
  /** Items beyond the reported ones and the last block in which they were looked for. */
  #beyond: { readonly items: readonly InboxItem[]; readonly to: bigint } = { items: [], to: 0n };
  #heads: L1Heads = { latest: 0n, safe: 0n, finalized: 0n };

  constructor(private readonly options: L1WatcherOptions) {
    this.#checkpoints = new Checkpoints(BigInt(options.maxReorgDepth ?? 64), {
      number: options.fromBlock > 0n ? options.fromBlock - 1n : 0n,
      hash: undefined,
      accumulators: { items: 0n, itemHash: zeroHash, messages: 0n, messageHash: zeroHash },
    });
  }

  /** Items reported so far and not void, by index. */
  get items(): readonly InboxItem[] {
    return this.#items;
  }

  /** Delayed messages reported so far and not void, by index. */
  get messages(): readonly DelayedMessage[] {
    return this.#messages;
  }

  /** L1 heads as of the last look. */
  get heads(): L1Heads {
    return this.#heads;
  }

  /** Events for ever, until the signal aborts. Throws only fatal errors: wrong chain, a reorg beyond `maxReorgDepth`. */
  async *events(signal?: AbortSignal): AsyncGenerator<L1Event, void, undefined> {
    while (signal?.aborted !== true) {
      const events = await this.#tryStep();
      yield* events;
      if (events.length === 0)
        await sleep(this.options.pollIntervalMs ?? 500, undefined, { signal }).catch(() => undefined);
    }
  }

  /** Events up to the present head; every error is thrown. */
  async *sync(): AsyncGenerator<L1Event, void, undefined> {
    for (let events = await this.step(); events.length > 0; events = await this.step()) yield* events;
  }

  /** Whether L1 still has the block that was read last. If not, the next look undoes what was reported above the fork. */
  holds(): Promise<boolean> {
    return this.#stands(this.#checkpoints.tip);
  }

  /**
   * Items that L1 held beyond the reported ones at the last look, where blocks are read one by one. One endpoint's word: to prepare for,
   * not to believe. Asks L1 only for blocks that it has not asked for. Throws BridgeError.
   */
  async upcoming(): Promise<readonly InboxItem[]> {
    const { tip } = this.#checkpoints;
    const from = tip.number + 1n;
    const furthest = tip.number + BigInt(this.options.maxRange ?? 2_000);
    const to = this.#target() < furthest ? this.#target() : furthest;
    if (to <= this.#beyond.to || from > to || from <= this.#heads.finalized) return this.#beyond.items;
    const { source, contract } = this.options;
    const { addresses, topics } = contract;
    const { logs, toBlock } = await fetchFirstLogs(source, { addresses, topics, fromBlock: from, toBlock: to });
    const { items } = await contract.decode(logs, tip.accumulators);
    this.#beyond = { items, to: toBlock };
    return items;
  }

  /** One look at L1: undoes what was reorganised, or reads the next stretch. Empty when there is nothing new. */
  async step(): Promise<readonly L1Event[]> {
    this.#heads = await this.options.source.heads();
    if (this.#heads.latest < this.#checkpoints.tip.number) return [];
    const undone = await this.#undoReorg();
    if (undone !== undefined) return [undone];
    const target = this.#target();
    const next = this.#checkpoints.tip.number + 1n;
    return target < next ? [] : this.#read(next, this.#rangeEnd(next, target));
  }

  async #tryStep(): Promise<readonly L1Event[]> {
    try {
      return await this.step();
    } catch (error) {
      if (isFatal(error)) throw error;
      this.options.onError?.(error);
      return [];
    }
  }

  /** The last block that has enough confirmations. */
  #target(): bigint {
    return this.#heads.latest - BigInt(this.options.confirmations ?? 0);
  }

  /** Block by block above the finalized head, so that a reorg undoes no more than it must. */
  #rangeEnd(next: bigint, target: bigint): bigint {
    if (next > this.#heads.finalized) return next;
    const end = next + BigInt(this.options.maxRange ?? 2_000) - 1n;
    return [end, target, this.#heads.finalized].reduce((a, b) => (a < b ? a : b));
  }

  async #read(from: bigint, to: bigint): Promise<readonly L1Event[]> {
    const { source } = this.options;
    const block = await source.agreedBlock(to);
    if (block === undefined) return [];
    for (let others = source.size - 1; ; others--) {
      try {
        return await this.#readLogs(from, block);
      } catch (error) {
        if (!isContradiction(error)) throw error;
        source.distrust('eth_getLogs', error);
        if (others <= 0) throw error;
      }
    }
  }

  /**
   * The logs of one endpoint, believed when they lead to the accumulators on which enough endpoints agree, from where these see them. No
   * further than one answer reaches: whoever pays for deposits must not decide how much is held at once.
   */
  async #readLogs(from: bigint, furthest: L1Block): Promise<readonly L1Event[]> {
    const { source, contract } = this.options;
    const { addresses, topics } = contract;
    const range = { fromBlock: from, toBlock: furthest.number };
    const { logs, toBlock } = await fetchFirstLogs(source, { addresses, topics, ...range });
    const block = toBlock === furthest.number ? furthest : await source.agreedBlock(toBlock);
    if (block === undefined) return [];
    const before = this.#checkpoints.tip.accumulators;
    const content = await contract.decode(logs, before);
    const after = accumulate(before, content);
    const stored = await askAgain(
      () => contract.accumulators(block.hash),
      (found) => isDeepStrictEqual(found, after),
    );
    requireEqual(stored, after);
    await this.#requirePlaces(logs);
    return this.#append(block, content, after);
  }

  /** Transaction, block and position of a log are in no accumulator, and payloads and op-stack hashes are found by them. */
  async #requirePlaces(logs: readonly RawLog[]): Promise<void> {
    const { source, contract } = this.options;
    const [first, last] = [logs[0], logs.at(-1)];
    if (first === undefined || last === undefined || source.size === 1) return;
    const { addresses, topics } = contract;
    const range = { fromBlock: first.blockNumber, toBlock: last.blockNumber };
    const agreed = await fetchLogs(source, { addresses, topics, ...range, agreed: true });
    if (!isDeepStrictEqual(agreed, logs))
      throw new MalformedLogError(`logs of blocks ${range.fromBlock}..${range.toBlock} are not where others see them`);
  }

  #append(block: L1Block, content: RangeContent, accumulators: Accumulators): readonly L1Event[] {
    for (const item of content.items) this.#items.push(item);
    for (const message of content.messages) this.#messages.push(message);
    this.#checkpoints.push({ number: block.number, hash: block.hash, accumulators }, this.#heads.finalized);
    const events: L1Event[] = [
      ...content.messages.map((message) => ({ type: 'message', message }) as const),
      ...content.items.map((item) => ({ type: 'item', item }) as const),
    ];
    const { items, messages } = accumulators;
    return [...events.sort(byPosition), { type: 'block', block, heads: this.#heads, items, messages }];
  }

  /** Goes back to the last checkpoint that is still on the chain. Changes nothing when it throws. */
  async #undoReorg(): Promise<L1Event | undefined> {
    const { tip, limit } = this.#checkpoints;
    if (await this.#stands(tip)) return undefined;
    const fork = await this.#checkpoints.findLast((checkpoint) => this.#stands(checkpoint));
    const depth = tip.number - (fork?.number ?? this.#checkpoints.oldest.number - 1n);
    if (fork === undefined || depth > limit) throw new DeepReorgError(depth, limit);
    this.#checkpoints.cutAfter(fork);
    const { items, messages } = fork.accumulators;
    this.#items.length = Number(items);
    this.#messages.length = Number(messages);
    this.#beyond = { items: [], to: 0n };
    return { type: 'reorg', reorg: { fromBlock: fork.number + 1n, depth, firstItem: items, firstMessage: messages } };
  }

  async #stands(checkpoint: Checkpoint): Promise<boolean> {
    if (checkpoint.hash === undefined) return true;
    const block = await this.options.source.agreedBlock(checkpoint.number);
    return block === undefined || block.hash === checkpoint.hash;
  }
}

const byPosition = (a: L1Event, b: L1Event) => {
  const [x, y] = [locationOf(a), locationOf(b)];
  return x.blockNumber === y.blockNumber ? x.logIndex - y.logIndex : x.blockNumber < y.blockNumber ? -1 : 1;
};

const locationOf = (event: L1Event) => {
  if (event.type === 'message') return event.message.l1;
  if (event.type === 'item') return event.item.l1;
  return { blockNumber: 0n, logIndex: 0 };
};

const accumulate = (before: Accumulators, { items, messages }: RangeContent): Accumulators => ({
  items: before.items + BigInt(items.length),
  itemHash: items.at(-1)?.accumulator ?? before.itemHash,
  messages: before.messages + BigInt(messages.length),
  messageHash: messages.at(-1)?.accumulator ?? before.messageHash,
});

function requireEqual(stored: Accumulators, derived: Accumulators): void {
  for (const field of ['items', 'itemHash', 'messages', 'messageHash'] as const) {
    if (stored[field] !== derived[field])
      throw new AccumulatorMismatchError(field, String(stored[field]), String(derived[field]));
  }
}
