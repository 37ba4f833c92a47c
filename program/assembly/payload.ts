import { PROGRAM, WINDOW, WINDOW_CAPACITY } from '../../chain/src/kernel/memory';
import { INPUT_WORD, SPACE_PAYLOAD, readInput } from './input';

/**
 * The payload of the current item as a byte stream, seen through a sliding window (docs/spec/batch.md, "Payload words"). Bytes beyond the end are
 * zero. A word whose first byte is not zero ends the payload.
 */

/** Bytes of payload in a word. */
const BYTES: u32 = 31;

const ITEM: usize = PROGRAM + 0x100;
/** Words of the payload, less once its end was found. */
const WORDS: usize = PROGRAM + 0x108;
/** Offset of the window's first byte, and bytes in it. */
const START: usize = PROGRAM + 0x110;
const LENGTH: usize = PROGRAM + 0x114;

/** Opens the payload of `item`, which has `words` words. */
export function openPayload(item: u64, words: u32): void {
  store<u64>(ITEM, item);
  store<u32>(WORDS, words);
  store<u32>(START, 0);
  store<u32>(LENGTH, 0);
}

/** Copies the 31 payload bytes of a word to `out`; zeros beyond the end. One byte beyond them is overwritten too. */
function putWord(word: u32, out: usize): void {
  let present = word < load<u32>(WORDS);
  if (present) {
    readInput(SPACE_PAYLOAD, load<u64>(ITEM), word, INPUT_WORD);
    present = load<u8>(INPUT_WORD) == 0;
    if (!present) store<u32>(WORDS, word);
  }
  store<u64>(out, present ? load<u64>(INPUT_WORD, 1) : 0);
  store<u64>(out, present ? load<u64>(INPUT_WORD, 9) : 0, 8);
  store<u64>(out, present ? load<u64>(INPUT_WORD, 17) : 0, 16);
  store<u64>(out, present ? load<u64>(INPUT_WORD, 24) >> 8 : 0, 24);
}

/** Fills the window from the word that holds `offset`, with at least `bytes` and at most what fits. */
function fill(offset: u32): void {
  const first = offset / BYTES;
  store<u32>(START, first * BYTES);
  let length: u32 = 0;
  for (let word = first; length + 32 <= WINDOW_CAPACITY; word++) {
    putWord(word, WINDOW + usize(length));
    length += BYTES;
    // Beyond the end there are only zeros: enough of them for any read.
    if (word >= load<u32>(WORDS) && length >= (WINDOW_CAPACITY / 4) * 3) break;
  }
  store<u32>(LENGTH, length);
}

/** Address of the payload bytes from `offset`, of which at least `bytes <= 24,000` stand there. */
export function payloadAt(offset: u32, bytes: u32): usize {
  const start = load<u32>(START);
  if (offset < start || offset + bytes > start + load<u32>(LENGTH)) fill(offset);
  return WINDOW + usize(offset - load<u32>(START));
}

/** Whether `offset` lies beyond the words the item has, so that only zeros follow. */
export function isPastPayload(offset: u32): bool {
  return offset / BYTES >= load<u32>(WORDS);
}
