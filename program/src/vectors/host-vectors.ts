import { type Hex, size, slice } from 'viem';

import { fromHex } from '../codec/bytes.js';
import type { Position, UnitInputs } from '../engine/types.js';
import { specVectors } from './spec-vectors.js';

/** Bytes at an address of memory. */
export interface BytesAt {
  readonly at: number;
  readonly bytes: Hex;
}

/** The operands in the order of the operation's signature. */
export type HostCall = { readonly operation: string } & Readonly<Record<string, number | string>>;

/** Calls one after another. When the case traps, the last one does, and nothing is stated about what it leaves. */
export interface HostCase {
  readonly name: string;
  readonly memory: readonly BytesAt[];
  readonly calls: readonly HostCall[];
  readonly traps: boolean;
  readonly results?: readonly BytesAt[];
  readonly stateRoot?: Hex;
  readonly logHash?: Hex;
}

/** A BLS aggregate and the digest that the host knows it by. */
export interface AggregateCase {
  readonly name: string;
  readonly valid: boolean;
  readonly digest: Hex;
  readonly preimage: Hex;
}

interface HostFile {
  readonly memoryBytes: number;
  readonly inputs: {
    readonly currentItem: string;
    readonly position: Hex;
    readonly items: readonly Hex[];
    readonly payload: Hex;
    readonly delayed: readonly Hex[];
  };
  readonly aggregates: readonly AggregateCase[];
  readonly cases: readonly HostCase[];
}

/** docs/spec/vectors/host.json, ready for a host: what each operation answers and where it traps. */
export interface HostVectors {
  readonly cases: readonly HostCase[];
  readonly aggregates: readonly AggregateCase[];
  readonly position: Position;
  /** What L1 holds: also what the unit must not see. */
  readonly inputs: UnitInputs;
  /** The memory of a case at its start, with some more bytes put into it. */
  readonly memoryOf: (each: HostCase, more?: readonly BytesAt[]) => Uint8Array;
}

/** Word `index` of many, 32 bytes. */
export const wordAt = (words: Hex, index: number): Hex => slice(words, index * 32, index * 32 + 32);

const wordOf = (words: Hex | undefined, index: number): Uint8Array | undefined =>
  words !== undefined && index * 32 < size(words) ? fromHex(wordAt(words, index)) : undefined;

const positionOf = ({ position, currentItem }: HostFile['inputs']): Position => ({
  parentHash: wordAt(position, 0),
  item: BigInt(currentItem),
  offset: Number(wordAt(position, 2)),
  parentNumber: BigInt(wordAt(position, 3)),
  unit: 0,
});

const inputsOf = ({ items, payload, delayed }: HostFile['inputs']): UnitInputs => ({
  itemWord: (item, word) => wordOf(items[Number(item)], word),
  payloadWord: (_item, word) => wordOf(payload, word),
  delayedWord: (message, word) => wordOf(delayed[Number(message)], word),
});

/** Memory that is filled with a pattern, so that a byte which an operation should not touch shows. */
const memoryReader =
  (memoryBytes: number): HostVectors['memoryOf'] =>
  (each, more = []) => {
    const bytes = Uint8Array.from({ length: memoryBytes }, (_, index) => (index + (index >> 8)) & 0xff);
    for (const { at, bytes: put } of [...each.memory, ...more]) bytes.set(fromHex(put), at);
    return bytes;
  };

/** Reads the vectors of the host operations. For the tests of every host. */
export const hostVectors = (): HostVectors => {
  const { memoryBytes, inputs, aggregates, cases } = specVectors<HostFile>('host.json');
  return {
    cases,
    aggregates,
    position: positionOf(inputs),
    inputs: inputsOf(inputs),
    memoryOf: memoryReader(memoryBytes),
  };
};
