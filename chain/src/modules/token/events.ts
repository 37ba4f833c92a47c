import { TOKEN_ETH, entityAddress } from '../../kernel/entity';
import { openRecord, putAddressWord, putAmountWord } from '../../kernel/event-record';
import { TOKEN } from '../../kernel/memory';
import { TOPIC_DEPOSIT, TOPIC_WITHDRAWAL } from './topics';

/** Events of wrapped ether, as WETH9 emits them. */

const EMITTER: usize = TOKEN + 0x260;

function emitMove(topic: usize, account: usize, amount: usize): void {
  entityAddress(EMITTER, TOKEN_ETH);
  const words = openRecord(EMITTER, topic, 2, 32);
  putAddressWord(words, account);
  putAmountWord(words + 32, amount);
}

/** `Deposit(account, amount)`. */
export function emitDeposit(account: usize, amount: usize): void {
  emitMove(TOPIC_DEPOSIT, account, amount);
}

/** `Withdrawal(account, amount)`. */
export function emitWithdrawal(account: usize, amount: usize): void {
  emitMove(TOPIC_WITHDRAWAL, account, amount);
}
