import type { Hex } from 'viem';
import { RejectedTransaction } from '../chain/chain.types.js';
import type { PreparedTransaction } from './prepared.js';
import { REJECTION } from './rejections.js';

/** Nonce and price of a transaction. `account`: sender and lane; `price` in wei per gas, or the maximal fee. */
export interface NonceTicket {
  readonly account: string;
  /** Lane of a packed transaction, undefined for an Ethereum one. */
  readonly lane: number | undefined;
  readonly nonce: bigint;
  readonly price: bigint;
  /** What the sender must hold to be let wait: a token by its address, and an amount in its base units. */
  readonly holding: { readonly token: Hex; readonly amount: bigint };
}

/** Bounds of the queue of early transactions. */
export interface MempoolLimits {
  /** Early transactions of one account. */
  readonly queuePerAccount: number;
  /** Early transactions of all accounts. */
  readonly queueTotal: number;
  /** Longest wait of a transaction. */
  readonly queueSeconds: number;
  /** By how much a replacement must pay more, percent (geth: 10). */
  readonly priceBumpPercent: number;
}

interface Queued {
  readonly transaction: PreparedTransaction;
  readonly ticket: NonceTicket;
  /** Seconds. */
  readonly since: bigint;
}

/**
 * Transactions whose nonce is in the future. Everything else is executed at once, so there is no other pool:
 * a queued transaction leaves as soon as the one before it was executed.
 */
export class Mempool {
  private readonly accounts = new Map<string, Map<bigint, Queued>>();
  /** By hash, in the order in which they came. */
  private readonly waiting = new Map<Hex, Queued>();
  private readonly senders = new Map<Hex, number>();

  constructor(private readonly limits: MempoolLimits) {}

  /** Transactions that wait. */
  get size(): number {
    return this.waiting.size;
  }

  has(hash: Hex): boolean {
    return this.waiting.has(hash);
  }

  /** The transaction of this hash, if it waits. */
  find(hash: Hex): PreparedTransaction | undefined {
    return this.waiting.get(hash)?.transaction;
  }

  /** Whether anything of this sender waits. */
  waits(sender: Hex): boolean {
    return this.senders.has(sender);
  }

  /**
   * Queues a transaction at `now`, seconds, and returns the one it replaces, if any. `bounded` false: it was admitted before, so no bound applies
   * to it. Throws RejectedTransaction: replacement transaction underpriced, txpool is full.
   */
  add(
    transaction: PreparedTransaction,
    ticket: NonceTicket,
    now: bigint,
    bounded = true,
  ): PreparedTransaction | undefined {
    const queue = this.accounts.get(ticket.account) ?? new Map<bigint, Queued>();
    const present = queue.get(ticket.nonce);
    if (present) this.requireBump(present.ticket, ticket);
    else if (bounded) this.requireRoom(queue);
    if (present) this.forget(present.transaction);
    const queued = { transaction, ticket, since: now };
    queue.set(ticket.nonce, queued);
    this.accounts.set(ticket.account, queue);
    this.waiting.set(transaction.hash, queued);
    this.senders.set(transaction.sender, (this.senders.get(transaction.sender) ?? 0) + 1);
    return present?.transaction;
  }

  /** Takes the transaction of an account with this nonce, if it waits. */
  take(account: string, nonce: bigint): PreparedTransaction | undefined {
    const queue = this.accounts.get(account);
    const queued = queue?.get(nonce);
    if (!queue || !queued) return undefined;
    queue.delete(nonce);
    if (queue.size === 0) this.accounts.delete(account);
    this.forget(queued.transaction);
    return queued.transaction;
  }

  /** Takes what has waited for too long at `now`, seconds: a gap that nobody closes must not keep a place for ever. */
  expire(now: bigint): PreparedTransaction[] {
    const expired: PreparedTransaction[] = [];
    for (const { transaction, ticket, since } of this.waiting.values()) {
      // Whoever came later has waited less: what a slot costs does not grow with the queue.
      if (since + BigInt(this.limits.queueSeconds) >= now) break;
      this.take(ticket.account, ticket.nonce);
      expired.push(transaction);
    }
    return expired;
  }

  /** Everything that waits, lowest nonce first for each account. Used when blocks are undone and at a snapshot. */
  all(): PreparedTransaction[] {
    const queued = [...this.accounts.values()].flatMap((queue) => [...queue.values()]);
    return queued.sort((a, b) => (a.ticket.nonce < b.ticket.nonce ? -1 : 1)).map(({ transaction }) => transaction);
  }

  private forget({ hash, sender }: PreparedTransaction): void {
    this.waiting.delete(hash);
    const left = this.senders.get(sender)! - 1;
    if (left === 0) this.senders.delete(sender);
    else this.senders.set(sender, left);
  }

  private requireBump(present: NonceTicket, next: NonceTicket): void {
    if (next.price * 100n >= present.price * BigInt(100 + this.limits.priceBumpPercent)) return;
    throw new RejectedTransaction(REJECTION.underpriced, 'replacement transaction underpriced');
  }

  private requireRoom(queue: Map<bigint, Queued>): void {
    if (queue.size >= this.limits.queuePerAccount) {
      throw new RejectedTransaction(
        REJECTION.full,
        `account limit exceeded: txpool is full (${this.limits.queuePerAccount} future nonces an account)`,
      );
    }
    if (this.size >= this.limits.queueTotal) throw new RejectedTransaction(REJECTION.full, 'txpool is full');
  }
}
