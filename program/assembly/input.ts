import { read_input } from '../../chain/src/kernel/host';
import { PROGRAM } from '../../chain/src/kernel/memory';

/** Words of the input address space (docs/spec/program.md). */

export const SPACE_POSITION: u64 = 0;
export const SPACE_ITEM: u64 = 1;
export const SPACE_PAYLOAD: u64 = 2;
export const SPACE_DELAYED: u64 = 3;

/** The word read last. */
export const INPUT_WORD: usize = PROGRAM + 0x80;

export function readInput(space: u64, number: u64, word: u32, out: usize): void {
  read_input((space << 56) | (number << 16) | u64(word), out);
}

/** A big-endian number; 2^64 - 1 when it does not fit 64 bits. */
export function readInputNumber(space: u64, number: u64, word: u32): u64 {
  readInput(space, number, word, INPUT_WORD);
  if ((load<u64>(INPUT_WORD) | load<u64>(INPUT_WORD, 8) | load<u64>(INPUT_WORD, 16)) != 0) return u64.MAX_VALUE;
  return bswap<u64>(load<u64>(INPUT_WORD, 24));
}
