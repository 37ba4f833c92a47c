import { KIND_POOL, KIND_TOKEN, TOKEN_ETH, indexOf, kindOf } from '../../kernel/entity';
import { ERR_UNKNOWN_SELECTOR, OK } from '../../kernel/errors';
import { callDataLength, selector } from '../../kernel/call';
import { returnText } from '../../kernel/result';
import { poolCount } from '../swap/keeper';
import { ERR_TOKEN_UNKNOWN } from './errors';
import { tokenExists } from './keeper';
import { callApprove, callDeposit, callTransfer, callTransferFrom, callWithdraw } from './messages';
import * as selectors from './selectors';
import {
  viewAllowance,
  viewBalanceOf,
  viewBridge,
  viewDecimals,
  viewL1Token,
  viewName,
  viewSupportsInterface,
  viewSymbol,
  viewTotalSupply,
} from './views';

export { approveToken, transferToken } from './messages';
export { tokenReason } from './reasons';

/** Version of the mintable ERC-20 of the op-stack whose interface the faces follow. */
const VERSION: string = '1.3.0';

/** What every token has, LP tokens included. */
function callErc20(token: u64, id: u32): u32 {
  if (id == selectors.TRANSFER) return callTransfer(token);
  if (id == selectors.TRANSFER_FROM) return callTransferFrom(token);
  if (id == selectors.APPROVE) return callApprove(token);
  if (id == selectors.BALANCE_OF) return viewBalanceOf(token);
  if (id == selectors.ALLOWANCE) return viewAllowance(token);
  if (id == selectors.TOTAL_SUPPLY) return viewTotalSupply(token);
  return ERR_UNKNOWN_SELECTOR;
}

/** Names, and where the token comes from. */
function callMetadata(index: u32, id: u32): u32 {
  if (id == selectors.NAME) return viewName(index);
  if (id == selectors.SYMBOL) return viewSymbol(index);
  if (id == selectors.DECIMALS) return viewDecimals(index);
  if (id == selectors.L1_TOKEN || id == selectors.REMOTE_TOKEN || id == selectors.REMOTE_TOKEN_GETTER)
    return viewL1Token(index);
  if (id == selectors.L2_BRIDGE || id == selectors.BRIDGE || id == selectors.BRIDGE_GETTER) return viewBridge();
  if (id == selectors.SUPPORTS_INTERFACE) return viewSupportsInterface();
  if (id != selectors.VERSION) return ERR_UNKNOWN_SELECTOR;
  returnText(VERSION);
  return OK;
}

/** The face of wrapped ether. */
function callEther(id: u32): u32 {
  if (callDataLength() == 0 || id == selectors.DEPOSIT) return callDeposit();
  if (id == selectors.WITHDRAW) return callWithdraw();
  return ERR_UNKNOWN_SELECTOR;
}

/** A call of a token or LP token. Fails: ERR_TOKEN_UNKNOWN, ERR_UNKNOWN_SELECTOR, those of the function. */
export function callToken(reference: u64): u32 {
  const index = indexOf(reference);
  const isPool = kindOf(reference) == KIND_POOL;
  if (isPool ? index >= poolCount() : kindOf(reference) != KIND_TOKEN || !tokenExists(index)) return ERR_TOKEN_UNKNOWN;
  const id = selector();
  let code = callErc20(reference, id);
  if (code == ERR_UNKNOWN_SELECTOR && reference == TOKEN_ETH) code = callEther(id);
  if (code == ERR_UNKNOWN_SELECTOR && !isPool) code = callMetadata(index, id);
  return code;
}
