import { Machine, type MachineStart, type PersistentStateTree, TreeState } from '@metachain/prover';

/** A word written to the state. */
export interface StateWrite {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
}

/** Where a machine leaves the rules. At most one of the functions answers, once; undefined keeps to the rules. */
export interface Deviation {
  /** What is written instead of a word; `tree` is the state before. */
  readonly write?: (written: StateWrite, tree: PersistentStateTree) => StateWrite | undefined;
  /** What is recovered instead of an address. */
  readonly recover?: (address: Uint8Array) => Uint8Array | undefined;
  /** What is read instead of an input word. */
  readonly input?: (index: bigint, word: Uint8Array) => Uint8Array | undefined;
  /** Instruction that follows step number `step` (from 0) instead of the right one. */
  readonly jump?: { readonly step: bigint; readonly pc: number };
}

/** Lets a function answer until it has answered once, for all functions of one machine together. */
class OneShot {
  fired = false;

  take<T>(answer: () => T | undefined): T | undefined {
    if (this.fired) return undefined;
    const taken = answer();
    this.fired = taken !== undefined;
    return taken;
  }
}

class LyingState extends TreeState {
  constructor(
    tree: PersistentStateTree,
    private readonly shot: OneShot,
    private readonly deviate: NonNullable<Deviation['write']>,
  ) {
    super(tree);
  }

  override set(key: Uint8Array, value: Uint8Array): void {
    const lie = this.shot.take(() => this.deviate({ key, value }, this.tree));
    super.set(lie?.key ?? key, lie?.value ?? value);
  }
}

function deviatingStart(start: MachineStart, { write, recover, input }: Deviation, shot: OneShot): MachineStart {
  const { cryptography, readInput } = start;
  return {
    ...start,
    ...(write && { openState: (tree: PersistentStateTree) => new LyingState(tree, shot, write) }),
    cryptography: {
      verifyAggregate: (digest) => cryptography.verifyAggregate(digest),
      recover: (bytes) => {
        const address = cryptography.recover(bytes);
        return shot.take(() => recover?.(address)) ?? address;
      },
    },
    readInput: (index) => {
      const word = readInput(index);
      return word && (shot.take(() => input?.(index, word)) ?? word);
    },
  };
}

/** A machine that leaves the rules at one step and follows them everywhere else, so all that it claims later fits that step. */
export class LyingMachine extends Machine {
  private readonly shot: OneShot;
  private readonly jump: Deviation['jump'];

  constructor(start: MachineStart, deviation: Deviation) {
    const shot = new OneShot();
    super(deviatingStart(start, deviation, shot));
    this.shot = shot;
    this.jump = deviation.jump;
  }

  /** Whether it has left the rules yet. */
  get hasLied(): boolean {
    return this.shot.fired;
  }

  override runTo(steps: bigint): void {
    const { jump, shot } = this;
    if (jump !== undefined && !shot.fired && steps > jump.step) {
      super.runTo(jump.step + 1n);
      this.stepper.jump(jump.pc);
      shot.fired = true;
    }
    super.runTo(steps);
  }
}
