import { beforeAll, describe, expect, it } from '@jest/globals';
import { describeLowered } from '../lowering/program.js';
import { Machine } from '../machine.js';
import { ZERO_WORD } from '../merkle/hash.js';
import { PersistentStateTree } from '../merkle/state-tree.js';
import { Stepper } from '../stepper/stepper.js';
import { noCryptography } from '../testing/programs.js';
import { checkSteps } from './step-check.js';
import { type SpecCase, type SpecModule, visitSuite } from '../testing/spec-suite.js';
import { LocalJudge } from './local-judge.js';

const directory = process.env['WASM_SPEC_DIR'];
/** Assertions that take more steps, and modules with more memory or code, are left to the stepper. */
const MAX_STEPS = 400;
const MAX_MEMORY = 4 << 16;
const MAX_INSTRUCTIONS = 20_000;
/** Prove every n-th assertion; 1 = all. */
const EVERY = Number(process.env['SPEC_EVERY'] ?? 20);

/** Runs with WASM_SPEC_DIR = the directory test/core of a checkout of WebAssembly/spec at tag wg-1.0. */
(directory === undefined ? describe.skip : describe)('WebAssembly specification suite before the judge', () => {
  let judge: LocalJudge;
  beforeAll(async () => {
    judge = await LocalJudge.create();
  });

  /** Collected first, because the walk is synchronous and the judge is not. */
  function collect(): { test: SpecCase; module: SpecModule; earlier: SpecCase[] }[] {
    const history = new Map<SpecModule, SpecCase[]>();
    const cases: { test: SpecCase; module: SpecModule; earlier: SpecCase[] }[] = [];
    visitSuite(directory ?? '', {
      module: (module) => void history.set(module, []),
      case(test, module) {
        const earlier = history.get(module) ?? [];
        if (suitable(module)) cases.push({ test, module, earlier: [...earlier] });
        earlier.push(test);
      },
    });
    return cases;
  }

  it('steps as specified', async () => {
    let [steps, assertions] = [0, 0];
    const opcodes = new Set<number>();
    for (const { test, module, earlier } of collect().filter((_, index) => index % EVERY === 0)) {
      const machine = await prepare(judge, module, earlier, test);
      if (machine === undefined) continue;
      const run = await checkSteps(machine.machine, judge, machine.hash);
      expect([test.file, test.call.name, run.mismatches]).toEqual([test.file, test.call.name, []]);
      const { status, result } = machine.machine.stepper;
      expect([test.file, test.call.name, status]).toEqual([
        test.file,
        test.call.name,
        test.kind === 'return' ? 'halted' : 'trapped',
      ]);
      if (test.expected !== undefined)
        expect([test.file, test.call.name, result]).toEqual([test.file, test.call.name, test.expected]);
      run.opcodes.forEach((opcode) => opcodes.add(opcode));
      steps += run.steps;
      assertions++;
    }
    console.log({ assertions, steps, opcodes: opcodes.size });
    expect(assertions).toBeGreaterThan(2_000 / EVERY);
  }, 3_600_000);
});

const suitable = ({ program }: SpecModule): boolean =>
  program.memory.length <= MAX_MEMORY &&
  program.code.length > 0 &&
  program.code.length <= MAX_INSTRUCTIONS &&
  program.hosts.size === 0;

/** A machine in the state that the module's earlier assertions left; undefined if the assertion takes too many steps. */
async function prepare(judge: LocalJudge, module: SpecModule, earlier: readonly SpecCase[], test: SpecCase) {
  const { program } = module;
  if (test.kind === 'exhaustion' || stepsOf(module, earlier, test) > MAX_STEPS) return undefined;
  const description = describeLowered(program, test.call.name);
  await judge.registerProgram(description);
  const machine = new Machine({
    program,
    state: PersistentStateTree.empty,
    position: [ZERO_WORD, ZERO_WORD, ZERO_WORD, ZERO_WORD],
    readInput: () => undefined,
    cryptography: noCryptography,
    entry: test.call.name,
    args: test.args,
  });
  bring(machine.stepper, module, earlier);
  machine.stepper.start(test.call.name, ...test.args);
  return { machine, hash: description.hash };
}

function stepsOf(module: SpecModule, earlier: readonly SpecCase[], test: SpecCase): number {
  const stepper = new Stepper(module.program, { perform: () => false });
  bring(stepper, module, earlier);
  stepper.start(test.call.name, ...test.args);
  return Number(stepper.run(MAX_STEPS + 1));
}

/** Runs what the script ran before. */
function bring(stepper: Stepper, module: SpecModule, earlier: readonly SpecCase[]): void {
  const run = (name: string, args: readonly bigint[]): void => {
    stepper.start(name, ...args);
    stepper.run();
  };
  if (module.hasStart) run('(start)', []);
  for (const { call, args } of earlier) run(call.name, args);
}
