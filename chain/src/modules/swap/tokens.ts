import { KIND_POOL, KIND_TOKEN, indexOf, kindOf } from '../../kernel/entity';
import { OK } from '../../kernel/errors';
import { tokenExists } from '../token/keeper';
import { ERR_TOKEN_UNKNOWN } from '../token/errors';
import { poolCount } from './keeper';

/** Whether a reference names a registered token or the LP token of a pool that exists. Fails: ERR_TOKEN_UNKNOWN. */
export function requireToken(token: u64): u32 {
  if (kindOf(token) == KIND_TOKEN && tokenExists(indexOf(token))) return OK;
  if (kindOf(token) == KIND_POOL && indexOf(token) < poolCount()) return OK;
  return ERR_TOKEN_UNKNOWN;
}
