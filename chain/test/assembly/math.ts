export { add128, subtract128, less128, storeBigEndian128, storeBigEndian256 } from '../../src/math/u128';
export {
  add256,
  subtract256,
  compare256,
  multiply128,
  multiplySmall256,
  multiplySmall128,
  shiftLeft256,
  shiftRight256,
  divide256,
  divideUp256,
  mulDiv256,
  mulDivUp256,
  mulDiv128,
  mulDivUp128,
  sqrt256,
  divideSmall128,
} from '../../src/math/u256';
export {
  beginArguments,
  argumentError,
  argumentAddress,
  argumentAmount,
  argumentNumber,
  argumentBool,
  argumentBytes,
  argumentWords,
  argumentLength,
} from '../../src/kernel/abi';
export { openCall } from '../../src/kernel/call';
export { beginEvent, topicAddress, dataAmount, dataBytes, endEvent, flushLog } from '../../src/kernel/event';
export { returnError, returnBytes, resultLength, resultData } from '../../src/kernel/result';
export { referenceOf, entityAddress } from '../../src/kernel/entity';
export { readState, writeState, makeKeyAddress } from '../../src/kernel/store';
export { openCheckpoint, undoToCheckpoint, closeCheckpoint } from '../../src/kernel/checkpoint';
export { block } from '../../src/kernel/block-context';
export function text(): void {
  returnErrorTest();
}
import { returnError } from '../../src/kernel/result';
function returnErrorTest(): void {
  returnError(5101, 'insufficient output amount');
}
