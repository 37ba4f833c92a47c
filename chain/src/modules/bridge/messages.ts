import { TOKEN_ETH } from '../../kernel/entity';
import { BRIDGE } from '../../kernel/memory';
import { isZero128 } from '../../math/u128';
import { ERR_WITHDRAWAL_ZERO } from './errors';
import { PLAIN_BRIDGE_GAS, PLAIN_WITHDRAWAL_GAS } from './params';
import { pass } from './passer';
import { withdrawToken } from './withdrawal';

/** Handler of the packed operation Withdraw. */

/** An address for data of length zero. */
const NOTHING: usize = BRIDGE + 0x340;

/**
 * Withdraws to `to` on L1: ETH through the message passer, tokens through the standard bridge.
 * Fails: ERR_WITHDRAWAL_ZERO, those of `pass` and of `withdrawToken`.
 */
export function withdraw(account: usize, token: u64, to: usize, amount: usize): u32 {
  if (isZero128(amount)) return ERR_WITHDRAWAL_ZERO;
  if (token == TOKEN_ETH) return pass(account, account, to, amount, PLAIN_WITHDRAWAL_GAS, 0);
  return withdrawToken(token, account, to, amount, PLAIN_BRIDGE_GAS, NOTHING, 0);
}
