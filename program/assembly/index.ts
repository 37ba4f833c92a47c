import { RETURN, TRANSACTION } from '../../chain/src/kernel/memory';
import { CONTEXT } from '../../chain/src/kernel/block-context';
import { applyEntry, prepareEntry } from './apply';
import { beginBlock, endBlock } from './block';
import { queryLength, runQuery } from './query';
import { runUnit } from './run';

/** Exports of metachain.wasm (docs/spec/program.md). */

/** Proves or replays one unit: `made << 63 | itemDone << 62 | nextOffset`. */
export function run(): u64 {
  return runUnit();
}

/** Opens the block described in the block context buffer. Always answers 0: a block cannot be refused, only its transactions. */
export function begin(): u32 {
  beginBlock();
  return 0;
}

/** Applies the one entry in the transaction buffer: `status << 16 | code`. */
export function apply(length: u32): u32 {
  return applyEntry(TRANSACTION, length, true);
}

/** Closes the block. */
export function end(): u32 {
  endBlock();
  return 0;
}

/** The stateless part of `apply`: 0 or an error number. */
export function prepare(length: u32): u32 {
  return prepareEntry(TRANSACTION, length);
}

/** A message call: 0 or an error number. */
export function query(length: u32): u32 {
  return runQuery(length);
}

/** Address of a buffer: 0 block context, 1 transaction, 2 return. */
export function buffer(id: u32): u32 {
  if (id == 0) return u32(CONTEXT);
  return u32(id == 1 ? TRANSACTION : RETURN);
}

/** Bytes in the return buffer after `query`. */
export function bufferLength(): u32 {
  return queryLength();
}
