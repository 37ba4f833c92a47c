import { block } from '../../chain/src/kernel/block-context';
import { copyWord } from '../../chain/src/kernel/bytes';
import { openCall } from '../../chain/src/kernel/call';
import { openCheckpoint } from '../../chain/src/kernel/checkpoint';
import { TOKEN_ETH } from '../../chain/src/kernel/entity';
import { ERR_CALL_NOT_MADE, OK } from '../../chain/src/kernel/errors';
import { DELAYED, PROGRAM } from '../../chain/src/kernel/memory';
import { resetResult } from '../../chain/src/kernel/result';
import { loadBigEndian128, set128 } from '../../chain/src/math/u128';
import { KIND_DELAYED, SENDER, SENDER_WORD, TRANSACTION_HASH, transaction } from '../../chain/src/modules/auth/module';
import { mintQuietly } from '../../chain/src/modules/bank/module';
import { FEE, charge, delayedWeight } from '../../chain/src/modules/fees/module';
import { finish } from './apply';
import { dispatch } from './dispatch';
import { SPACE_DELAYED, readInput, readInputNumber } from './input';

/** Delayed messages: deposits and forced transactions from L1 (docs/spec/l1.md). */

const WORD_SENDER: u32 = 0;
const WORD_TO: u32 = 1;
const WORD_MINT: u32 = 2;
const WORD_VALUE: u32 = 3;
const WORD_TIME: u32 = 6;
const WORD_SOURCE: u32 = 7;
const WORD_LENGTH: u32 = 8;
const WORD_DATA: u32 = 9;

/** Longest data of a message in bytes; the portal refuses more. */
const MAXIMUM_DATA: u64 = 4_096;

const HEADER: usize = DELAYED;
const DATA: usize = DELAYED + usize(WORD_DATA << 5);
const MINT: usize = PROGRAM + 0xa0;
const VALUE: usize = PROGRAM + 0xb0;

function headerWord(word: u32): usize {
  return HEADER + usize(word << 5);
}

/** Reads a message's fixed words into its buffer and answers the length of its data. */
function readHeader(index: u64): u32 {
  for (let word: u32 = 0; word < WORD_DATA; word++) readInput(SPACE_DELAYED, index, word, headerWord(word));
  const stated = bswap<u64>(load<u64>(headerWord(WORD_LENGTH), 24));
  return u32(stated < MAXIMUM_DATA ? stated : MAXIMUM_DATA);
}

function readData(index: u64, length: u32): void {
  const words = (length + 31) >> 5;
  for (let i: u32 = 0; i < words; i++) readInput(SPACE_DELAYED, index, WORD_DATA + i, DATA + usize(i << 5));
}

/** Makes the call of the message that was read. */
function makeCall(index: u64, length: u32): u32 {
  readData(index, length);
  openCall(SENDER, headerWord(WORD_TO) + 12, VALUE, DATA, length, false);
  return dispatch();
}

/** Leaves what the receipt needs in the scratch of auth and fees. A message pays nothing here: its gas was bought on L1. */
function describe(index: u64, length: u32): void {
  const fields = transaction();
  fields.kind = KIND_DELAYED;
  fields.nonce = index;
  fields.lane = 0;
  fields.operations = 1;
  copyWord(TRANSACTION_HASH, headerWord(WORD_SOURCE));
  copyWord(SENDER_WORD, headerWord(WORD_SENDER));
  const cost = charge();
  cost.weight = delayedWeight(length);
  cost.l1Gas = 0;
  cost.gas = cost.weight;
  cost.token = TOKEN_ETH;
  set128(FEE, 0, 0);
}

/** Mints, then makes the call unless it is only to be credited; a failed call keeps the mint. */
function consume(index: u64, creditOnly: bool): void {
  const length = readHeader(index);
  describe(index, length);
  loadBigEndian128(MINT, headerWord(WORD_MINT) + 16);
  loadBigEndian128(VALUE, headerWord(WORD_VALUE) + 16);
  resetResult();
  const minted = mintQuietly(TOKEN_ETH, SENDER, MINT);
  openCheckpoint();
  finish(minted != OK ? minted : creditOnly ? ERR_CALL_NOT_MADE : makeCall(index, length));
}

/** Consumes the next `count` messages; `creditOnly` leaves out their calls. */
export function consumeDelayed(count: u64, creditOnly: bool): void {
  const context = block();
  for (let i: u64 = 0; i < count; i++) {
    consume(context.delayedConsumed, creditOnly);
    context.delayedConsumed++;
  }
}

/** How many of the messages from `first` on, before `end`, are older than `age` seconds at `time`; at most `maximum`. */
export function countOverdue(first: u64, end: u64, time: u64, age: u64, maximum: u64): u64 {
  let count: u64 = 0;
  while (count < maximum && first + count < end && isOverdue(first + count, time, age)) count++;
  return count;
}

function isOverdue(index: u64, time: u64, age: u64): bool {
  const sent = readInputNumber(SPACE_DELAYED, index, WORD_TIME);
  return sent < time && time - sent > age;
}
