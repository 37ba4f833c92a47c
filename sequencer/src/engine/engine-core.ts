import type { Hex } from 'viem';
import { RejectedTransaction } from '../chain/chain.types.js';
import type { JournalEntry } from '../journal/entry.js';
import { type BuiltBlock, BlockBuilder, type OpenBlock } from './block-builder.js';
import type { Machine } from './machine.port.js';
import type { PreparedTransaction } from './prepared.js';
import type { Mempool } from './mempool.js';
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
}

/** Clock in seconds, never behind L1 by more than the machine allows (see L1Clock). */
export type Clock = () => bigint;

/**
 * Orders and executes transactions. Synchronous and single-threaded: the order of calls is the order of the chain.
 * Nothing here is durable; the caller acknowledges only after the journal has synced what was recorded.
 */
export class EngineCore {
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
    if (this.recent.has(transaction.hash) || this.mempool.has(transaction.hash)) {
      return new RejectedTransaction(REJECTION.known, 'already known');
    }
    try {
      return this.execute(transaction);
    } catch (error) {
      if (error instanceof RejectedTransaction) return error;
      throw error;
    }
  }

  /** End of a slot: seals what there is. A block that was opened for a transaction which was then refused is taken back. */
  tick(): void {
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

  private execute(transaction: PreparedTransaction): Outcome {
    const { wire, memo } = transaction;
    this.openBlock();
    let result = this.machine.apply(wire, memo);
    if (result.status === 'skipped' && this.rules.isBlockFull(result.code)) {
      this.seal();
      this.openBlock();
      result = this.machine.apply(wire, memo);
    }
    if (result.status === 'skipped') return this.refuse(transaction, result.code);
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

  /** Runs what waited for this transaction. A promoted one that the rules skip is gone, as in any pool. */
  private promote(executed: PreparedTransaction): void {
    const { account, nonce } = this.rules.ticket(executed);
    const next = this.mempool.take(account, nonce + 1n);
    if (next) this.submit(next);
  }

  private refuse(transaction: PreparedTransaction, code: number): Outcome {
    if (!this.rules.isNonce(code)) throw this.rules.rejection(code);
    const ticket = this.rules.ticket(transaction);
    const next = this.machine.nonce(transaction.sender, ticket.lane);
    if (ticket.nonce < next)
      throw new RejectedTransaction(code, `nonce too low: next nonce ${next}, tx nonce ${ticket.nonce}`);
    this.mempool.add(transaction, ticket);
    this.sink.record({ kind: 'queued', wire: transaction.wire, memo: this.rules.durableMemo(transaction.memo) });
    return { status: 'queued', code, hash: transaction.hash, blockNumber: 0n, index: 0 };
  }

  private openBlock(): OpenBlock {
    if (this.builder.open) return this.builder.open;
    const open = this.builder.begin(this.clock());
    this.sink.record({ kind: 'begin', context: open.context, messages: open.messages, item: open.item });
    return open;
  }
}
