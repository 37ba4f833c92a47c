import { CONTEXT_PRODUCER, block } from '../../chain/src/kernel/block-context';
import { zeroWord } from '../../chain/src/kernel/bytes';
import { openCall, selectorOf } from '../../chain/src/kernel/call';
import { openCheckpoint, undoToCheckpoint } from '../../chain/src/kernel/checkpoint';
import { ERR_ABI_TRUNCATED, ERR_RETURN_TOO_LONG, OK } from '../../chain/src/kernel/errors';
import { resetLog } from '../../chain/src/kernel/event';
import { RETURN, RETURN_HEAD, TRANSACTION } from '../../chain/src/kernel/memory';
import { resetResult, resultLength, resultOverflow, returnError } from '../../chain/src/kernel/result';
import { baseGas } from '../../chain/src/modules/auth/module';
import { charge, ethereumWeight, measureCharge } from '../../chain/src/modules/fees/module';
import { openContext } from './block';
import { dispatch, isMulticall, isSystemAddress } from './dispatch';
import { callMulticall } from './multicall';
import { reasonOf } from './reasons';

/** Message calls against the state: `eth_call`, gas estimates and every read of the API (docs/spec/program.md). */

const FROM: usize = TRANSACTION;
const TO: usize = TRANSACTION + 20;
const VALUE: usize = TRANSACTION + 40;
const TIMESTAMP: usize = TRANSACTION + 56;
const DATA: usize = TRANSACTION + 64;
const REQUEST_HEAD: u32 = 64;

/** An EIP-1559 envelope without its data is at most this long, entry head included. */
const ENVELOPE_BYTES: u32 = 160;
/** A limit that satisfies both our schedule and Ethereum's intrinsic gas. */
function gasNeeded(length: u32): u64 {
  const bytes = length + ENVELOPE_BYTES;
  measureCharge(ethereumWeight(bytes, isSystemAddress(TO), selectorOf(DATA, length)), bytes);
  const intrinsic = baseGas(DATA, length);
  return charge().gas > intrinsic ? charge().gas : intrinsic;
}

function openQueryContext(): void {
  const context = block();
  context.timestamp = load<u64>(TIMESTAMP);
  context.delayed = 0;
  context.priceItem = 0;
  zeroWord(CONTEXT_PRODUCER);
  resetLog();
  openContext();
  // A view sees the block it reads, not the next one.
  context.number--;
}

function execute(length: u32): u32 {
  openCall(FROM, TO, VALUE, DATA, length, false);
  const code = isMulticall(TO) ? callMulticall() : dispatch();
  return code == OK && resultOverflow() ? ERR_RETURN_TOO_LONG : code;
}

/** Answers 0 or an error number; the return buffer holds the gas and the return data, or the reason as `Error(string)`. */
export function runQuery(length: u32): u32 {
  resetResult();
  zeroWord(RETURN);
  if (length < REQUEST_HEAD) return ERR_ABI_TRUNCATED;
  openQueryContext();
  openCheckpoint();
  const code = execute(length - REQUEST_HEAD);
  undoToCheckpoint();
  if (code != OK) returnError(code, reasonOf(code));
  store<u64>(RETURN, gasNeeded(length - REQUEST_HEAD));
  return code;
}

/** Bytes in the return buffer, head included. */
export function queryLength(): u32 {
  return RETURN_HEAD + resultLength();
}
