import { describe, expect, it } from '@jest/globals';
import binaryen from 'binaryen';
import { lower } from './lowering/lower.js';
import type { MachineHost } from './stepper/host.js';
import { Stepper } from './stepper/stepper.js';
import { assemble } from './testing/programs.js';
import { Random, type RandomProgram, randomProgram } from './testing/random-program.js';

/** Modules to try; `FUZZ_RUNS=5000` for a long run, `FUZZ_SEED` to start elsewhere. */
const RUNS = Number(process.env['FUZZ_RUNS'] ?? 150);
const SEED = Number(process.env['FUZZ_SEED'] ?? 1);
/** Steps that the programs must reach together: `FUZZ_STEPS=50000000`. */
const LEAST_STEPS = BigInt(process.env['FUZZ_STEPS'] ?? RUNS * 100);
const CALLS = 6;
/** Loops that call functions with loops can run for hours: such a module is left where it passes this many steps. */
const MAX_STEPS = 3_000_000;
const noHost: MachineHost = { perform: () => false };

interface Outcome {
  readonly result: bigint | undefined;
  readonly memory: Uint8Array;
}

const optimised = (wasm: Uint8Array): Uint8Array => {
  const module = binaryen.readBinary(wasm);
  binaryen.setOptimizeLevel(3);
  module.setFeatures(binaryen.Features.MVP | binaryen.Features.SignExt | binaryen.Features.MutableGlobals);
  module.optimize();
  const bytes = module.emitBinary();
  module.dispose();
  return bytes;
};

/** Calls an export in V8; undefined result = a trap. */
function inV8(
  instance: WebAssembly.Instance,
  name: string,
  args: readonly bigint[],
  types: readonly string[],
): Outcome {
  const exported = instance.exports[name] as (...values: (bigint | number)[]) => bigint | number;
  const memory = (instance.exports['memory'] as WebAssembly.Memory).buffer;
  const values = args.map((value, i) => (types[i] === 'i32' ? Number(BigInt.asIntN(32, value)) : value));
  try {
    const value = exported(...values);
    const result = typeof value === 'bigint' ? BigInt.asUintN(64, value) : BigInt(value >>> 0);
    return { result, memory: new Uint8Array(memory) };
  } catch (error) {
    if (!(error instanceof WebAssembly.RuntimeError)) throw error;
    return { result: undefined, memory: new Uint8Array(memory) };
  }
}

function inStepper(stepper: Stepper, name: string, args: readonly bigint[]): Outcome {
  stepper.start(name, ...args);
  stepper.run(MAX_STEPS);
  return { result: stepper.status === 'halted' ? stepper.result : undefined, memory: stepper.memory };
}

function compare(program: RandomProgram, wasm: Uint8Array, random: Random): bigint {
  const stepper = new Stepper(lower(wasm, { relaxed: true }), noHost);
  const instance = new WebAssembly.Instance(new WebAssembly.Module(wasm));
  let steps = 0n;
  for (let call = 0; call < CALLS; call++) {
    const index = random.below(program.functions.length);
    const types = program.functions[index]?.parameters ?? [];
    const args = types.map((type) => random.constant(type));
    const actual = inStepper(stepper, `f${index}`, args);
    // indirect calls can recurse; V8's stack limit is not ours, and real programs are refused
    if (stepper.status === 'running' || stepper.trap === 'stack-exhausted') return steps;
    const expected = inV8(instance, `f${index}`, args, types);
    expect(actual.result).toBe(expected.result);
    expect(Buffer.compare(actual.memory, expected.memory)).toBe(0);
    steps += stepper.steps;
  }
  return steps;
}

describe('random programs', () => {
  it('do in the stepper what they do in V8', () => {
    let steps = 0n;
    for (let run = 0; run < RUNS; run++) {
      const random = new Random(SEED * 1_000_003 + run);
      const program = randomProgram(random, [20, 500, 20_000]);
      const plain = assemble(program.text);
      try {
        steps += compare(program, run % 2 === 0 ? plain : optimised(plain), random);
      } catch (error) {
        console.error(`seed ${SEED}, run ${run}`);
        throw error;
      }
    }
    process.stdout.write(`${RUNS} modules from seed ${SEED}: ${steps} steps\n`);
    expect(steps).toBeGreaterThanOrEqual(LEAST_STEPS);
  }, 3_600_000);
});
