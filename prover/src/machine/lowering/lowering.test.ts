import { describe, expect, it } from '@jest/globals';
import { assemble, HOST_IMPORTS } from '../testing/programs.js';
import { Stepper } from '../stepper/stepper.js';
import { LoweringError } from './errors.js';
import { lower } from './lower.js';
import { describeProgram, INSTRUCTIONS_PER_CONTRACT, programHash } from './program.js';

const run = (body: string, rest = ''): string => `(module ${rest} (func (export "run") (result i64) ${body}))`;
const codeOf = (text: string): string => {
  try {
    lower(assemble(text));
    return 'lowered';
  } catch (error) {
    return error instanceof LoweringError ? error.code : String(error);
  }
};

describe('lowering', () => {
  it.each([
    ['float', run('(i64.trunc_f64_s (f64.const 1))')],
    ['float', '(module (func (export "f") (param f32)))'],
    ['unknown-import', `(module (import "env" "abort" (func)) (func (export "run")))`],
    ['unknown-import', '(module (import "host" "keccak" (func (param i32))) (func (export "run")))'],
    ['imported-memory', '(module (import "env" "memory" (memory 1)) (func (export "run")))'],
    ['imported-global', '(module (import "env" "g" (global i32)) (func (export "run")))'],
    ['imported-table', '(module (import "env" "t" (table 1 funcref)) (func (export "run")))'],
    ['memory-growth', run('(drop (memory.grow (i32.const 1))) (i64.const 0)', '(memory 1 2)')],
    ['memory-growth', run('(drop (memory.size)) (i64.const 0)', '(memory 1)')],
    ['start-function', '(module (func $s) (start $s) (func (export "run")))'],
    ['recursion', run('(call $f) (i64.const 0)', '(func $f (call $g)) (func $g (call $f))')],
    ['frame-too-large', `(module (func (export "run") ${'(local i64) '.repeat(49)}))`],
    ['multi-value', '(module (func (export "run") (result i32 i32) (i32.const 1) (i32.const 2)))'],
    ['segment-out-of-range', `(module (memory 1 1) (data (i32.const 65535) "ab") (func (export "run")))`],
    ['invalid-module', ''],
  ])('refuses with %s', (code, text) => {
    if (text === '') expect(() => lower(new Uint8Array([0, 97, 115, 109]))).toThrow(LoweringError);
    else expect(codeOf(text)).toBe(code);
  });

  it('accepts a host operation only with its exact signature', () => {
    expect(codeOf(`(module ${HOST_IMPORTS} (func (export "run") (call $checkpoint)))`)).toBe('lowered');
  });

  it('reads the size of a fixed memory as a constant', () => {
    const program = lower(
      assemble(run('(i64.extend_i32_u (i32.add (memory.size) (memory.grow (i32.const 0))))', '(memory 2 2)')),
    );
    const stepper = new Stepper(program, { perform: () => false });
    stepper.start('run');
    stepper.run();
    expect(stepper.result).toBe(4n);
  });

  it('leaves out what no entry reaches, provable or not', () => {
    const text = '(module (func $never (result f64) (f64.const 1)) (func (export "run") (result i64) (i64.const 1)))';
    expect(lower(assemble(text)).code).toHaveLength(2);
  });

  it('folds constants and locals into operands', () => {
    const text =
      '(module (func (export "run") (param i64) (result i64) (local i64) (local.set 1 (i64.add (local.get 0) (i64.const 5))) (local.get 1)))';
    expect(lower(assemble(text)).code.map(({ opcode }) => opcode)).toEqual([0x7c, 0x0f]);
  });
});

describe('program hash', () => {
  const text = run('(i64.load (i32.const 8))', '(memory 1 1) (data (i32.const 8) "a")');

  it('is the same for the same program and different for another code or memory', () => {
    const hash = programHash(assemble(text));
    expect(programHash(assemble(text))).toBe(hash);
    expect(programHash(assemble(text.replace('"a"', '"b"')))).not.toBe(hash);
    expect(programHash(assemble(text.replace('i64.load ', 'i64.load offset=1 ')))).not.toBe(hash);
  });

  it('does not depend on code that L1 cannot reach', () => {
    const view = text.replace('(module', '(module (func (export "query") (result i32) (i32.const 3))');
    expect(programHash(assemble(view))).not.toBe('');
    expect(describeProgram(assemble(view)).contracts).toEqual(describeProgram(assemble(text)).contracts);
  });

  it('cuts code into contracts that fit the limit of 24,576 bytes', () => {
    const long = run(
      `${'(i64.store (i32.const 0) (i64.load (i32.const 8)))'.repeat(1_000)} (i64.const 0)`,
      '(memory 1 1)',
    );
    const { contracts } = describeProgram(assemble(long));
    expect(contracts.length).toBeGreaterThan(1);
    for (const code of contracts) expect(code.length).toBeLessThan(24_576);
    expect(contracts[0]).toHaveLength(1 + INSTRUCTIONS_PER_CONTRACT * 16);
    expect(contracts.every((code) => code[0] === 0)).toBe(true);
  });
});
