import { NO_ENTITY, indexOf, referenceOf } from '../../kernel/entity';
import { ERR_UNKNOWN_SELECTOR, OK } from '../../kernel/errors';
import { equalAddress } from '../../kernel/bytes';
import { callDataLength, callValue, caller, requireNoValue, requireWritable, selector } from '../../kernel/call';
import {
  argumentAddress,
  argumentAmount,
  argumentBytes,
  argumentError,
  argumentLength,
  argumentNumber,
  beginArguments,
} from '../../kernel/abi';
import { BRIDGE } from '../../kernel/memory';
import { returnText } from '../../kernel/result';
import { equal128 } from '../../math/u128';
import { ERR_TOKEN_UNKNOWN } from '../token/errors';
import { standsFor } from '../token/keeper';
import { ERR_ETHER_AMOUNT, ERR_NOT_OTHER_BRIDGE, ERR_TOKEN_PAIR } from './errors';
import { loadL1Bridge } from './keeper';
import { checkMinimumGas } from './messenger';
import { MAXIMUM_EXTRA_BYTES, PLAIN_BRIDGE_GAS } from './params';
import * as selectors from './selectors';
import { LEGACY_ETHER, MESSENGER_ADDRESS } from './types';
import { viewAddress, viewBool } from './views';
import { withdrawEther, withdrawToken } from './withdrawal';

/** The standard bridge `0x4200...0010`: withdrawals of ETH and tokens. Deposits come through the messenger only, see finalise.ts. */

const AMOUNT: usize = BRIDGE + 0x2e0;

/** Reads `uint32 minGasLimit` and `bytes extraData`, the last two arguments of every function. */
function readTail(argument: u32): u32 {
  const minimumGas = argumentNumber(argument);
  argumentBytes(argument + 1, MAXIMUM_EXTRA_BYTES);
  if (argumentError() != OK) return argumentError();
  return checkMinimumGas(minimumGas);
}

/** ETH sent along goes to `to` on L1; the tail stands at `argument`. */
function bridgeEther(to: usize, argument: u32): u32 {
  const code = readTail(argument);
  if (code != OK) return code;
  const extra = argumentBytes(argument + 1, MAXIMUM_EXTRA_BYTES);
  return withdrawEther(caller(), to, callValue(), argumentNumber(argument), extra, argumentLength());
}

/** AMOUNT of a token goes to `to` on L1; the tail stands at `argument`. */
function bridgeToken(token: u64, to: usize, argument: u32): u32 {
  let code = readTail(argument);
  if (code == OK) code = requireNoValue();
  if (code != OK) return code;
  if (token == NO_ENTITY) return ERR_TOKEN_UNKNOWN;
  const extra = argumentBytes(argument + 1, MAXIMUM_EXTRA_BYTES);
  return withdrawToken(token, caller(), to, AMOUNT, argumentNumber(argument), extra, argumentLength());
}

/** `withdraw(l2Token, amount, minGasLimit, extraData)` or, with `to` as second argument, `withdrawTo`. */
function callWithdraw(hasRecipient: bool): u32 {
  const code = requireWritable();
  if (code != OK) return code;
  const shift: u32 = hasRecipient ? 1 : 0;
  beginArguments(4 + shift);
  const token = argumentAddress(0);
  const to = hasRecipient ? argumentAddress(1) : caller();
  argumentAmount(1 + shift, AMOUNT);
  if (argumentError() != OK) return argumentError();
  if (!equalAddress(token, LEGACY_ETHER)) return bridgeToken(referenceOf(token), to, 2 + shift);
  return equal128(AMOUNT, callValue()) ? bridgeEther(to, 2 + shift) : ERR_ETHER_AMOUNT;
}

/** `bridgeETH(minGasLimit, extraData)` or, with `to` first, `bridgeETHTo`; payable. */
function callBridgeEther(hasRecipient: bool): u32 {
  const code = requireWritable();
  if (code != OK) return code;
  const shift: u32 = hasRecipient ? 1 : 0;
  beginArguments(2 + shift);
  const to = hasRecipient ? argumentAddress(0) : caller();
  return argumentError() != OK ? argumentError() : bridgeEther(to, shift);
}

/** `bridgeERC20(localToken, remoteToken, amount, minGasLimit, extraData)` or, with `to` as third argument, `bridgeERC20To`. */
function callBridgeToken(hasRecipient: bool): u32 {
  const code = requireWritable();
  if (code != OK) return code;
  const shift: u32 = hasRecipient ? 1 : 0;
  beginArguments(5 + shift);
  const token = referenceOf(argumentAddress(0));
  const remote = argumentAddress(1);
  const to = hasRecipient ? argumentAddress(2) : caller();
  argumentAmount(2 + shift, AMOUNT);
  if (argumentError() != OK) return argumentError();
  if (token == NO_ENTITY || !standsFor(indexOf(token), remote)) return ERR_TOKEN_PAIR;
  return bridgeToken(token, to, 3 + shift);
}

/** A plain transfer withdraws to the sender's own address. */
function callReceive(): u32 {
  const code = requireWritable();
  return code != OK ? code : withdrawEther(caller(), caller(), callValue(), PLAIN_BRIDGE_GAS, AMOUNT, 0);
}

function callWithdrawal(id: u32): u32 {
  if (id == selectors.WITHDRAW) return callWithdraw(false);
  if (id == selectors.WITHDRAW_TO) return callWithdraw(true);
  if (id == selectors.BRIDGE_ETH) return callBridgeEther(false);
  if (id == selectors.BRIDGE_ETH_TO) return callBridgeEther(true);
  if (id == selectors.BRIDGE_ERC20) return callBridgeToken(false);
  if (id == selectors.BRIDGE_ERC20_TO) return callBridgeToken(true);
  return ERR_UNKNOWN_SELECTOR;
}

function callView(id: u32): u32 {
  if (id == selectors.MESSENGER || id == selectors.MESSENGER_GETTER) return viewAddress(MESSENGER_ADDRESS);
  if (id == selectors.PAUSED) return viewBool(false);
  if (id == selectors.OTHER_BRIDGE || id == selectors.OTHER_BRIDGE_GETTER || id == selectors.L1_TOKEN_BRIDGE) {
    return viewAddress(loadL1Bridge());
  }
  if (id != selectors.VERSION) return ERR_UNKNOWN_SELECTOR;
  returnText('1.6.0');
  return OK;
}

function isFinalisation(id: u32): bool {
  return (
    id == selectors.FINALIZE_BRIDGE_ETH || id == selectors.FINALIZE_BRIDGE_ERC20 || id == selectors.FINALIZE_DEPOSIT
  );
}

/** A call of the standard bridge by a user. Fails: ERR_NOT_OTHER_BRIDGE, ERR_UNKNOWN_SELECTOR, those of the function. */
export function callStandardBridge(): u32 {
  if (callDataLength() == 0) return callReceive();
  const id = selector();
  if (isFinalisation(id)) return ERR_NOT_OTHER_BRIDGE;
  const code = callWithdrawal(id);
  return code == ERR_UNKNOWN_SELECTOR ? callView(id) : code;
}
