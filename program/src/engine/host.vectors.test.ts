import { beforeAll, describe, expect, it } from '@jest/globals';
import { concat, type Hex, keccak256, pad, recoverAddress, size, slice, zeroHash } from 'viem';

import { toHex } from '../codec/bytes.js';
import { TrapError } from '../errors.js';
import { StateStore } from '../state/state-store.js';
import { StateTree } from '../state/state-tree.js';
import { type HostCalls, hostProgram } from '../testing/host-program.js';
import { type HostCall, type HostCase, hostVectors, wordAt } from '../vectors/host-vectors.js';
import { Host } from './host.js';
import { unitReader } from './inputs.js';
import { hostOperations, type ProgramModule } from './wasm.js';

type Operation = Exclude<keyof HostCalls, 'memory'>;

const { cases, aggregates, position, inputs, memoryOf } = hostVectors();

const perform = (exports: HostCalls, { operation, ...operands }: HostCall): void => {
  const values = Object.values(operands).map((operand) => (typeof operand === 'string' ? BigInt(operand) : operand));
  (exports[operation as Operation] as (...values: (number | bigint)[]) => void)(...values);
};

let program: ProgramModule;
beforeAll(async () => {
  program = await hostProgram();
});

/** A host and a program over it, as the case starts. */
const open = (each: HostCase, bridged: boolean) => {
  const store = new StateStore();
  const host = new Host(store, bridged);
  host.input = unitReader(position, inputs);
  host.bls = (digest) => aggregates.some((known) => known.valid && known.digest === toHex(digest));
  const exports = host.instantiate(program) as unknown as HostCalls;
  const memory = new Uint8Array(exports.memory.buffer);
  memory.set(memoryOf(each));
  return { store, host, exports, memory };
};

const rootOf = (store: StateStore): Hex => {
  const tree = new StateTree();
  tree.apply(store.diffSince(0));
  return toHex(tree.rootHash());
};

describe.each([
  ['in JavaScript', false],
  ['in the core', true],
])('host operations %s', (_, bridged) => {
  it.each(cases.filter(({ traps }) => !traps))('$name', (each) => {
    const { store, host, exports, memory } = open(each, bridged);
    for (const call of each.calls) perform(exports, call);
    for (const { at, bytes } of each.results ?? []) expect(toHex(memory.slice(at, at + 32))).toBe(bytes);
    expect(Buffer.compare(memory, memoryOf(each, each.results))).toBe(0);
    expect(rootOf(store)).toBe(each.stateRoot);
    expect(toHex(host.log.hash())).toBe(each.logHash);
  });

  it.each(cases.filter(({ traps }) => traps))('$name: trap', (each) => {
    const { exports } = open(each, bridged);
    for (const call of each.calls.slice(0, -1)) perform(exports, call);
    expect(() => perform(exports, each.calls.at(-1)!)).toThrow(TrapError);
  });
});

/** The bytes that a case's only call gets. */
const inputOf = (each: HostCase, length: number): Hex => {
  const pointer = Number(each.calls[0]!['pointer']);
  return toHex(memoryOf(each).slice(pointer, pointer + length));
};

const answersOf = (operation: Operation): HostCase[] =>
  cases.filter(({ traps, calls }) => !traps && calls.length === 1 && calls[0]!.operation === operation);

/** viem's answer to a recovery, zero where it refuses. */
const recovered = async (input: Hex): Promise<Hex> => {
  const v = BigInt(wordAt(input, 1));
  if (v !== 27n && v !== 28n) return zeroHash;
  const signature = { v, r: wordAt(input, 2), s: wordAt(input, 3) };
  const address = await recoverAddress({ hash: wordAt(input, 0), signature }).catch(() => zeroHash);
  return pad(address.toLowerCase() as Hex, { size: 32 });
};

describe('the answers in the vectors', () => {
  it.each(answersOf('keccak'))("$name: viem's", (each) => {
    expect(keccak256(inputOf(each, Number(each.calls[0]!['length'])))).toBe(each.results![0]!.bytes);
  });

  it.each(answersOf('ecrecover'))("$name: viem's", async (each) => {
    expect(await recovered(inputOf(each, 128))).toBe(each.results![0]!.bytes);
  });

  it.each(aggregates)('aggregate digest: $name', ({ preimage, digest }) => {
    const members: Hex[] = [];
    for (let at = 256; at < size(preimage); at += 160) members.push(keccak256(slice(preimage, at, at + 160)));
    expect(keccak256(concat([slice(preimage, 0, 256), ...members]))).toBe(digest);
  });

  it('cover every operation, with an answer and a trap', () => {
    const named = (some: readonly HostCase[]) => new Set(some.map(({ calls }) => calls.at(-1)!.operation));
    const done = cases
      .filter(({ traps }) => !traps)
      .flatMap((each) => each.calls.map((call) => ({ ...each, calls: [call] })));
    expect([...named(done)].sort()).toEqual([...hostOperations].sort());
    expect(named(cases.filter(({ traps }) => traps))).toEqual(named(done));
  });
});
