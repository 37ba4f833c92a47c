import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { ecrecover, type Position, type UnitInputs } from '@metachain/program';
import { bytesToHex, type Hex, hexToBytes, size, slice } from 'viem';
import { TreeState } from './host-state.js';
import { UnitInputReader } from './inputs.js';
import { HOST_NUMBERS } from './lowering/host-operations.js';
import { UnitHost } from './unit-host.js';

type Bytes = { readonly at: number; readonly bytes: Hex };
/** The operands in the order of the operation's signature. */
type Call = { readonly operation: string } & Readonly<Record<string, number | string>>;

interface HostCase {
  readonly name: string;
  readonly memory: readonly Bytes[];
  readonly calls: readonly Call[];
  readonly traps: boolean;
  readonly results?: readonly Bytes[];
  readonly stateRoot?: Hex;
  readonly logHash?: Hex;
}

interface Vectors {
  readonly memoryBytes: number;
  readonly inputs: {
    readonly currentItem: string;
    readonly position: Hex;
    readonly items: readonly Hex[];
    readonly payload: Hex;
    readonly delayed: readonly Hex[];
  };
  readonly aggregates: readonly { readonly valid: boolean; readonly digest: Hex }[];
  readonly cases: readonly HostCase[];
}

const file = new URL('../../../docs/spec/vectors/host.json', import.meta.url);
const { memoryBytes, inputs, aggregates, cases } = JSON.parse(readFileSync(file, 'utf8')) as Vectors;
const wordAt = (words: Hex, index: number): Hex => slice(words, index * 32, index * 32 + 32);
const wordOf = (words: Hex | undefined, index: number): Uint8Array | undefined =>
  words !== undefined && index * 32 < size(words) ? hexToBytes(wordAt(words, index)) : undefined;

const position: Position = {
  parentHash: wordAt(inputs.position, 0),
  item: BigInt(inputs.currentItem),
  offset: Number(wordAt(inputs.position, 2)),
  parentNumber: BigInt(wordAt(inputs.position, 3)),
  unit: 0,
};

/** What L1 holds: also what the unit must not see. */
const held: UnitInputs = {
  itemWord: (item, word) => wordOf(inputs.items[Number(item)], word),
  payloadWord: (_item, word) => wordOf(inputs.payload, word),
  delayedWord: (message, word) => wordOf(inputs.delayed[Number(message)], word),
};

const cryptography = {
  recover: ecrecover,
  verifyAggregate: (digest: Uint8Array) =>
    aggregates.some((known) => known.valid && known.digest === bytesToHex(digest)),
};

/** The memory of a case at its start, with some more bytes put into it. */
const memoryOf = (each: HostCase, more: readonly Bytes[] = []): Uint8Array => {
  const bytes = Uint8Array.from({ length: memoryBytes }, (_, index) => (index + (index >> 8)) & 0xff);
  for (const { at, bytes: put } of [...each.memory, ...more]) bytes.set(hexToBytes(put), at);
  return bytes;
};

const perform = (host: UnitHost, { operation, ...operands }: Call, memory: Uint8Array): boolean => {
  const slots = BigUint64Array.from(Object.values(operands), (operand) => BigInt(operand));
  return host.perform(HOST_NUMBERS.get(`host.${operation}`) ?? 0, new Uint32Array(slots.buffer), 0, { memory });
};

describe("the specification's vectors of host operations in the stepper's host", () => {
  it.each(cases)('$name', (each) => {
    const reader = new UnitInputReader(position, held);
    const state = new TreeState();
    const host = new UnitHost(state, (index) => reader.read(index), cryptography);
    const memory = memoryOf(each);
    const done = each.calls.map((call) => perform(host, call, memory));
    expect(done).toEqual(each.calls.map((_, index) => !each.traps || index < each.calls.length - 1));
    if (each.traps) return;
    expect(Buffer.compare(memory, memoryOf(each, each.results))).toBe(0);
    expect(bytesToHex(state.tree.root)).toBe(each.stateRoot);
    expect(bytesToHex(host.logHash)).toBe(each.logHash);
  });
});
