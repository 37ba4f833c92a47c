/** Functions of math and kernel, exported one by one for the tests. */
export { add128, subtract128, less128, storeBigEndian128, loadBigEndian128 } from '../../src/math/u128';
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
  divideSmall128,
  mulDiv256,
  mulDivUp256,
  mulDiv128,
  mulDivUp128,
  sqrt256,
} from '../../src/math/u256';
export {
  beginArguments,
  argumentError,
  argumentAddress,
  argumentAmount,
  argumentAmountSaturated,
  argumentNumber,
  argumentNumberSaturated,
  argumentBool,
  argumentBytes,
  argumentWords,
  argumentLength,
  elementAddress,
} from '../../src/kernel/abi';
export { openCall, selector, requireWritable, requireNoValue } from '../../src/kernel/call';
export {
  resetResult,
  resultData,
  resultLength,
  resultOverflow,
  returnAddress,
  returnAmount,
  returnAmount256,
  returnBool,
  returnBytes,
  returnNumber,
} from '../../src/kernel/result';
export { entityAddress, referenceOf, tokenReferenceOf } from '../../src/kernel/entity';
export { makeKey, makeKeyAddress, makeKeyHash, makeKeyNumbers } from '../../src/kernel/store';
export { countZeroBytes } from '../../src/kernel/bytes';
export {
  rlpBytes,
  rlpFailed,
  rlpInteger,
  rlpLength,
  rlpList,
  rlpNumber,
  rlpOpen,
  rlpPosition,
  rlpPutListHeader,
  rlpPutNumber,
} from '../../src/kernel/rlp';
import { returnError } from '../../src/kernel/result';

export function returnErrorSample(): void {
  returnError(5101, 'insufficient output amount');
}
