import type { LoweredProgram } from './lowering/lower.js';
import type { MachineHost } from './stepper/host.js';
import { Stepper, type TrapReason } from './stepper/stepper.js';

/** Outcome of one call in the stepper. */
export interface SteppedCall {
  readonly result: bigint;
  /** Instructions executed, the last one included. */
  readonly steps: bigint;
  readonly trap: TrapReason | undefined;
}

/** Buffers of the program (docs/spec/program.md, export `buffer`). */
export const ProgramBuffer = { context: 0, transaction: 1, result: 2 } as const;

/** A program in the stepper, called as the sequencer calls it in V8. Memory is kept from call to call. */
export class SteppedProgram {
  private readonly stepper: Stepper;

  constructor(program: LoweredProgram, host: MachineHost) {
    this.stepper = new Stepper(program, host);
  }

  call(name: string, ...args: readonly bigint[]): SteppedCall {
    this.stepper.start(name, ...args);
    this.stepper.run();
    return { result: this.stepper.result, steps: this.stepper.steps, trap: this.stepper.trap };
  }

  /** Writes bytes into one of the program's buffers. */
  write(buffer: number, bytes: Uint8Array): void {
    this.stepper.memory.set(bytes, this.address(buffer));
  }

  read(buffer: number, length: number): Uint8Array {
    const at = this.address(buffer);
    return this.stepper.memory.slice(at, at + length);
  }

  /** Calls an entry with bytes in the transaction buffer, as `apply`, `prepare` and `query` are called. */
  callWith(name: string, bytes: Uint8Array): SteppedCall {
    this.write(ProgramBuffer.transaction, bytes);
    return this.call(name, BigInt(bytes.length));
  }

  /** Memory becomes the initial image again. */
  reset(): void {
    this.stepper.reset();
  }

  private address(buffer: number): number {
    return Number(this.call('buffer', BigInt(buffer)).result);
  }
}

/**
 * Steps of one call of an export, in a machine of its own.
 * @throws LoweringError when the module is not provable
 */
export function measureSteps(
  program: LoweredProgram,
  host: MachineHost,
  name: string,
  ...args: readonly bigint[]
): bigint {
  return new SteppedProgram(program, host).call(name, ...args).steps;
}
