import { KIND_TOKEN, TOKEN_ETH, indexOf, kindOf, referenceOf } from '../../kernel/entity';
import { ERR_UNKNOWN_SELECTOR, OK } from '../../kernel/errors';
import { equalAddress, isZeroAddress } from '../../kernel/bytes';
import { callValue, selector } from '../../kernel/call';
import {
  argumentAddress,
  argumentAmount,
  argumentBytes,
  argumentError,
  argumentLength,
  beginArguments,
} from '../../kernel/abi';
import { BRIDGE } from '../../kernel/memory';
import { equal128 } from '../../math/u128';
import { ZERO_ADDRESS, mint, moveBalance, requireRecipient } from '../bank/keeper';
import { standsFor } from '../token/keeper';
import { ERR_ETHER_AMOUNT, ERR_NOT_OTHER_BRIDGE, ERR_TOKEN_PAIR } from './errors';
import { emitEtherMove, emitTokenMove } from './events';
import { loadL1Bridge } from './keeper';
import { MAXIMUM_RELAYED_BYTES } from './params';
import * as selectors from './selectors';
import { TOPIC_DEPOSIT_FINALIZED, TOPIC_ERC20_BRIDGE_FINALIZED, TOPIC_ETH_BRIDGE_FINALIZED } from './topics';
import { LEGACY_ETHER, MESSENGER_ADDRESS } from './types';

/** Deposits that the standard bridge on L1 sends. Everything is checked before anything is written, so a failed message left no trace. */

const AMOUNT: usize = BRIDGE + 0x240;

/** Pays ETH that the messenger holds. Fails: ERR_ETHER_AMOUNT, those of the bank. */
function payEther(from: usize, to: usize, extra: usize, length: u32): u32 {
  if (!equal128(AMOUNT, callValue())) return ERR_ETHER_AMOUNT;
  let code = requireRecipient(to);
  if (code != OK) return code;
  code = moveBalance(TOKEN_ETH, MESSENGER_ADDRESS, to, AMOUNT);
  if (code != OK) return code;
  emitTokenMove(TOPIC_DEPOSIT_FINALIZED, ZERO_ADDRESS, LEGACY_ETHER, from, to, AMOUNT, extra, length);
  emitEtherMove(TOPIC_ETH_BRIDGE_FINALIZED, from, to, AMOUNT, extra, length);
  return OK;
}

/** Mints a token for its L1 token in escrow. Fails: ERR_TOKEN_PAIR, those of the bank. */
function mintToken(local: usize, remote: usize, from: usize, to: usize, extra: usize, length: u32): u32 {
  const token = referenceOf(local);
  if (kindOf(token) != KIND_TOKEN || !standsFor(indexOf(token), remote)) return ERR_TOKEN_PAIR;
  let code = requireRecipient(to);
  if (code != OK) return code;
  code = mint(token, to, AMOUNT);
  if (code != OK) return code;
  emitTokenMove(TOPIC_DEPOSIT_FINALIZED, remote, local, from, to, AMOUNT, extra, length);
  emitTokenMove(TOPIC_ERC20_BRIDGE_FINALIZED, local, remote, from, to, AMOUNT, extra, length);
  return OK;
}

/** `finalizeBridgeETH(from, to, amount, extraData)`. */
function finaliseEther(): u32 {
  beginArguments(4);
  const from = argumentAddress(0);
  const to = argumentAddress(1);
  argumentAmount(2, AMOUNT);
  const extra = argumentBytes(3, MAXIMUM_RELAYED_BYTES);
  if (argumentError() != OK) return argumentError();
  return payEther(from, to, extra, argumentLength());
}

/** `finalizeBridgeERC20(localToken, remoteToken, from, to, amount, extraData)`, or the older `finalizeDeposit` with the tokens swapped. */
function finaliseToken(isLegacy: bool): u32 {
  beginArguments(6);
  const local = argumentAddress(isLegacy ? 1 : 0);
  const remote = argumentAddress(isLegacy ? 0 : 1);
  const from = argumentAddress(2);
  const to = argumentAddress(3);
  argumentAmount(4, AMOUNT);
  const extra = argumentBytes(5, MAXIMUM_RELAYED_BYTES);
  if (argumentError() != OK) return argumentError();
  if (isLegacy && isZeroAddress(remote) && equalAddress(local, LEGACY_ETHER))
    return payEther(from, to, extra, argumentLength());
  return mintToken(local, remote, from, to, extra, argumentLength());
}

/** The open call as a message of `sender` on L1. Fails: ERR_NOT_OTHER_BRIDGE, ERR_UNKNOWN_SELECTOR, those of the function. */
export function finaliseFromL1(sender: usize): u32 {
  if (!equalAddress(sender, loadL1Bridge())) return ERR_NOT_OTHER_BRIDGE;
  const id = selector();
  if (id == selectors.FINALIZE_BRIDGE_ETH) return finaliseEther();
  if (id == selectors.FINALIZE_BRIDGE_ERC20) return finaliseToken(false);
  return id == selectors.FINALIZE_DEPOSIT ? finaliseToken(true) : ERR_UNKNOWN_SELECTOR;
}
