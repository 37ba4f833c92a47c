import { randomBytes } from 'node:crypto';
import type { ChainBlock } from '../../chain/chain.types.js';
import { blockHeader } from '../../index/block-rows.js';
import { type IndexedLog, logMatches } from '../../index/log-query.js';
import type { HeadFeed } from '../chain-view/head-feed.js';
import type { PendingFeed } from '../chain-view/pending-feed.js';
import { headerJson } from '../json-rpc/format/block.js';
import { logJson } from '../json-rpc/format/log.js';
import type { LogSelection } from '../json-rpc/log-filter.js';

/** What a block means to subscribers; made once per block, whatever the number of subscribers. */
interface BlockNews {
  readonly header: Record<string, unknown>;
  readonly logs: readonly IndexedLog[];
}

type Push = (result: unknown) => void;

/** Blocks whose logs are remembered, to be announced as removed after a reorg. */
const REMEMBERED = 64;

/** Everything that sockets subscribe to, in one place, so that a block is turned into JSON once. */
export class SubscriptionHub {
  private readonly heads = new Map<string, Push>();
  private readonly logs = new Map<string, { selection: LogSelection; push: Push }>();
  private readonly pending = new Map<string, Push>();
  private recent: BlockNews[] = [];

  constructor(feed: HeadFeed, pending: PendingFeed) {
    feed.onBlock((block) => this.announce(block));
    feed.onReorg((above) => this.retract(above));
    pending.listen((hashes) => {
      for (const push of this.pending.values()) hashes.forEach((hash) => push(hash));
    });
  }

  addHeads(push: Push): string {
    return add(this.heads, push);
  }

  addLogs(selection: LogSelection, push: Push): string {
    return add(this.logs, { selection, push });
  }

  addPending(push: Push): string {
    return add(this.pending, push);
  }

  remove(id: string): boolean {
    return this.heads.delete(id) || this.logs.delete(id) || this.pending.delete(id);
  }

  private announce(block: ChainBlock): void {
    if (this.heads.size === 0 && this.logs.size === 0) {
      this.recent = [];
      return;
    }
    const news = newsOf(block);
    this.recent = [...this.recent, news].slice(-REMEMBERED);
    for (const push of this.heads.values()) push(news.header);
    this.pushLogs(news.logs, false);
  }

  private retract(above: number): void {
    const undone = this.recent.filter((news) => Number(news.header.number) > above);
    this.recent = this.recent.filter((news) => Number(news.header.number) <= above);
    for (const news of undone.reverse()) this.pushLogs([...news.logs].reverse(), true);
  }

  private pushLogs(logs: readonly IndexedLog[], removed: boolean): void {
    for (const { selection, push } of this.logs.values()) {
      for (const log of logs) if (logMatches(log, selection)) push(logJson(log, removed));
    }
  }
}

function add<T>(map: Map<string, T>, value: T): string {
  const id = `0x${randomBytes(16).toString('hex')}`;
  map.set(id, value);
  return id;
}

function newsOf(chainBlock: ChainBlock): BlockNews {
  const { transactions } = chainBlock;
  const block = blockHeader(chainBlock);
  const hashes = transactions.map(({ receipt, alias }) => alias ?? receipt.hash);
  let logIndex = 0;
  const logs = transactions.flatMap(({ receipt }, transactionIndex) =>
    receipt.events.map((event) => ({
      ...event,
      blockNumber: block.number,
      blockHash: block.hash,
      timestamp: block.timestamp,
      transactionHash: hashes[transactionIndex]!,
      transactionIndex,
      logIndex: logIndex++,
    })),
  );
  return { header: headerJson(block, hashes), logs };
}
