import { KIND_TOKEN, entityAddress, indexOf, kindOf } from '../../kernel/entity';
import { OK } from '../../kernel/errors';
import { copyAddress, isZeroAddress, roundToWord } from '../../kernel/bytes';
import { putAddressWord, putAmountWord, putNumberWord } from '../../kernel/event-record';
import { BRIDGE } from '../../kernel/memory';
import { set128 } from '../../math/u128';
import { ZERO_ADDRESS, burn } from '../bank/keeper';
import { loadToken } from '../token/keeper';
import { TOKEN_WORD_L1_TOKEN } from '../token/types';
import { ERR_L1_RECIPIENT_ZERO, ERR_TOKEN_NOT_BRIDGED } from './errors';
import { emitEtherMove, emitTokenMove, putBytes } from './events';
import { loadL1Bridge } from './keeper';
import { send } from './messenger';
import * as selectors from './selectors';
import { TOPIC_ERC20_BRIDGE_INITIATED, TOPIC_ETH_BRIDGE_INITIATED, TOPIC_WITHDRAWAL_INITIATED } from './topics';
import { BRIDGE_ADDRESS, LEGACY_ETHER, MESSAGE } from './types';

/** Withdrawals through the standard bridge: burn here, and a message that lets its counterpart on L1 pay out of escrow. */

const LOCAL: usize = BRIDGE + 0x260;
const REMOTE: usize = BRIDGE + 0x280;
const L1_BRIDGE: usize = BRIDGE + 0x2a0;
const NO_VALUE: usize = BRIDGE + 0x2c0;

/** `finalizeBridgeETH(from, to, amount, extra)` at MESSAGE; answers its length. */
function encodeEther(from: usize, to: usize, amount: usize, extra: usize, length: u32): u32 {
  store<u32>(MESSAGE, bswap<u32>(selectors.FINALIZE_BRIDGE_ETH));
  const words = MESSAGE + 4;
  putAddressWord(words, from);
  putAddressWord(words + 32, to);
  putAmountWord(words + 64, amount);
  putNumberWord(words + 96, 128);
  putBytes(words + 128, extra, length);
  return 4 + 5 * 32 + roundToWord(length);
}

/** `finalizeBridgeERC20(remote, local, from, to, amount, extra)` at MESSAGE; answers its length. */
function encodeToken(from: usize, to: usize, amount: usize, extra: usize, length: u32): u32 {
  store<u32>(MESSAGE, bswap<u32>(selectors.FINALIZE_BRIDGE_ERC20));
  const words = MESSAGE + 4;
  putAddressWord(words, REMOTE);
  putAddressWord(words + 32, LOCAL);
  putAddressWord(words + 64, from);
  putAddressWord(words + 96, to);
  putAmountWord(words + 128, amount);
  putNumberWord(words + 160, 192);
  putBytes(words + 192, extra, length);
  return 4 + 7 * 32 + roundToWord(length);
}

/** Withdraws ETH of `from` to `to` on L1; extra data of at most MAXIMUM_EXTRA_BYTES. Fails: ERR_L1_RECIPIENT_ZERO, those of `send`. */
export function withdrawEther(from: usize, to: usize, amount: usize, minimumGas: u64, extra: usize, length: u32): u32 {
  if (isZeroAddress(to)) return ERR_L1_RECIPIENT_ZERO;
  emitTokenMove(TOPIC_WITHDRAWAL_INITIATED, ZERO_ADDRESS, LEGACY_ETHER, from, to, amount, extra, length);
  emitEtherMove(TOPIC_ETH_BRIDGE_INITIATED, from, to, amount, extra, length);
  const bytes = encodeEther(from, to, amount, extra, length);
  copyAddress(L1_BRIDGE, loadL1Bridge());
  return send(from, BRIDGE_ADDRESS, L1_BRIDGE, amount, minimumGas, bytes);
}

/** Reads the L1 token of a token into REMOTE and its address into LOCAL. Fails: ERR_TOKEN_NOT_BRIDGED, ERR_TOKEN_UNKNOWN. */
function loadPair(token: u64): u32 {
  if (kindOf(token) != KIND_TOKEN) return ERR_TOKEN_NOT_BRIDGED;
  const code = loadToken(indexOf(token));
  if (code != OK) return code;
  if (isZeroAddress(TOKEN_WORD_L1_TOKEN)) return ERR_TOKEN_NOT_BRIDGED;
  copyAddress(REMOTE, TOKEN_WORD_L1_TOKEN);
  entityAddress(LOCAL, token);
  return OK;
}

/**
 * Withdraws a bridged token of `from` to `to` on L1; extra data of at most MAXIMUM_EXTRA_BYTES.
 * Fails: ERR_L1_RECIPIENT_ZERO, ERR_TOKEN_NOT_BRIDGED, ERR_TOKEN_UNKNOWN, those of the bank and of `send`.
 */
export function withdrawToken(
  token: u64,
  from: usize,
  to: usize,
  amount: usize,
  minimumGas: u64,
  extra: usize,
  length: u32,
): u32 {
  if (isZeroAddress(to)) return ERR_L1_RECIPIENT_ZERO;
  let code = loadPair(token);
  if (code == OK) code = burn(token, from, amount);
  if (code != OK) return code;
  emitTokenMove(TOPIC_WITHDRAWAL_INITIATED, REMOTE, LOCAL, from, to, amount, extra, length);
  emitTokenMove(TOPIC_ERC20_BRIDGE_INITIATED, LOCAL, REMOTE, from, to, amount, extra, length);
  const bytes = encodeToken(from, to, amount, extra, length);
  copyAddress(L1_BRIDGE, loadL1Bridge());
  set128(NO_VALUE, 0, 0);
  return send(from, BRIDGE_ADDRESS, L1_BRIDGE, NO_VALUE, minimumGas, bytes);
}
