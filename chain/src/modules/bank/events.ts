import { copyWord } from '../../kernel/bytes';
import { entityAddress } from '../../kernel/entity';
import { openRecord, putAddressWord, putAmountWord } from '../../kernel/event-record';
import { BANK } from '../../kernel/memory';
import { TOPIC_APPROVAL, TOPIC_TRANSFER } from './topics';

/** Address of the token that speaks. */
const EMITTER: usize = BANK + 0x180;

/** `Transfer(from, to, amount)` of a token. */
export function emitTransfer(token: u64, from: usize, to: usize, amount: usize): void {
  entityAddress(EMITTER, token);
  const words = openRecord(EMITTER, TOPIC_TRANSFER, 3, 32);
  putAddressWord(words, from);
  putAddressWord(words + 32, to);
  putAmountWord(words + 64, amount);
}

/** `Approval(owner, spender, value)`; `value` is the 32-byte big-endian word that the owner signed. */
export function emitApproval(token: u64, owner: usize, spender: usize, value: usize): void {
  entityAddress(EMITTER, token);
  const words = openRecord(EMITTER, TOPIC_APPROVAL, 3, 32);
  putAddressWord(words, owner);
  putAddressWord(words + 32, spender);
  copyWord(words + 64, value);
}
