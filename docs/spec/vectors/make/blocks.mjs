// headers.json and tuple.json: header hashes (docs/spec/logs.md), tuples and output roots (l1.md).
import { concat, hexToBytes, keccak256, numberToHex, bytesToHex } from 'viem';
import { named, ZERO } from './encoding.mjs';

const little = (value, size) => bytesToHex(hexToBytes(numberToHex(BigInt(value), { size })).reverse());

const blockRecord = (block) =>
  concat([
    '0x03',
    ...[block.number, block.timestamp, block.gasUsed, block.delayedConsumed, block.l1BytePrice, block.basePrice].map(
      (value) => little(value, 8),
    ),
    little(block.transactions, 4),
    block.producer,
  ]);

/** `logHash' = keccak(logHash || keccak(record))`, from zero. */
export const logHashOf = (records) =>
  records.reduce((hash, record) => keccak256(concat([hash, keccak256(record)])), ZERO);

const event = concat([
  '0x01',
  '0x02',
  little(33, 2),
  '0x4d45544101000000000000000000000000000001',
  named('topic 0'),
  named('topic 1'),
  `0x${'5a'.repeat(33)}`,
]);

const blocks = [
  {
    name: 'first block, of nobody',
    block: {
      number: '1',
      timestamp: '1800000000',
      gasUsed: '0',
      delayedConsumed: '64',
      l1BytePrice: '0',
      basePrice: '0',
      transactions: 0,
      producer: '0x0000000000000000000000000000000000000000',
    },
    before: [],
  },
  {
    name: 'an event and a block record in two calls of log',
    block: {
      number: '4294967296',
      timestamp: '1800000001',
      gasUsed: '123456789',
      delayedConsumed: '70',
      l1BytePrice: '1600000000',
      basePrice: '1000000',
      transactions: 3,
      producer: '0xd8291e50e2e68fb2c70d77ccdc707d291a89f209',
    },
    before: [event],
  },
  {
    name: 'events in one call and in two, the largest numbers',
    block: {
      number: '18446744073709551615',
      timestamp: '1099511627775',
      gasUsed: '18446744073709551615',
      delayedConsumed: '18446744073709551615',
      l1BytePrice: '18446744073709551615',
      basePrice: '18446744073709551615',
      transactions: 4294967295,
      producer: '0xffffffffffffffffffffffffffffffffffffffff',
    },
    before: [concat([event, event]), event],
  },
];

export const headerVectors = () => {
  const genesisRoot = named('genesis root');
  let parentHash = keccak256(concat([ZERO, genesisRoot, ZERO]));
  const genesis = { parentHash: ZERO, stateRoot: genesisRoot, logHash: ZERO, hash: parentHash };
  const cases = blocks.map(({ name, block, before }, index) => {
    const records = [...before, blockRecord(block)];
    const [stateRoot, logHash] = [named(`state ${index}`), logHashOf(records)];
    const made = { name, parentHash, stateRoot, logHash };
    parentHash = keccak256(concat([parentHash, stateRoot, logHash]));
    return { ...made, hash: parentHash, block, records };
  });
  return {
    description:
      'Headers, each the parent of the next (docs/spec/logs.md): the three words of a header and their hash; records = what each call of log got, the last one the record of the block.',
    count: cases.length,
    genesis,
    cases,
  };
};

const tupleCase = (n, i) => {
  const state = {
    stateRoot: named(`root ${i}`),
    headerHash: named(`header ${i}`),
    programHash: named(`program ${i}`),
    blockNumber: numberToHex(n),
    itemIndex: numberToHex(n / 2n),
    payloadOffset: numberToHex(i * 31),
    unitIndex: numberToHex(i * 17),
  };
  const position = concat([
    numberToHex(n, { size: 8 }),
    numberToHex(n / 2n, { size: 8 }),
    numberToHex(i * 31, { size: 4 }),
    numberToHex(i * 17, { size: 4 }),
  ]);
  return {
    ...state,
    tuple: keccak256(concat([state.stateRoot, state.headerHash, state.programHash, position])),
    outputRoot: keccak256(concat([ZERO, state.stateRoot, state.stateRoot, state.headerHash])),
  };
};

export const tupleVectors = () => {
  const cases = [0n, 1n, 2n ** 40n, 2n ** 64n - 1n].map(tupleCase);
  return { description: 'Tuples and output roots (docs/spec/l1.md).', count: cases.length, cases };
};
