import { describe, expect, it } from '@jest/globals';
import {
  checkSteps,
  describeProgram,
  LocalJudge,
  lowerProvable,
  type Machine,
  type MachineStart,
  PersistentStateTree,
  unitMachine,
} from '@metachain/prover';
import { zeroHash } from 'viem';
import { longProgram } from './long-program.js';
import { type Deviation, LyingMachine } from './lying-machine.js';

const wasm = longProgram(4n);
const program = lowerProvable(wasm);

const machineWith = (open?: (start: MachineStart) => Machine): Machine =>
  unitMachine({
    program,
    state: PersistentStateTree.empty,
    position: { parentHash: zeroHash, parentNumber: 0n, item: 0n, offset: 0, unit: 0 },
    inputs: { itemWord: () => undefined, payloadWord: () => undefined, delayedWord: () => undefined },
    cryptography: { recover: () => new Uint8Array(32), verifyAggregate: () => false },
    ...(open && { open }),
  });

/** Steps of which L1's judge says something else than the machine, of all that it makes. */
async function wrongSteps(machine: Machine): Promise<{ wrong: number; steps: number }> {
  const judge = await LocalJudge.create();
  await judge.registerProgram(describeProgram(wasm));
  const { mismatches, steps } = await checkSteps(machine, judge, describeProgram(wasm).hash);
  return { wrong: mismatches.length, steps };
}

const lies: [string, Deviation][] = [
  ['passes over an instruction', { jump: { step: 13n, pc: 10 } }],
  ['writes another value', { write: ({ key }) => ({ key, value: new Uint8Array(32).fill(7) }) }],
  ['writes under another key', { write: ({ value }) => ({ key: new Uint8Array(32).fill(7), value }) }],
];

describe('a lying machine', () => {
  it('is wrong in no step if it does not deviate', async () => {
    expect(await wrongSteps(machineWith((start) => new LyingMachine(start, {})))).toEqual({ wrong: 0, steps: 35 });
  });

  it.each(lies)('is wrong in exactly one step when it %s', async (_name, deviation) => {
    const lying = machineWith((start) => new LyingMachine(start, deviation)) as LyingMachine;
    expect((await wrongSteps(lying)).wrong).toBe(1);
    expect(lying.hasLied).toBe(true);
    const honest = machineWith();
    honest.runTo(1_000n);
    expect([lying.stepper.status, honest.stepper.status]).toEqual(['halted', 'halted']);
    expect(lying.host.state.tree.root).not.toEqual(honest.host.state.tree.root);
  });

  it('lies once, whatever the deviation would answer later', () => {
    let asked = 0;
    const recover = (address: Uint8Array) => (asked++ === 0 ? undefined : address.slice().fill(1));
    const machine = machineWith((start) => new LyingMachine(start, { recover })) as LyingMachine;
    const answers = [1, 2, 3].map(() => machine.host['cryptography'].recover(new Uint8Array(128))[0]);
    expect(answers).toEqual([0, 1, 0]);
  });
});
