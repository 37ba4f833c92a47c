// Cases of read_input: each space, its first and last words, and the first beyond.
import { concat, numberToHex } from 'viem';
import { named, word, ZERO } from './encoding.mjs';
import { itemHeader, messageWords } from './inbox.mjs';
import { MEMORY } from './host-model.mjs';

const CURRENT = 1n;

const item = (index, delayedCount) => ({
  poster: '0x00000000000000000000000000000000000b0b00',
  l1BlockNumber: 100 + index,
  l1Timestamp: 1_800_000_000 + index,
  l1BaseFee: 10n ** 10n,
  l1BlobBaseFee: 5,
  delayedCount,
  delayedAccumulator: named(`accumulator ${index}`),
  payloadWords: 3,
  payloadHash: named(`payload ${index}`),
});

/** Three items of which the second is the current one, which may consume two of three messages. */
export const inputs = () => ({
  currentItem: String(CURRENT),
  position: concat([named('parent'), word(CURRENT), word(31), word(7)]),
  items: [
    itemHeader(ZERO, item(0, 0)),
    itemHeader(named('item 0'), item(1, 2)),
    itemHeader(named('item 1'), item(2, 3)),
  ],
  payload: concat([0, 1, 2].map((i) => `0x00${named(`payload ${i}`).slice(4)}`)),
  delayed: messageWords(3),
});

const address = (space, number, at) => numberToHex((BigInt(space) << 56n) | (BigInt(number) << 16n) | BigInt(at));

const reading = (name, space, number, at, out = 64) => ({
  name: `read_input: ${name}`,
  calls: [{ operation: 'read_input', index: address(space, number, at), out }],
});

export const inputCases = () => [
  reading('parent header hash', 0, 0, 0),
  reading('item index', 0, 0, 1),
  reading('payload offset', 0, 0, 2),
  reading('parent block number', 0, 0, 3),
  reading('no such position word', 0, 0, 4),
  reading('position has no other number', 0, 1, 0),
  reading('first header word of the current item', 1, 1, 0),
  reading('last header word of the current item', 1, 1, 10),
  reading('no such header word', 1, 1, 11),
  reading('an earlier item', 1, 0, 3),
  reading('a later item', 1, 2, 3),
  reading('an item number of 40 bits', 1, 2n ** 40n - 1n, 0),
  reading('first payload word', 2, 1, 0),
  reading('last payload word', 2, 1, 2),
  reading('no such payload word', 2, 1, 3),
  reading('the last word number', 2, 1, 65_535),
  reading('payload of an earlier item', 2, 0, 0),
  reading('payload of a later item', 2, 2, 0),
  reading('first word of a message', 3, 0, 0),
  reading('last word of a message without data', 3, 0, 8),
  reading('no data', 3, 0, 9),
  reading('data of a message', 3, 1, 9),
  reading('padded data of a message', 3, 1, 10),
  reading('beyond the data', 3, 1, 11),
  reading('a message that the item may not consume', 3, 2, 0),
  reading('no such space', 4, 0, 0),
  reading('the last address', 255, 2n ** 40n - 1n, 65_535),
  reading('out in the last word', 1, 1, 6, MEMORY - 32),
  reading('out behind the memory', 1, 1, 6, MEMORY),
  reading('out unaligned', 1, 1, 6, 65),
];
