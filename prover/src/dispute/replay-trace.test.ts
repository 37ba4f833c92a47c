import { describe, expect, it } from '@jest/globals';
import { type Position } from '@metachain/program';
import { zeroHash } from 'viem';

import { TraceMismatchError } from '../errors.js';
import { HostOperation } from '../machine/lowering/host-operations.js';
import { Op } from '../machine/lowering/opcodes.js';
import { Machine, type MachineStart } from '../machine/machine.js';
import { PersistentStateTree } from '../machine/merkle/state-tree.js';
import { host, instruction, registerProgram } from '../machine/testing/register-code.js';
import { ItemInputs } from './item-inputs.js';
import { type ReplayStart, ReplayTrace } from './replay-trace.js';

const ITEM_NUMBER = 1n;
const done = [instruction(Op.constant, { immediate: 1n << 62n }), instruction(Op.return)];
/** Each item is one unit, which sets a key of its own and one that all of them set. */
const program = registerProgram([
  ...host(HostOperation.readInput, ITEM_NUMBER, 64n),
  ...host(HostOperation.keccak, 64n, 32n, 96n),
  ...host(HostOperation.stateSet, 64n, 96n),
  ...host(HostOperation.stateSet, 128n, 96n),
  ...done,
]);
const other = registerProgram(done);
const position: Position = { parentHash: zeroHash, parentNumber: 0n, item: 0n, offset: 0, unit: 0 };

const traceOf = (units: number, options: Partial<ReplayStart> = {}) =>
  new ReplayTrace({
    program,
    programHash: zeroHash,
    cryptography: { recover: () => new Uint8Array(32), verifyAggregate: () => false },
    state: PersistentStateTree.empty,
    position,
    endItem: BigInt(units),
    inputs: async (item) => new ItemInputs({ items: [], messages: [] }, item, new Uint8Array()),
    ...options,
  });

/** A trace and the units whose machines it opened, in order. */
function watched(units: number, keptStates?: number, run: (unit: bigint) => typeof program = () => program) {
  const opened: number[] = [];
  const open = (unit: bigint, start: MachineStart) => {
    opened.push(Number(unit));
    return new Machine({ ...start, program: run(unit) });
  };
  return { trace: traceOf(units, { open, keptStates }), opened };
}

/** All that a game may ask about a unit. */
async function answers(trace: ReplayTrace, unit: bigint) {
  const { start, steps, ...inside } = await read(trace, unit);
  return { tuple: await trace.tupleAt(unit), state: await trace.stateAt(unit), start, steps, ...inside };
}

async function read(trace: ReplayTrace, at: bigint) {
  const unit = await trace.unit(at);
  const { start, steps } = unit;
  const hashes = await Promise.all([0n, 5n, steps].map((step) => unit.hashAt(step)));
  return { start, steps, hashes, end: await unit.finalProof(), proof: await unit.stepProof(steps - 3n) };
}

describe('a trace', () => {
  it.each([1, 4, 5, 9, 64, 101])('of %i units says the same of each though it keeps few states', async (units) => {
    const [all, few] = [traceOf(units, { keptStates: 128 }), traceOf(units, { keptStates: 4 })];
    const end = await few.tupleAt(BigInt(units));
    expect(end).toBe(await all.tupleAt(BigInt(units)));
    expect(all.statesKept).toBe(units + 1);
    expect(few.statesKept).toBeLessThanOrEqual(5);
    for (let unit = 0; unit < units; unit += units > 20 ? 7 : 1)
      expect(await answers(few, BigInt(unit))).toEqual(await answers(all, BigInt(unit)));
    expect(await few.tupleAt(BigInt(units) + 9n)).toBe(end);
    await expect(few.unit(BigInt(units))).rejects.toThrow(`there is no unit ${units}`);
  });

  it('of up to 64 units runs none of them again', async () => {
    const { trace, opened } = watched(64);
    await trace.tupleAt(64n);
    opened.length = 0;
    await (await trace.unit(63n)).hashAt(0n);
    expect(opened).toEqual([63]);
  });

  it('of more runs those again that come after the last state it kept, once for all that ask', async () => {
    const { trace, opened } = watched(120, 16);
    await trace.tupleAt(120n);
    expect(trace.statesKept).toBe(16);
    opened.length = 0;
    const asked = await Promise.all([trace.unit(119n), trace.unit(119n)]);
    expect(asked[0]).toBe(asked[1]);
    expect(await trace.unit(119n)).toBe(asked[0]);
    expect(opened).toEqual([112, 113, 114, 115, 116, 117, 118]);
  });

  it('lets other work go on between the units that it runs again', async () => {
    const { trace, opened } = watched(100, 2);
    await trace.tupleAt(100n);
    opened.length = 0;
    const seen = new Set<number>();
    let isDone = false;
    const asked = trace.unit(63n).finally(() => (isDone = true));
    while (!isDone) {
      seen.add(opened.length);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await asked;
    expect(opened).toHaveLength(63);
    expect(seen.size).toBeGreaterThan(30);
  });

  it('says nothing of a unit where those before it come to something else when run again, and asked later tries anew', async () => {
    let lies = false;
    const { trace } = watched(20, 2, (unit) => (lies && unit === 17n ? other : program));
    const before = await trace.tupleAt(19n);
    await trace.tupleAt(20n);
    lies = true;
    await expect(trace.unit(18n)).rejects.toThrow(TraceMismatchError);
    await expect(trace.unit(18n)).rejects.toThrow('unit 17, run again, differs in its steps');
    expect(await trace.tupleAt(19n)).toBe(before);
    lies = false;
    expect((await trace.unit(18n)).start).toEqual(await trace.stateAt(18n));
  });
});
