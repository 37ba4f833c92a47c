import { NO_ENTITY, tokenReferenceOf } from '../../kernel/entity';
import { OK } from '../../kernel/errors';
import { argumentError, argumentLength, argumentWords, elementAddress } from '../../kernel/abi';
import { returnAmount, returnNumber } from '../../kernel/result';
import { SWAP } from '../../kernel/memory';
import { ERR_TOKEN_UNKNOWN } from '../token/errors';
import { ERR_POOL_UNKNOWN, ERR_ROUTE_LENGTH } from './errors';
import { pairIndex } from './keeper';
import { MAXIMUM_HOPS } from './params';
import { directRoute, routeAmount, setRoute } from './trade';

/** Token paths of the router's arguments, turned into the pools between the tokens. */

/** Tokens of the path, u64 each, then the pools between them, u32 each. */
const TOKENS: usize = SWAP + 0x700;
export const PATH_POOLS: usize = SWAP + 0x720;
const HOPS: usize = SWAP + 0x730;

function tokenAt(i: u32): u64 {
  return load<u64>(TOKENS + (usize(i) << 3));
}

/** Hops of the path that was read. */
export function pathHops(): u32 {
  return load<u32>(HOPS);
}

export function pathStart(): u64 {
  return tokenAt(0);
}

export function pathEnd(): u64 {
  return tokenAt(pathHops());
}

/** Direction of the first hop. */
export function pathDirection(): bool {
  return tokenAt(0) < tokenAt(1);
}

function readTokens(words: usize, count: u32): u32 {
  for (let i: u32 = 0; i < count; i++) {
    const token = tokenReferenceOf(elementAddress(words, i));
    if (argumentError() != OK) return argumentError();
    if (token == NO_ENTITY) return ERR_TOKEN_UNKNOWN;
    store<u64>(TOKENS + (usize(i) << 3), token);
  }
  return OK;
}

function findPools(hops: u32): u32 {
  for (let i: u32 = 0; i < hops; i++) {
    const index = pairIndex(tokenAt(i), tokenAt(i + 1));
    if (index == 0) return ERR_POOL_UNKNOWN;
    store<u32>(PATH_POOLS + (usize(i) << 2), index - 1);
  }
  return OK;
}

/**
 * Reads an `address[] path` argument of 2 to 4 tokens and finds its pools.
 * Fails: ERR_ROUTE_LENGTH, ERR_TOKEN_UNKNOWN, ERR_POOL_UNKNOWN, those of the ABI.
 */
export function readPath(argument: u32): u32 {
  const words = argumentWords(argument, MAXIMUM_HOPS + 1);
  const count = argumentLength();
  if (argumentError() != OK) return argumentError();
  if (count < 2) return ERR_ROUTE_LENGTH;
  store<u32>(HOPS, count - 1);
  const code = readTokens(words, count);
  return code != OK ? code : findPools(count - 1);
}

/** Prepares the path for quotes. Fails: ERR_ROUTE_REPEATS. */
export function preparePath(): u32 {
  const code = setRoute(PATH_POOLS, pathHops());
  return code != OK ? code : directRoute(pathHops(), pathDirection());
}

/** Answers `uint256[] amounts` of the path. */
export function returnPathAmounts(): void {
  returnNumber(32);
  returnNumber(u64(pathHops() + 1));
  for (let i: u32 = 0; i <= pathHops(); i++) returnAmount(routeAmount(i));
}
