import { block } from '../../chain/src/kernel/block-context';
import { copyAddress, copyBytes, zeroWord } from '../../chain/src/kernel/bytes';
import { callData, callDataLength, openCall, selector, target } from '../../chain/src/kernel/call';
import { TOKEN_ETH } from '../../chain/src/kernel/entity';
import { argumentAddress, argumentError, beginArguments } from '../../chain/src/kernel/abi';
import {
  ERR_ABI_DIRTY,
  ERR_ABI_OFFSET,
  ERR_ABI_TOO_LONG,
  ERR_ABI_TRUNCATED,
  ERR_MULTICALL_FAILED,
  ERR_RETURN_TOO_LONG,
  ERR_UNKNOWN_SELECTOR,
  OK,
} from '../../chain/src/kernel/errors';
import { MULTICALL, MULTICALL_CAPACITY, PROGRAM, RETURN_CAPACITY, RETURN_HEAD } from '../../chain/src/kernel/memory';
import {
  resetResult,
  resultData,
  resultLength,
  resultOverflow,
  returnAmount,
  returnError,
  returnNumber,
  setResultLength,
} from '../../chain/src/kernel/result';
import { balanceOf } from '../../chain/src/modules/bank/module';
import { dispatch } from './dispatch';
import { reasonOf } from './reasons';

/**
 * Multicall3 at its usual address, as a view: queries only, one level deep, every inner call read-only. Clients bundle their reads with it.
 */

const AGGREGATE3: u32 = 0x82ad56cb;
const TRY_AGGREGATE: u32 = 0xbce38bd7;
const AGGREGATE: u32 = 0x252dba42;
const GET_ETH_BALANCE: u32 = 0x4d2301cc;
const GET_BLOCK_NUMBER: u32 = 0x42cbb15c;
const GET_TIMESTAMP: u32 = 0x0f28c97d;
const GET_CHAIN_ID: u32 = 0x3408e470;
const GET_BASE_FEE: u32 = 0x3e64a696;

const MAXIMUM_CALLS: u32 = 128;
const MAXIMUM_CALL_BYTES: u32 = 4_096;

/** The arguments, after the selector, and their length. */
const BASE: usize = PROGRAM + 0x300;
const LENGTH: usize = PROGRAM + 0x304;
const ERROR: usize = PROGRAM + 0x308;
/** Bytes of results collected so far. */
const COLLECTED: usize = PROGRAM + 0x30c;
const ZERO_VALUE: usize = PROGRAM + 0x310;
const SELF: usize = PROGRAM + 0x320;
const AMOUNT: usize = PROGRAM + 0x340;

function fail(code: u32): u32 {
  if (load<u32>(ERROR) == OK) store<u32>(ERROR, code);
  return 0;
}

function failed(): bool {
  return load<u32>(ERROR) != OK;
}

/** A number below 2^32 at `offset` of the arguments; 0 after an error. */
function numberAt(offset: u32): u32 {
  if (failed()) return 0;
  if (offset > load<u32>(LENGTH) || load<u32>(LENGTH) - offset < 32) return fail(ERR_ABI_TRUNCATED);
  const word = usize(load<u32>(BASE)) + usize(offset);
  const value = bswap<u64>(load<u64>(word, 24));
  if ((load<u64>(word) | load<u64>(word, 8) | load<u64>(word, 16)) != 0 || value >> 31 != 0)
    return fail(ERR_ABI_OFFSET);
  return u32(value);
}

function boolAt(offset: u32): bool {
  const value = numberAt(offset);
  if (value > 1) fail(ERR_ABI_DIRTY);
  return value == 1;
}

/** Address of the word at `offset`, checked to be an address. */
function addressAt(offset: u32): usize {
  const word = usize(load<u32>(BASE)) + usize(offset);
  if (failed()) return SELF;
  if (offset > load<u32>(LENGTH) || load<u32>(LENGTH) - offset < 32) fail(ERR_ABI_TRUNCATED);
  else if ((load<u64>(word) | u64(load<u32>(word, 8))) != 0) fail(ERR_ABI_DIRTY);
  return failed() ? SELF : word + 12;
}

/** Appends zeroed room for `words` words to the collected results and answers where. */
function collect(words: u32): usize {
  const at = load<u32>(COLLECTED);
  if (at + (words << 5) > MULTICALL_CAPACITY) {
    fail(ERR_RETURN_TOO_LONG);
    return MULTICALL;
  }
  store<u32>(COLLECTED, at + (words << 5));
  for (let i: u32 = 0; i < words; i++) zeroWord(MULTICALL + usize(at + (i << 5)));
  return MULTICALL + usize(at);
}

function putNumber(out: usize, value: u32): void {
  store<u32>(out, bswap<u32>(value), 28);
}

/** Appends what the inner call returned, as `bytes`. */
function collectBytes(): void {
  const length = resultLength();
  const out = collect(1 + ((length + 31) >> 5));
  if (failed()) return;
  putNumber(out, length);
  copyBytes(out + 32, resultData(), length);
}

/** Makes one inner call; `tuple` is the offset of its (target, [allowFailure,] callData). Answers its code. */
function callOne(tuple: u32, dataField: u32): u32 {
  const to = addressAt(tuple);
  const data = tuple + numberAt(tuple + dataField);
  const length = numberAt(data);
  if (length > MAXIMUM_CALL_BYTES) fail(ERR_ABI_TOO_LONG);
  if (!failed() && load<u32>(LENGTH) - data - 32 < length) fail(ERR_ABI_OFFSET);
  if (failed()) return OK;
  resetResult();
  openCall(SELF, to, ZERO_VALUE, usize(load<u32>(BASE)) + usize(data + 32), length, true);
  let code = dispatch();
  if (code == OK && resultOverflow()) code = ERR_RETURN_TOO_LONG;
  if (code != OK) returnError(code, reasonOf(code));
  return code;
}

/** Hands the collected results over as return data. */
function answer(): u32 {
  if (failed()) return load<u32>(ERROR);
  const length = load<u32>(COLLECTED);
  if (length > RETURN_CAPACITY - RETURN_HEAD) return ERR_RETURN_TOO_LONG;
  resetResult();
  copyBytes(resultData(), MULTICALL, length);
  setResultLength(length);
  return OK;
}

/** Offset of element `i` of the array of tuples whose elements start at `elements`. */
function tupleAt(elements: u32, i: u32): u32 {
  return elements + numberAt(elements + (i << 5));
}

/** Position after the length of the array whose offset stands at `head`; its length is in AMOUNT. */
function openArray(head: u32): u32 {
  const array = numberAt(head);
  const count = numberAt(array);
  if (count > MAXIMUM_CALLS) fail(ERR_ABI_TOO_LONG);
  store<u32>(AMOUNT, failed() ? 0 : count);
  return array + 32;
}

/** `(bool success, bytes returnData)[]`. `strict`: no call may fail; else, with `flags`, each tuple says so itself. */
function aggregateResults(elements: u32, strict: bool, flags: bool): u32 {
  const count = load<u32>(AMOUNT);
  const head = collect(2 + count);
  putNumber(head, 32);
  putNumber(head + 32, count);
  for (let i: u32 = 0; i < count && !failed(); i++) {
    const tuple = tupleAt(elements, i);
    const mayFail = flags ? boolAt(tuple + 32) : !strict;
    putNumber(head + usize((2 + i) << 5), load<u32>(COLLECTED) - 64);
    const result = collect(2);
    const code = callOne(tuple, flags ? 64 : 32);
    if (code != OK && !mayFail) fail(ERR_MULTICALL_FAILED);
    putNumber(result, code == OK ? 1 : 0);
    putNumber(result + 32, 64);
    collectBytes();
  }
  return answer();
}

/** `(uint256 blockNumber, bytes[] returnData)`. */
function aggregate(elements: u32): u32 {
  const count = load<u32>(AMOUNT);
  const head = collect(3 + count);
  store<u64>(head, bswap<u64>(block().number), 24);
  putNumber(head + 32, 64);
  putNumber(head + 64, count);
  for (let i: u32 = 0; i < count && !failed(); i++) {
    putNumber(head + usize((3 + i) << 5), load<u32>(COLLECTED) - 96);
    if (callOne(tupleAt(elements, i), 32) != OK) fail(ERR_MULTICALL_FAILED);
    collectBytes();
  }
  return answer();
}

function getEthBalance(): u32 {
  beginArguments(1);
  const account = argumentAddress(0);
  if (argumentError() != OK) return argumentError();
  balanceOf(TOKEN_ETH, account, AMOUNT);
  returnAmount(AMOUNT);
  return OK;
}

function callGetter(function_: u32): u32 {
  switch (function_) {
    case GET_BLOCK_NUMBER:
      returnNumber(block().number);
      return OK;
    case GET_TIMESTAMP:
      returnNumber(block().timestamp);
      return OK;
    case GET_CHAIN_ID:
      returnNumber(block().chainId);
      return OK;
    case GET_BASE_FEE:
      returnNumber(block().basePrice);
      return OK;
    case GET_ETH_BALANCE:
      return getEthBalance();
    default:
      return ERR_UNKNOWN_SELECTOR;
  }
}

function openArguments(): void {
  copyAddress(SELF, target());
  store<u64>(ZERO_VALUE, 0);
  store<u64>(ZERO_VALUE, 0, 8);
  store<u32>(BASE, u32(callData()) + 4);
  store<u32>(LENGTH, callDataLength() < 4 ? 0 : callDataLength() - 4);
  store<u32>(ERROR, OK);
  store<u32>(COLLECTED, 0);
}

/** Executes the open call, which goes to the multicall address. */
export function callMulticall(): u32 {
  const function_ = selector();
  openArguments();
  switch (function_) {
    case AGGREGATE3:
      return aggregateResults(openArray(0), true, true);
    case TRY_AGGREGATE:
      return aggregateResults(openArray(32), boolAt(0), false);
    case AGGREGATE:
      return aggregate(openArray(0));
    default:
      return callGetter(function_);
  }
}
