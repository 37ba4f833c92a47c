import type { Hex } from 'viem';
import { RejectedTransaction, type WaitingTransaction } from '../chain/chain.types.js';
import type { JournalEntry } from '../journal/entry.js';
import { type BuiltBlock, BlockBuilder, type OpenBlock } from './block-builder.js';
import type { Stored } from './history.js';
import type { Machine } from './machine.port.js';
import { fromStamped, type PreparedTransaction } from './prepared.js';
import type { Mempool, NonceTicket } from './mempool.js';
import type { RecentHashes } from './recent-hashes.js';
import { REJECTION } from './rejections.js';
import type { RuleBook } from './rule-book.js';

/** What became of a transaction. A refusal left no trace. */
export type Outcome =
  | {
      readonly status: 'executed' | 'failed' | 'queued';
      readonly code: number;
      readonly hash: Hex;
      readonly blockNumber: bigint;
      readonly index: number;
    }
  | RejectedTransaction;

/** What the core tells its surroundings, in order. The journal takes entries, the shell sealed blocks. */
export interface EngineSink {
  record(entry: JournalEntry): void;
  sealed(block: BuiltBlock): void;
  /** A transaction that was acknowledged is not in the chain and waits no longer: the rules refused it when its turn came, or that never came. */
  dropped(transaction: PreparedTransaction, refusal: RejectedTransaction): void;
}

/** Clock in seconds, never behind L1 by more than the machine allows (see L1Clock). */
export type Clock = () => bigint;

/**
 * Orders and executes transactions. Synchronous and single-threaded: the order of calls is the order of the chain.
 * Nothing here is durable; the caller acknowledges only after the journal has synced what was recorded.
 */
export class EngineCore {
  private promoting = false;

  constructor(
    private readonly machine: Machine,
    readonly builder: BlockBuilder,
    private readonly mempool: Mempool,
    private readonly recent: RecentHashes,
    private readonly rules: RuleBook,
    private readonly clock: Clock,
    private readonly sink: EngineSink,
  ) {}

  /** Executes a transaction now, or queues it when its nonce is in the future. */
  submit(transaction: PreparedTransaction): Outcome {
    if (this.knows(transaction.hash)) return new RejectedTransaction(REJECTION.known, 'already known');
    return this.attempt(transaction, true);
  }

  /**
   * Executes again, in their order, transactions that were acknowledged before: their blocks were undone, or the process died. What the
   * rules refuse now is dropped and told of.
   */
  resume(transactions: readonly Stored[]): void {
    for (const { wire, memo } of transactions) this.retry(fromStamped(wire, memo));
  }

  /** A block that holds this transaction was made elsewhere. */
  included(hash: Hex): void {
    this.recent.add(hash);
  }

  private knows(hash: Hex): boolean {
    return this.recent.has(hash) || this.mempool.has(hash);
  }

  /** Says whether the transaction is in the chain or waits. */
  private retry(transaction: PreparedTransaction): boolean {
    if (this.knows(transaction.hash)) return true;
    const outcome = this.attempt(transaction, false);
    if (!(outcome instanceof RejectedTransaction)) return true;
    this.drop(transaction, outcome);
    return false;
  }

  private drop(transaction: PreparedTransaction, refusal: RejectedTransaction): void {
    this.sink.record({ kind: 'dropped', hash: transaction.hash });
    this.sink.dropped(transaction, refusal);
  }

  private attempt(transaction: PreparedTransaction, bounded: boolean): Outcome {
    try {
      return this.execute(transaction, bounded);
    } catch (error) {
      if (error instanceof RejectedTransaction) return error;
      throw error;
    }
  }

  /** End of a slot: seals what there is. A block that was opened for a transaction which was then refused is taken back. */
  tick(): void {
    for (const transaction of this.mempool.expire(this.clock()))
      this.drop(transaction, new RejectedTransaction(REJECTION.full, 'the nonce before it did not come in time'));
    this.builder.abandonEmpty();
    if (!this.builder.open && this.builder.depositsDue()) this.openBlock();
    this.seal();
  }

  /** Closes the open block, if there is one. */
  seal(): void {
    if (!this.builder.open) return;
    const built = this.builder.seal();
    this.sink.record({ kind: 'seal', number: built.block.number, hash: built.block.hash });
    this.sink.sealed(built);
  }

  /** Next nonce including everything executed. */
  nonce(account: Hex): bigint {
    return this.machine.nonce(account);
  }

  /** A transaction that waits for an earlier nonce. */
  waiting(hash: Hex): WaitingTransaction | undefined {
    const found = this.mempool.find(hash);
    return found && { wire: found.wire, sender: found.sender };
  }

  private execute(transaction: PreparedTransaction, bounded: boolean): Outcome {
    const { wire, memo } = transaction;
    this.openBlock();
    let result = this.machine.apply(wire, memo);
    if (result.status === 'skipped' && this.rules.isBlockFull(result.code)) {
      this.seal();
      this.openBlock();
      result = this.machine.apply(wire, memo);
    }
    if (result.status === 'skipped') return this.refuse(transaction, result.code, bounded);
    return this.include(transaction, result.status, result.code);
  }

  private include(transaction: PreparedTransaction, status: 'executed' | 'failed', code: number): Outcome {
    const index = this.builder.include(transaction.wire);
    const blockNumber = this.builder.open!.number;
    this.sink.record({ kind: 'transaction', wire: transaction.wire, memo: this.rules.durableMemo(transaction.memo) });
    this.recent.add(transaction.hash);
    if (this.builder.full()) this.seal();
    if (this.mempool.waits(transaction.sender)) this.promote(transaction);
    return { status, code, hash: transaction.hash, blockNumber, index };
  }

  /** Runs what waited for this transaction, in a loop: it may be thousands. One that the rules refuse is dropped, as in any pool. */
  private promote(executed: PreparedTransaction): void {
    if (this.promoting) return;
    const { account, nonce } = this.rules.ticket(executed);
    this.promoting = true;
    try {
      for (let after = nonce + 1n; ; after += 1n) {
        const next = this.mempool.take(account, after);
        if (!next || !this.retry(next)) return;
      }
    } finally {
      this.promoting = false;
    }
  }

  private refuse(transaction: PreparedTransaction, code: number, bounded: boolean): Outcome {
    if (!this.rules.isNonce(code)) throw this.rules.rejection(code);
    const ticket = this.rules.ticket(transaction);
    const next = this.machine.nonce(transaction.sender, ticket.lane);
    if (ticket.nonce < next)
      throw new RejectedTransaction(code, `nonce too low: next nonce ${next}, tx nonce ${ticket.nonce}`);
    if (bounded) this.requireFunds(transaction, ticket);
    const replaced = this.mempool.add(transaction, ticket, this.clock(), bounded);
    if (replaced) this.sink.record({ kind: 'dropped', hash: replaced.hash });
    this.sink.record({ kind: 'queued', wire: transaction.wire, memo: this.rules.durableMemo(transaction.memo) });
    return { status: 'queued', code, hash: transaction.hash, blockNumber: 0n, index: 0 };
  }

  /** Whoever could not pay now takes no place in the queue from others, as in geth. */
  private requireFunds({ sender }: PreparedTransaction, { holding }: NonceTicket): void {
    if (this.machine.balance(sender, holding.token) < holding.amount) throw this.rules.noFunds;
  }

  private openBlock(): OpenBlock {
    if (this.builder.open) return this.builder.open;
    const open = this.builder.begin(this.clock());
    this.sink.record({ kind: 'begin', context: open.context, messages: open.messages, item: open.item });
    return open;
  }
}
