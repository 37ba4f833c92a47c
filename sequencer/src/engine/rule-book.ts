import type { RejectedTransaction } from '../chain/chain.types.js';
import type { NonceTicket } from './mempool.js';
import type { PreparedTransaction } from './prepared.js';

/** What the mempool must know of the rules' numbers; the rules themselves stay in the program. */
export interface RuleBook {
  /** The open block has no room; the transaction belongs in the next one. */
  isBlockFull(code: number): boolean;
  /** The nonce or sequence is not the next one. */
  isNonce(code: number): boolean;
  /** Why a skipped transaction was refused, in geth's wording. */
  rejection(code: number): RejectedTransaction;
  /** The part of a stamped memo that is worth keeping in the journal: what is dear to compute again. */
  durableMemo(memo: Uint8Array): Uint8Array;
  /** The refusal of a sender who does not hold what its transaction asks for. */
  readonly noFunds: RejectedTransaction;
  /** Sender, nonce, price and cost of a transaction that the rules could decode. */
  ticket(transaction: PreparedTransaction): NonceTicket;
}
