import type { RejectedTransaction } from '../chain/chain.types.js';
import type { PreparedTransaction } from './prepared.js';
import type { NonceTicket } from './mempool.js';

/** What the mempool must know of the rules' numbers; the rules themselves stay in the program. */
export interface RuleBook {
  /** The open block has no room; the transaction belongs in the next one. */
  isBlockFull(code: number): boolean;
  /** The nonce or sequence is in the future. */
  isNonceTooHigh(code: number): boolean;
  /** Why a skipped transaction was refused, in geth's wording. */
  rejection(code: number, transaction: PreparedTransaction): RejectedTransaction;
  /** Sender, nonce and price of a transaction that the rules could decode. */
  ticket(transaction: PreparedTransaction): NonceTicket;
}
