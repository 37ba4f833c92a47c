import { entityAddress, tokenReference } from '../../kernel/entity';
import { ERR_ABI_DIRTY, ERR_UNKNOWN_SELECTOR, OK } from '../../kernel/errors';
import { caller, requireWritableWithoutValue, selector } from '../../kernel/call';
import {
  argumentAddress,
  argumentBytes,
  argumentError,
  argumentLength,
  argumentNumber,
  beginArguments,
} from '../../kernel/abi';
import { BRIDGE } from '../../kernel/memory';
import { returnAddress, returnText } from '../../kernel/result';
import { registerToken, tokenCount } from '../token/keeper';
import { DEFAULT_DECIMALS, MAXIMUM_NAME_BYTES, MAXIMUM_SYMBOL_BYTES } from '../token/params';
import {
  BRIDGE as BRIDGE_LOWER,
  BRIDGE_GETTER,
  CREATE_MINTABLE_TOKEN,
  CREATE_MINTABLE_TOKEN_WITH_DECIMALS,
  CREATE_STANDARD_L2_TOKEN,
  VERSION,
} from '../token/selectors';
import { emitTokenCreated } from './events';
import { BRIDGE_ADDRESS } from './types';
import { viewAddress } from './views';

/** The factory of bridged tokens `0x4200...0012`: anyone may register a token for any L1 token. */

const TOKEN_ADDRESS: usize = BRIDGE + 0x300;

/** `create...(remoteToken, name, symbol[, decimals]) -> address`. Fails: those of `registerToken`. */
function callCreate(hasDecimals: bool): u32 {
  let code = requireWritableWithoutValue();
  if (code != OK) return code;
  beginArguments(hasDecimals ? 4 : 3);
  const remote = argumentAddress(0);
  const decimals = hasDecimals ? argumentNumber(3) : u64(DEFAULT_DECIMALS);
  const name = argumentBytes(1, MAXIMUM_NAME_BYTES);
  const nameLength = argumentLength();
  const symbol = argumentBytes(2, MAXIMUM_SYMBOL_BYTES);
  const symbolLength = argumentLength();
  if (argumentError() != OK) return argumentError();
  if (decimals > u64(u8.MAX_VALUE)) return ERR_ABI_DIRTY;
  code = registerToken(remote, name, nameLength, symbol, symbolLength, u8(decimals));
  if (code != OK) return code;
  entityAddress(TOKEN_ADDRESS, tokenReference(tokenCount() - 1));
  emitTokenCreated(TOKEN_ADDRESS, remote, caller());
  returnAddress(TOKEN_ADDRESS);
  return OK;
}

/** A call of the token factory. Fails: ERR_UNKNOWN_SELECTOR, those of the function. */
export function callTokenFactory(): u32 {
  const id = selector();
  if (id == CREATE_MINTABLE_TOKEN || id == CREATE_STANDARD_L2_TOKEN) return callCreate(false);
  if (id == CREATE_MINTABLE_TOKEN_WITH_DECIMALS) return callCreate(true);
  if (id == BRIDGE_LOWER || id == BRIDGE_GETTER) return viewAddress(BRIDGE_ADDRESS);
  if (id != VERSION) return ERR_UNKNOWN_SELECTOR;
  returnText('1.4.0');
  return OK;
}
