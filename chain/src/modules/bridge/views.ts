import { OK } from '../../kernel/errors';
import { returnAddress, returnBool, returnNumber } from '../../kernel/result';

/** Answers of one value, shared by the predeploys. */

export function viewNumber(value: u64): u32 {
  returnNumber(value);
  return OK;
}

export function viewAddress(address: usize): u32 {
  returnAddress(address);
  return OK;
}

export function viewBool(value: bool): u32 {
  returnBool(value);
  return OK;
}
