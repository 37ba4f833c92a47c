import { beforeAll, describe, expect, it } from '@jest/globals';
import { lower } from '../lowering/lower.js';
import { describeLowered } from '../lowering/program.js';
import { Machine } from '../machine.js';
import { PersistentStateTree } from '../merkle/state-tree.js';
import { ZERO_WORD } from '../merkle/hash.js';
import { assemble, HOST_IMPORTS, noCryptography } from '../testing/programs.js';
import { checkSteps } from './step-check.js';
import { LocalJudge } from './local-judge.js';

const POSITION = [ZERO_WORD, ZERO_WORD, ZERO_WORD, ZERO_WORD];

let judge: LocalJudge;
beforeAll(async () => {
  judge = await LocalJudge.create();
});

async function prove(text: string, state = PersistentStateTree.empty) {
  const program = lower(assemble(text), { entries: ['run'] });
  const description = describeLowered(program);
  const registered = await judge.registerProgram(description);
  expect(registered).toEqual(description.hash);
  const machine = new Machine({
    program,
    state,
    position: POSITION,
    readInput: () => undefined,
    cryptography: noCryptography,
  });
  const run = await checkSteps(machine, judge, description.hash);
  expect(run.mismatches).toEqual([]);
  return { machine, run };
}

describe('OneStepProver', () => {
  it('follows state, checkpoint, log and keccak step by step', async () => {
    const { machine, run } = await prove(`(module ${HOST_IMPORTS} (memory (export "memory") 1 1)
      (global $count (mut i32) (i32.const 5))
      (data (i32.const 64) "a key") (data (i32.const 96) "a value") (data (i32.const 128) "another value")
      (func $add (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))
      (func (export "run") (result i64)
        (call $state_set (i32.const 64) (i32.const 96))
        (call $log (i32.const 64) (i32.const 40))
        (call $checkpoint)
        (call $state_set (i32.const 64) (i32.const 128))
        (call $state_set (i32.const 96) (i32.const 128))
        (call $log (i32.const 0) (i32.const 0))
        (call $state_get (i32.const 64) (i32.const 160))
        (call $rollback)
        (call $state_get (i32.const 64) (i32.const 192))
        (call $state_get (i32.const 128) (i32.const 224))
        (call $checkpoint)
        (call $state_set (i32.const 128) (i32.const 96))
        (call $commit)
        (call $keccak (i32.const 96) (i32.const 1000) (i32.const 256))
        (global.set $count (call $add (global.get $count) (i32.load (i32.const 96))))
        (i64.store (i32.const 29) (i64.load (i32.const 93)))
        (i64.add (i64.load (i32.const 192)) (i64.extend_i32_u (global.get $count)))))`);
    expect(machine.stepper.status).toBe('halted');
    expect(run.steps).toBeGreaterThan(20);
  });

  it.each([
    ['key pointer not aligned', '(call $state_get (i32.const 1) (i32.const 32))'],
    ['pointer at the end of memory', '(call $state_get (i32.const 0) (i32.const 65536))'],
    ['range beyond memory', '(call $keccak (i32.const 65504) (i32.const 33) (i32.const 0))'],
    ['keccak too long', '(call $keccak (i32.const 0) (i32.const 16385) (i32.const 0))'],
    ['log too long', '(call $log (i32.const 0) (i32.const 4097))'],
    ['rollback without checkpoint', '(call $rollback)'],
    ['commit without checkpoint', '(call $commit)'],
    ['checkpoint twice', '(call $checkpoint) (call $checkpoint)'],
    ['input space that does not exist', '(call $read_input (i64.const 0x0400000000000000) (i32.const 0))'],
    ['position word 4', '(call $read_input (i64.const 4) (i32.const 0))'],
    ['input pointer not aligned', '(call $read_input (i64.const 0) (i32.const 8))'],
    ['ecrecover beyond memory', '(call $ecrecover (i32.const 65440) (i32.const 0))'],
    ['pointer of all ones', '(call $state_set (i32.const -32) (i32.const -32))'],
    ['unreachable', '(unreachable)'],
    ['load beyond memory', '(drop (i32.load (i32.const 65533)))'],
    ['load at the top of the address space', '(drop (i64.load offset=0xffffffff (i32.const -1)))'],
    ['division by zero', '(drop (i64.rem_u (i64.const 1) (i64.load (i32.const 0))))'],
    [
      'overflow of a division',
      '(drop (i32.div_s (i32.const 0x80000000) (i32.sub (i32.load (i32.const 0)) (i32.const 1))))',
    ],
  ])('traps as the stepper does: %s', async (_, body) => {
    const { machine } = await prove(
      `(module ${HOST_IMPORTS} (memory (export "memory") 1 1) (func (export "run") (result i64) ${body} (i64.const 1)))`,
    );
    expect(machine.stepper.status).toBe('trapped');
  });
});
