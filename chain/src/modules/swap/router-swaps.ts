import { now } from '../../kernel/block-context';
import { TOKEN_ETH } from '../../kernel/entity';
import { OK } from '../../kernel/errors';
import { callValue, caller, requireWritable, requireWritableWithoutValue } from '../../kernel/call';
import {
  argumentAddress,
  argumentAmount,
  argumentError,
  argumentNumberSaturated,
  beginArguments,
} from '../../kernel/abi';
import { SWAP } from '../../kernel/memory';
import { ERR_DEADLINE_PASSED, ERR_PATH_NOT_ETH } from './errors';
import { swapExactIn, swapExactOut } from './messages';
import { PATH_POOLS, pathDirection, pathEnd, pathHops, pathStart, readPath, returnPathAmounts } from './path';

/**
 * The router's six swaps, with the arguments of Uniswap V2's. The caller is the signer, so its tokens are taken directly: no approval is
 * needed. ETH is the same balance as its ERC-20 face, so ETH and token variants differ only in what the path must start or end with.
 */

const AMOUNT: usize = SWAP + 0x740;
const LIMIT: usize = SWAP + 0x750;

/** Where the path of a function stands, then `to` and `deadline`: in all six functions they are the last three arguments. */
function readTail(pathArgument: u32): u32 {
  const deadline = argumentNumberSaturated(pathArgument + 2);
  argumentAddress(pathArgument + 1);
  if (argumentError() != OK) return argumentError();
  if (deadline < now()) return ERR_DEADLINE_PASSED;
  return readPath(pathArgument);
}

function trade(exactIn: bool, pathArgument: u32, amount: usize, limit: usize): u32 {
  const to = argumentAddress(pathArgument + 1);
  const code = exactIn
    ? swapExactIn(caller(), to, PATH_POOLS, pathHops(), pathDirection(), amount, limit)
    : swapExactOut(caller(), to, PATH_POOLS, pathHops(), pathDirection(), amount, limit);
  if (code == OK) returnPathAmounts();
  return code;
}

/** Two amounts, path, to, deadline; the path ends with ETH if `toEther`. */
function tradeTokens(exactIn: bool, toEther: bool): u32 {
  let code = requireWritableWithoutValue();
  if (code != OK) return code;
  beginArguments(5);
  argumentAmount(0, AMOUNT);
  argumentAmount(1, LIMIT);
  code = readTail(2);
  if (code != OK) return code;
  if (toEther && pathEnd() != TOKEN_ETH) return ERR_PATH_NOT_ETH;
  return trade(exactIn, 2, AMOUNT, LIMIT);
}

/** One amount, path, to, deadline; the other amount is the ETH sent along. What is not needed of it stays with the caller. */
function tradeEther(exactIn: bool): u32 {
  let code = requireWritable();
  if (code != OK) return code;
  beginArguments(4);
  argumentAmount(0, AMOUNT);
  code = readTail(1);
  if (code != OK) return code;
  if (pathStart() != TOKEN_ETH) return ERR_PATH_NOT_ETH;
  return exactIn ? trade(true, 1, callValue(), AMOUNT) : trade(false, 1, AMOUNT, callValue());
}

export function swapExactTokensForTokens(): u32 {
  return tradeTokens(true, false);
}

export function swapTokensForExactTokens(): u32 {
  return tradeTokens(false, false);
}

export function swapExactTokensForEther(): u32 {
  return tradeTokens(true, true);
}

export function swapTokensForExactEther(): u32 {
  return tradeTokens(false, true);
}

export function swapExactEtherForTokens(): u32 {
  return tradeEther(true);
}

export function swapEtherForExactTokens(): u32 {
  return tradeEther(false);
}
