import { describe, expect, it } from '@jest/globals';
import { compileProgram, ecrecover, Engine, type Position, type UnitInputs } from '@metachain/program';
import { zeroHash } from 'viem';
import { lower } from './lowering/lower.js';
import { word } from './merkle/hash.js';
import { PersistentStateTree } from './merkle/state-tree.js';
import { assemble, HOST_IMPORTS } from './testing/programs.js';
import { Random } from './testing/random-program.js';
import { runUnit } from './unit.js';

const CASES = 400;
const MEMORY = 262_144;
const POINTERS = [
  0,
  32,
  64,
  96,
  31,
  1,
  16,
  MEMORY - 32,
  MEMORY - 128,
  MEMORY - 64,
  MEMORY,
  MEMORY + 32,
  MEMORY - 1,
  -32,
  -1,
];
const LENGTHS = [0, 1, 31, 32, 33, 128, 4_095, 4_096, 4_097, 16_383, 16_384, 16_385, MEMORY, -1];
const INDICES = [
  '0',
  '3',
  '4',
  '0x10000',
  '0x0100000000000000',
  '0x0100000000000006',
  '0x010000000000000b',
  '0x0100000000010000',
  '0x0200000000000000',
  '0x0200000000000003',
  '0x0200000000010000',
  '0x0300000000000000',
  '0x0300000000000009',
  '0x0300000000010000',
  '0x0400000000000000',
  '-1',
];

const START: Position = { parentHash: zeroHash, parentNumber: 0n, item: 0n, offset: 0, unit: 0 };
/** One item that may consume one message; payload of three words. */
const INPUTS: UnitInputs = {
  itemWord: (item, index) => (item === 0n && index < 11 ? word(index === 6 ? 1 : 7 * index) : undefined),
  payloadWord: (item, index) => (item === 0n && index < 3 ? word(index + 1) : undefined),
  delayedWord: (_message, index) => (index < 9 ? word(index + 100) : undefined),
};

function randomCalls(random: Random): string {
  const pointer = (): string => `(i32.const ${random.pick(POINTERS)})`;
  const safe = (): string => `(i32.const ${random.pick([0, 32, 64, 96])})`;
  const any = (): string => (random.below(3) === 0 ? pointer() : safe());
  const length = (): string => `(i32.const ${random.pick(LENGTHS)})`;
  const calls = [
    () => `(call $state_get ${any()} ${any()})`,
    () => `(call $state_set ${any()} ${any()})`,
    () => '(call $checkpoint)',
    () => '(call $rollback)',
    () => '(call $commit)',
    () => `(call $read_input (i64.const ${random.pick(INDICES)}) ${any()})`,
    () => `(call $keccak ${any()} ${length()} ${any()})`,
    () => `(call $ecrecover ${any()} ${any()})`,
    () => `(call $log ${any()} ${length()})`,
    () => `(call $bls_verify ${any()} ${any()})`,
  ];
  return Array.from({ length: 1 + random.below(6) }, () => random.pick(calls)()).join(' ');
}

/** The calls, then a digest of the first words of the memory as the next offset. */
const program = (calls: string): string => `(module ${HOST_IMPORTS} (memory (export "memory") 4 4)
  (data (i32.const 0) "some key") (data (i32.const 64) "some value")
  (func (export "run") (result i64) ${calls}
    (call $keccak (i32.const 0) (i32.const 128) (i32.const 160)) (i64.extend_i32_u (i32.shr_u (i32.load (i32.const 160)) (i32.const 1))))
  (func (export "begin") (result i32) (i32.const 0)) (func (export "apply") (param i32) (result i32) (i32.const 0))
  (func (export "end") (result i32) (i32.const 0)) (func (export "prepare") (param i32) (result i32) (i32.const 0))
  (func (export "query") (param i32) (result i32) (i32.const 0)) (func (export "buffer") (param i32) (result i32) (i32.const 0))
  (func (export "bufferLength") (result i32) (i32.const 0)))`;

describe('host operations in V8 and in the stepper', () => {
  it('trap at the same bounds and write the same words', () => {
    const seen = { trapped: 0, finished: 0 };
    for (let index = 0; index < CASES; index++) {
      const calls = randomCalls(new Random(index + 1));
      const wasm = assemble(program(calls));
      const engine = Engine.fromGenesis(
        { module: compileProgram(wasm), chainId: 1 },
        { contents: new Uint8Array(), head: { number: 0n, hash: zeroHash } },
      );
      const expected = engine.runUnit(START, INPUTS);
      const outcome = runUnit({
        program: lower(wasm, { entries: ['run'] }),
        state: PersistentStateTree.empty,
        position: START,
        inputs: INPUTS,
        cryptography: { recover: ecrecover, verifyAggregate: () => false },
      });
      expect({ calls, trapped: outcome.trapped, next: outcome.next }).toEqual({
        calls,
        trapped: expected.trapped,
        next: expected.next,
      });
      seen[expected.trapped ? 'trapped' : 'finished']++;
    }
    expect(Math.min(seen.trapped, seen.finished)).toBeGreaterThan(CASES / 10);
  }, 120_000);
});
