import type { HostCryptography } from './crypto.js';
import { machineHash, type MachineHeader, steppingHeader } from './header.js';
import type { LoweredProgram } from './lowering/lower.js';
import { PROVABLE_ENTRY } from './lowering/program.js';
import { keccak, ZERO_WORD } from './merkle/hash.js';
import { MemoryTree } from './merkle/memory-tree.js';
import type { PersistentStateTree } from './merkle/state-tree.js';
import { UnitHost } from './unit-host.js';
import { TreeState } from './host-state.js';
import { Stepper } from './stepper/stepper.js';

/** What a machine starts from. */
export interface MachineStart {
  readonly program: LoweredProgram;
  readonly state: PersistentStateTree;
  /** The four words that say where the unit starts (docs/spec/program.md, space 0). */
  readonly position: readonly Uint8Array[];
  /** The word at an input address, or undefined to trap. */
  readonly readInput: (index: bigint) => Uint8Array | undefined;
  readonly cryptography: HostCryptography;
  /** The state under the host operations; default: the tree alone. For machines that deviate on purpose, in tests and demonstrations. */
  readonly openState?: (tree: PersistentStateTree) => TreeState;
  /** Default: `run`. Tests may start others, with arguments. */
  readonly entry?: string;
  readonly args?: readonly bigint[];
}

/** The Merkle machine: a stepper whose whole state has a hash at every step. */
export class Machine {
  readonly stepper: Stepper;
  readonly host: UnitHost<TreeState>;
  private readonly tree: MemoryTree;

  constructor(private readonly begin: MachineStart) {
    const { program } = begin;
    const state = begin.openState?.(begin.state) ?? new TreeState(begin.state);
    this.host = new UnitHost(state, begin.readInput, begin.cryptography);
    this.stepper = new Stepper(program, this.host);
    this.tree = new MemoryTree(program.memory.length, program.globals.length);
    this.stepper.start(begin.entry ?? PROVABLE_ENTRY, ...(begin.args ?? []));
  }

  get positionWords(): readonly Uint8Array[] {
    return this.begin.position;
  }

  readInput(index: bigint): Uint8Array | undefined {
    return this.begin.readInput(index);
  }

  /** The memory tree, up to date. */
  memoryTree(): MemoryTree {
    this.tree.update(this.stepper.memory, this.stepper.globals());
    return this.tree;
  }

  header(): MachineHeader {
    const { host, stepper } = this;
    return {
      ...steppingHeader(stepper, host.checkpointLog !== undefined),
      memoryRoot: this.memoryTree().root,
      stateRoot: host.state.tree.root,
      checkpointRoot: host.state.saved?.root ?? ZERO_WORD,
      checkpointLog: host.checkpointLog ?? ZERO_WORD,
      inputRoot: keccak(...this.begin.position),
      logHash: host.logHash,
    };
  }

  /** Hash of the whole machine. */
  hash(): Uint8Array {
    return machineHash(this.header());
  }

  /** Runs until `steps` instructions have been executed, or the machine stops. */
  runTo(steps: bigint): void {
    this.stepper.runTo(steps);
  }
}
