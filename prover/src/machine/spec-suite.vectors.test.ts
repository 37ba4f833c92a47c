import { describe, expect, it } from '@jest/globals';
import { Stepper } from './stepper/stepper.js';
import type { MachineHost } from './stepper/host.js';
import { PRINT, type SpecCase, type SpecModule, visitSuite } from './testing/spec-suite.js';

const directory = process.env['WASM_SPEC_DIR'];

const printOnly: MachineHost = { perform: (operation) => operation === PRINT };

/** Traps by their name in the suite. A table entry that is missing or of another type is an unreachable here. */
const TRAP_NAMES: Readonly<Record<string, RegExp>> = {
  unreachable: /^unreachable|^undefined|^uninitialized|^indirect call/,
  'out-of-bounds': /^out of bounds memory access/,
  'divide-by-zero': /^integer divide by zero/,
  overflow: /^integer overflow/,
  'stack-exhausted': /^call stack exhausted/,
};

function check(test: SpecCase, stepper: Stepper): string | undefined {
  stepper.start(test.call.name, ...test.args);
  stepper.run();
  if (test.kind === 'return') {
    const good = stepper.status === 'halted' && (test.expected === undefined || stepper.result === test.expected);
    return good ? undefined : `${stepper.status} ${stepper.result}, expected ${test.expected}`;
  }
  const good = stepper.status === 'trapped' && TRAP_NAMES[stepper.trap ?? '']?.test(test.message);
  return good ? undefined : `${stepper.status} ${stepper.trap}, expected ${test.message}`;
}

/** Runs with WASM_SPEC_DIR = the directory test/core of a checkout of WebAssembly/spec at tag wg-1.0. */
(directory === undefined ? describe.skip : describe)('WebAssembly specification suite', () => {
  it('gives the specified results and traps', () => {
    const steppers = new Map<SpecModule, Stepper>();
    const failures: string[] = [];
    const counts = { return: 0, trap: 0, exhaustion: 0 };
    const excluded = visitSuite(directory ?? '', {
      module(module) {
        const stepper = new Stepper(module.program, printOnly);
        steppers.set(module, stepper);
        if (!module.hasStart) return;
        stepper.start('(start)');
        stepper.run();
      },
      case(test, module) {
        counts[test.kind]++;
        const failure = check(test, steppers.get(module) as Stepper);
        if (failure !== undefined) failures.push(`${test.file} ${test.call.name}(${test.args.join()}): ${failure}`);
      },
    });
    console.log(
      counts,
      [...excluded].sort((a, b) => b[1] - a[1]),
    );
    expect(failures).toEqual([]);
    expect(counts.return + counts.trap + counts.exhaustion).toBeGreaterThanOrEqual(3_063);
  }, 300_000);
});
