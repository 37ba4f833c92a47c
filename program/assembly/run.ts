import { CONTEXT_DOMAIN, CONTEXT_PRODUCER, block } from '../../chain/src/kernel/block-context';
import {
  copyAddress,
  copyBytes,
  copyWord,
  equalAddress,
  equalWord,
  isZeroAddress,
  loadBig,
  zeroWord,
} from '../../chain/src/kernel/bytes';
import { OK } from '../../chain/src/kernel/errors';
import { keccak } from '../../chain/src/kernel/host';
import { CHUNK, PROGRAM } from '../../chain/src/kernel/memory';
import { makeKey, readState } from '../../chain/src/kernel/store';
import { RECOVERY, RECOVERY_R, RECOVERY_S, SENDER, recoverSender } from '../../chain/src/modules/auth/module';
import { applyEntry, entryEnd, isBlockFull } from './apply';
import { MAXIMUM_DELAYED, beginBlock, endBlock, loadHead, openChain } from './block';
import { countOverdue } from './delayed';
import { SPACE_ITEM, SPACE_POSITION, readInput, readInputNumber } from './input';
import { isPastPayload, openPayload, payloadAt } from './payload';

/** One unit of proof (docs/spec/batch.md, "One unit"): the next block of the inbox, or the rest of an item that holds none. */

const ITEM_TIME: u32 = 3;
const ITEM_DELAYED_COUNT: u32 = 6;
const ITEM_KIND: u32 = 8;
const ITEM_WORDS: u32 = 9;

/** Word numbers have 16 bits. */
const MAXIMUM_WORDS: u64 = 0xffff;

const VERSION: u32 = 1;
const MARKER: u32 = 1;
/** Fixed part of a block, and its fields. */
const BLOCK_HEAD: u32 = 144;
const AT_PARENT: usize = 1;
const AT_TIMESTAMP: usize = 33;
const AT_DELAYED: usize = 38;
const AT_PRICE_ITEM: usize = 40;
const AT_LENGTH: usize = 45;
const AT_CONTENT_HASH: usize = 48;
const AT_SIGNATURE: usize = 80;

/** Content bytes hashed at a time. */
const CHUNK_BYTES: u32 = 16_352;
/** Longest entry: an Ethereum transaction with its head. */
const ENTRY_BYTES: u32 = 16_387;

/** Messages older than this are consumed before anything else, seconds. */
const OVERDUE_SECONDS: u64 = 3_600;
/** How far behind its item's time a block may be, seconds. */
const MAXIMUM_LAG_SECONDS: u64 = 86_400;

/** Payload offsets of the units that follow a trap (docs/spec/program.md, "Trap"): the next message, and its ether alone. */
const RESCUE: u32 = 0xffff_ffff;
const CREDIT: u32 = 0xffff_fffe;

const MADE: u64 = 0x8000_0000_0000_0000;
const ITEM_DONE: u64 = 0x4000_0000_0000_0000;

const PARENT: usize = PROGRAM + 0x140;
const DIGEST_INPUT: usize = PROGRAM + 0x160;
const HASH: usize = PROGRAM + 0x240;
const KEY: usize = PROGRAM + 0x260;
const PRODUCER_WORD: usize = PROGRAM + 0x280;

/** Facts of the unit, read once. */
@unmanaged
class Unit {
  item: u64;
  itemTime: u64;
  /** Absolute count of messages the item may consume. */
  delayedEnd: u64;
  /** First message not consumed yet. */
  delayedNext: u64;
  parentTime: u64;
  /** Where the unit starts in the payload, where the block's fixed part starts, and where its content does. */
  offset: u32;
  start: u32;
  content: u32;
  contentLength: u32;
}

const UNIT: usize = PROGRAM + 0x2a0;

function unit(): Unit {
  return changetype<Unit>(UNIT);
}

/** Words of the item's payload, as many as the input space can number. */
function payloadWords(item: u64): u32 {
  const words = readInputNumber(SPACE_ITEM, item, ITEM_WORDS);
  return words < MAXIMUM_WORDS ? u32(words) : u32(MAXIMUM_WORDS);
}

function openUnit(): void {
  const facts = unit();
  readInput(SPACE_POSITION, 0, 0, PARENT);
  facts.item = readInputNumber(SPACE_POSITION, 0, 1);
  facts.offset = u32(readInputNumber(SPACE_POSITION, 0, 2));
  facts.itemTime = readInputNumber(SPACE_ITEM, facts.item, ITEM_TIME);
  facts.delayedEnd = readInputNumber(SPACE_ITEM, facts.item, ITEM_DELAYED_COUNT);
  const kind = readInputNumber(SPACE_ITEM, facts.item, ITEM_KIND);
  openPayload(facts.item, kind == 0 ? 0 : payloadWords(facts.item));
  const head = loadHead();
  facts.delayedNext = head.delayedConsumed;
  facts.parentTime = head.timestamp;
}

/** Overdue messages, at most what one block takes. */
function overdue(): u64 {
  const facts = unit();
  return countOverdue(facts.delayedNext, facts.delayedEnd, facts.itemTime, OVERDUE_SECONDS, MAXIMUM_DELAYED);
}

/** Finds the block's fixed part; false when no block can start here. */
function findBlock(): bool {
  const facts = unit();
  facts.start = facts.offset;
  if (facts.offset == 0) {
    if (u32(load<u8>(payloadAt(0, 1))) != VERSION) return false;
    facts.start = 1;
  }
  const at = payloadAt(facts.start, BLOCK_HEAD);
  return u32(load<u8>(at)) == MARKER && equalWord(at + AT_PARENT, PARENT);
}

/** Writes a number as a 32-byte big-endian word of the digest. */
function putDigestNumber(word: u32, value: u64): void {
  const out = DIGEST_INPUT + usize(word << 5);
  zeroWord(out);
  store<u64>(out, bswap<u64>(value), 24);
}

/** Takes the block's fields into the block context; false when they contradict the item. */
function readBlockHead(): bool {
  const facts = unit();
  const at = payloadAt(facts.start, BLOCK_HEAD);
  const context = block();
  context.timestamp = loadBig(at + AT_TIMESTAMP, 5);
  context.delayed = loadBig(at + AT_DELAYED, 2);
  context.priceItem = loadBig(at + AT_PRICE_ITEM, 5);
  facts.content = facts.start + BLOCK_HEAD;
  facts.contentLength = u32(loadBig(at + AT_LENGTH, 3));
  return facts.delayedNext + context.delayed <= facts.delayedEnd && context.priceItem <= facts.item;
}

/** Whether the slot's producer signed the block. Leaves it in the block context. */
function isSignedByProducer(): bool {
  const at = payloadAt(unit().start, BLOCK_HEAD);
  const context = block();
  copyWord(DIGEST_INPUT, CONTEXT_DOMAIN);
  copyWord(DIGEST_INPUT + 32, PARENT);
  putDigestNumber(2, context.timestamp);
  putDigestNumber(3, context.delayed);
  putDigestNumber(4, context.priceItem);
  copyWord(DIGEST_INPUT + 160, at + AT_CONTENT_HASH);
  keccak(DIGEST_INPUT, 192, RECOVERY);
  copyWord(RECOVERY_R, at + AT_SIGNATURE);
  copyWord(RECOVERY_S, at + AT_SIGNATURE + 32);
  const parity = u32(load<u8>(RECOVERY_S)) >> 7;
  store<u8>(RECOVERY_S, load<u8>(RECOVERY_S) & 0x7f);
  if (recoverSender(parity) != OK) return false;
  return isProducer();
}

/** Whether the recovered signer may produce; word `1, 3` names who may. */
function isProducer(): bool {
  makeKey(KEY, 1, 3);
  readState(KEY, PRODUCER_WORD);
  if (isZeroAddress(PRODUCER_WORD) || !equalAddress(PRODUCER_WORD, SENDER)) return false;
  zeroWord(CONTEXT_PRODUCER);
  copyAddress(CONTEXT_PRODUCER, SENDER);
  return true;
}

/** `contentHash`: a chain over chunks of the content. */
function isContentHashRight(): bool {
  const facts = unit();
  zeroWord(CHUNK);
  let done: u32 = 0;
  while (done < facts.contentLength) {
    const rest = facts.contentLength - done;
    const length = rest < CHUNK_BYTES ? rest : CHUNK_BYTES;
    copyBytes(CHUNK + 32, payloadAt(facts.content + done, length), length);
    keccak(CHUNK, 32 + length, HASH);
    copyWord(CHUNK, HASH);
    done += length;
  }
  return equalWord(CHUNK, payloadAt(facts.start, BLOCK_HEAD) + AT_CONTENT_HASH);
}

function clampTimestamp(): void {
  const facts = unit();
  const context = block();
  const earliest = facts.itemTime > MAXIMUM_LAG_SECONDS ? facts.itemTime - MAXIMUM_LAG_SECONDS : 0;
  const lowest = facts.parentTime > earliest ? facts.parentTime : earliest;
  if (context.timestamp < lowest) context.timestamp = lowest;
  if (context.timestamp > facts.itemTime) context.timestamp = facts.itemTime;
}

/** Applies the content; true when it ended with something undecodable, which ends the item. */
function applyContent(): bool {
  const facts = unit();
  let done: u32 = 0;
  while (done < facts.contentLength) {
    const rest = facts.contentLength - done;
    const available = rest < ENTRY_BYTES ? rest : ENTRY_BYTES;
    const at = payloadAt(facts.content + done, available);
    const result = applyEntry(at, available, false);
    if (isBlockFull(result)) return false;
    if (entryEnd() == 0) return true;
    done += u32(entryEnd() - at);
  }
  return false;
}

/** A block that its producer signed. */
function runBlock(): u64 {
  const facts = unit();
  const context = block();
  const forced = overdue();
  if (context.delayed < forced) context.delayed = forced;
  clampTimestamp();
  beginBlock();
  const broken = applyContent();
  endBlock();
  const next = facts.content + facts.contentLength;
  const last = broken || isPastPayload(next) || load<u8>(payloadAt(next, 1)) == 0;
  return MADE | (last ? ITEM_DONE : 0) | u64(next);
}

/** Opens a block that nobody signed, at the item's time, with the next `count` messages and nothing else, and closes it. */
function makeForcedBlock(count: u64, creditOnly: bool): void {
  const facts = unit();
  const context = block();
  context.timestamp = facts.itemTime;
  context.delayed = count;
  context.priceItem = 0;
  zeroWord(CONTEXT_PRODUCER);
  beginBlock(creditOnly);
  endBlock();
  facts.delayedNext += count;
}

/** No block here: one of the overdue messages if there are any, else the item is done. */
function runOverdue(): u64 {
  const facts = unit();
  const count = overdue();
  if (count == 0) return ITEM_DONE | u64(facts.offset);
  makeForcedBlock(count, false);
  return MADE | (overdue() == 0 ? ITEM_DONE : 0) | u64(facts.offset);
}

/** After a trap the rest of the item is its messages alone, one a unit: so only the one that traps again loses its call. */
function runRescue(creditOnly: bool): u64 {
  const facts = unit();
  const left = facts.delayedEnd - facts.delayedNext;
  if (left == 0) return ITEM_DONE;
  makeForcedBlock(1, creditOnly);
  return MADE | (left == 1 ? ITEM_DONE : u64(RESCUE));
}

/** Runs one unit and answers `made << 63 | itemDone << 62 | nextOffset`. */
export function runUnit(): u64 {
  openUnit();
  if (unit().offset >= CREDIT) return runRescue(unit().offset == CREDIT);
  if (!findBlock() || !readBlockHead()) return runOverdue();
  openChain();
  if (!isSignedByProducer() || !isContentHashRight()) return runOverdue();
  return runBlock();
}
