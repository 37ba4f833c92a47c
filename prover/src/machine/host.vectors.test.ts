import { describe, expect, it } from '@jest/globals';
import { ecrecover } from '@metachain/program';
import { type HostCall, hostVectors } from '@metachain/program/vectors';
import { bytesToHex } from 'viem';
import { TreeState } from './host-state.js';
import { UnitInputReader } from './inputs.js';
import { HOST_NUMBERS } from './lowering/host-operations.js';
import { UnitHost } from './unit-host.js';

const { cases, aggregates, position, inputs, memoryOf } = hostVectors();

const cryptography = {
  recover: ecrecover,
  verifyAggregate: (digest: Uint8Array) =>
    aggregates.some((known) => known.valid && known.digest === bytesToHex(digest)),
};

const perform = (host: UnitHost, { operation, ...operands }: HostCall, memory: Uint8Array): boolean => {
  const slots = BigUint64Array.from(Object.values(operands), (operand) => BigInt(operand));
  return host.perform(HOST_NUMBERS.get(`host.${operation}`) ?? 0, new Uint32Array(slots.buffer), 0, { memory });
};

describe("the specification's vectors of host operations in the stepper's host", () => {
  it.each(cases)('$name', (each) => {
    const reader = new UnitInputReader(position, inputs);
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
