import { OK } from '../../kernel/errors';
import { isZeroAddress, isZeroWord } from '../../kernel/bytes';
import { ecrecover } from '../../kernel/host';
import { ERR_SIGNATURE } from './errors';
import { RECOVERY, RECOVERY_R, RECOVERY_S, RECOVERY_V, SENDER, SENDER_WORD } from './types';

/** Half of the secp256k1 order, the largest s allowed (EIP-2), as four big-endian u64. */
const HALF_ORDER_0: u64 = 0x7fffffffffffffff;
const HALF_ORDER_1: u64 = 0xffffffffffffffff;
const HALF_ORDER_2: u64 = 0x5d576e7357a4501d;
const HALF_ORDER_3: u64 = 0xdfe92f46681b20a0;

/** Whether a 32-byte big-endian s is above half of the order. */
function isHighS(s: usize): bool {
  const a = bswap<u64>(load<u64>(s));
  if (a != HALF_ORDER_0) return a > HALF_ORDER_0;
  const b = bswap<u64>(load<u64>(s, 8));
  if (b != HALF_ORDER_1) return false;
  const c = bswap<u64>(load<u64>(s, 16));
  if (c != HALF_ORDER_2) return c > HALF_ORDER_2;
  return bswap<u64>(load<u64>(s, 24)) > HALF_ORDER_3;
}

/**
 * Recovers the sender from the digest, r and s in RECOVERY and the parity of v (0 or 1).
 * Fails: ERR_SIGNATURE for r = 0, s = 0, s above half of the order, or no such point.
 */
export function recoverSender(parity: u32): u32 {
  if (isZeroWord(RECOVERY_R) || isZeroWord(RECOVERY_S) || isHighS(RECOVERY_S)) return ERR_SIGNATURE;
  store<u64>(RECOVERY_V, 0);
  store<u64>(RECOVERY_V, 0, 8);
  store<u64>(RECOVERY_V, 0, 16);
  store<u64>(RECOVERY_V, bswap<u64>(u64(27 + parity)), 24);
  ecrecover(RECOVERY, SENDER_WORD);
  return isZeroAddress(SENDER) ? ERR_SIGNATURE : OK;
}
