import { beforeAll, describe, expect, it } from '@jest/globals';
import { describeLowered } from '../lowering/program.js';
import { Machine } from '../machine.js';
import { ZERO_WORD } from '../merkle/hash.js';
import { PersistentStateTree } from '../merkle/state-tree.js';
import { noCryptography } from '../testing/programs.js';
import { checkSteps } from './step-check.js';
import { exclude, type Exclusions, type SpecCase, type SpecModule, visitSuite } from '../testing/spec-suite.js';
import { LocalJudge } from './local-judge.js';

const limit = (name: string, otherwise: number): number => Number(process.env[name] ?? otherwise);
const directory = process.env['WASM_SPEC_DIR'];
/** Prove every n-th assertion; 1 = all. */
const EVERY = limit('SPEC_EVERY', 20);
/** Steps to prove of an assertion; what follows is left to the stepper. */
const MAX_STEPS = limit('SPEC_STEPS', 400);
/** Larger modules are left to the stepper. */
const MAX_MEMORY = limit('SPEC_MEMORY', 4 << 16);
const MAX_INSTRUCTIONS = limit('SPEC_CODE', 20_000);
const REPORT_EVERY = 100;

/** Recursion without end traps at the stepper's limit (with large frames after some 120 calls), as V8's stack ends too; L1 has none to reach. */
const RECURSION_STEPS = 50;

/** Why no step of a module's assertions is proven, or undefined. */
function exclusion({ program }: SpecModule): string | undefined {
  if (program.hosts.size > 0) return 'the module prints, which is no operation of L1';
  if (program.memory.length > MAX_MEMORY) return `more than ${MAX_MEMORY} bytes of memory`;
  return program.code.length > MAX_INSTRUCTIONS ? `more than ${MAX_INSTRUCTIONS} instructions` : undefined;
}

interface Collected {
  readonly test: SpecCase;
  readonly module: SpecModule;
}

/** A module's machine, and the hash of its program. */
interface Loaded {
  readonly machine: Machine;
  readonly hash: Uint8Array;
}

/** Runs the assertions of the suite one by one, and proves the steps of those that are chosen. */
class SpecRun {
  assertions = 0;
  steps = 0;
  readonly opcodes = new Set<number>();
  /** The machine of a module stays as the assertion before left it. */
  private readonly machines = new Map<SpecModule, Loaded>();

  constructor(
    private readonly judge: LocalJudge,
    readonly excluded: Exclusions,
  ) {}

  async next({ test, module }: Collected, chosen: boolean): Promise<void> {
    const { machine, hash } = await this.machineOf(module, test);
    machine.stepper.start(test.call.name, ...test.args);
    const reason = exclusion(module);
    if (reason !== undefined) exclude(this.excluded, reason);
    else if (chosen) await this.prove(machine, hash, test);
    machine.stepper.run();
    if (reason === undefined) expect(outcome(machine, test)).toEqual(expected(test));
  }

  private async prove(machine: Machine, hash: Uint8Array, test: SpecCase): Promise<void> {
    const recursion = test.kind === 'exhaustion';
    const steps = recursion ? Math.min(RECURSION_STEPS, MAX_STEPS) : MAX_STEPS;
    const run = await checkSteps(machine, this.judge, hash, { limit: steps });
    expect([test.file, test.call.name, run.mismatches]).toEqual([test.file, test.call.name, []]);
    run.opcodes.forEach((opcode) => this.opcodes.add(opcode));
    this.steps += run.steps;
    this.assertions++;
    if (machine.stepper.status === 'running')
      exclude(this.excluded, `all but the first ${steps} steps${recursion ? ' of recursion without end' : ''}`);
    if (this.assertions % REPORT_EVERY === 0) process.stdout.write(`${this.assertions} assertions proven\n`);
  }

  private async machineOf(module: SpecModule, test: SpecCase): Promise<Loaded> {
    const known = this.machines.get(module);
    if (known !== undefined) return known;
    const description = describeLowered(module.program, test.call.name);
    await this.judge.registerProgram(description);
    const loaded = { machine: newMachine(module.program, test), hash: description.hash };
    this.machines.set(module, loaded);
    if (!module.hasStart) return loaded;
    loaded.machine.stepper.start('(start)');
    loaded.machine.stepper.run();
    return loaded;
  }
}

const newMachine = (program: SpecModule['program'], { call, args }: SpecCase): Machine =>
  new Machine({
    program,
    state: PersistentStateTree.empty,
    position: [ZERO_WORD, ZERO_WORD, ZERO_WORD, ZERO_WORD],
    readInput: () => undefined,
    cryptography: noCryptography,
    entry: call.name,
    args,
  });

const outcome = ({ stepper: { status, result } }: Machine, { file, call, expected: wanted }: SpecCase) => ({
  test: [file, call.name],
  status,
  result: wanted === undefined ? undefined : result,
});

const expected = ({ file, call, kind, expected: result }: SpecCase) => ({
  test: [file, call.name],
  status: kind === 'return' ? 'halted' : 'trapped',
  result,
});

/** Runs with WASM_SPEC_DIR = the directory test/core of a checkout of WebAssembly/spec at tag wg-1.0. */
(directory === undefined ? describe.skip : describe)('WebAssembly specification suite before the judge', () => {
  let judge: LocalJudge;
  beforeAll(async () => {
    judge = await LocalJudge.create();
  });

  it('steps as specified', async () => {
    // Collected first, because the walk is synchronous and the judge is not.
    const cases: Collected[] = [];
    const excluded = visitSuite(directory ?? '', {
      module: () => undefined,
      case: (test, module) => void cases.push({ test, module }),
    });
    const run = new SpecRun(judge, excluded);
    for (const [index, collected] of cases.entries()) await run.next(collected, index % EVERY === 0);
    const { assertions, steps, opcodes } = run;
    console.log({ of: cases.length, assertions, steps, opcodes: opcodes.size });
    console.table([...excluded].map(([reason, count]) => ({ reason, count })).sort((a, b) => b.count - a.count));
    expect(assertions).toBeGreaterThan(2_900 / EVERY);
  }, 7_200_000);
});
