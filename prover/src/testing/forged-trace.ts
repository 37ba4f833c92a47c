import { keccakOf, tupleHash } from '@metachain/program';
import { bytesToHex, concat, hexToBytes, keccak256, numberToHex, sliceHex, zeroHash, type Hash, type Hex } from 'viem';

import type { Trace, UnitTrace } from '../dispute/types.js';
import type { UnitState } from '../machine/judge/local-judge.js';

/** From where on a party lies. */
export interface Deviation {
  /** First unit whose outcome is a lie. */
  readonly unit: bigint;
  /** Steps of that unit after which the machine is a lie; default: the last. */
  readonly step?: bigint;
  readonly salt: Hash;
}

const HEADER_BYTES = 8 * 32;
const HALTED_HEAD: Hex = numberToHex((2n << 48n) | (1n << 32n), { size: 32 });
const TRAPPED_HEAD: Hex = numberToHex(3n << 48n, { size: 32 });
const ITEM_DONE: Hex = numberToHex(1n << 62n, { size: 8 });

/**
 * A party that tells the truth up to one step and from there on whatever suits it: machine hashes that nothing stands behind, and a
 * forged last machine that opens.
 */
export class ForgedTrace implements Trace {
  constructor(
    private readonly truth: Trace,
    private readonly programHash: Hash,
    private readonly deviation: Deviation,
  ) {}

  async tupleAt(unit: bigint): Promise<Hash> {
    if (unit <= this.deviation.unit) return this.truth.tupleAt(unit);
    return tupleHash({ ...(await this.stateAt(unit)), programHash: this.programHash });
  }

  async stateAt(unit: bigint): Promise<UnitState> {
    const state = await this.truth.stateAt(unit);
    return unit <= this.deviation.unit ? state : { ...state, stateRoot: mix(state.stateRoot, this.deviation.salt) };
  }

  async unit(unit: bigint): Promise<UnitTrace> {
    const truth = await this.truth.unit(unit);
    return unit < this.deviation.unit ? truth : new ForgedUnit(truth, this.deviation);
  }
}

class ForgedUnit implements UnitTrace {
  constructor(
    private readonly truth: UnitTrace,
    private readonly deviation: Deviation,
  ) {}

  get start(): UnitState {
    return this.truth.start;
  }

  get steps(): bigint {
    return this.truth.steps;
  }

  async hashAt(step: bigint): Promise<Hash> {
    if (step >= this.steps) return machineHashOf(await this.finalProof());
    const hash = await this.truth.hashAt(step);
    return step >= (this.deviation.step ?? this.steps) ? mix(hash, this.deviation.salt) : hash;
  }

  async finalProof(): Promise<Hex> {
    return forgeFinal(await this.truth.finalProof(), this.deviation.salt);
  }

  stepProof(step: bigint): Promise<Hex> {
    return this.truth.stepProof(step);
  }
}

/** The last machine with another state root, halted even where the true one traps. */
export function forgeFinal(proof: Hex, salt: Hash): Hex {
  const halted = sliceHex(proof, 0, 32) === HALTED_HEAD;
  const stateRoot = mix(sliceHex(proof, 96, 128), salt);
  const rest = sliceHex(proof, 128, HEADER_BYTES);
  const frame = halted ? sliceHex(proof, HEADER_BYTES) : ITEM_DONE;
  return concat([HALTED_HEAD, sliceHex(proof, 32, 96), stateRoot, rest, frame]);
}

/** The last machine as if it had trapped. */
export const forgeTrap = (proof: Hex): Hex => concat([TRAPPED_HEAD, zeroHash, sliceHex(proof, 64, HEADER_BYTES)]);

/** A value that only this liar knows. */
export const mix = (value: Hex, salt: Hash): Hash => keccak256(concat([value, salt]));

/** Hash of a machine from its header words and frame (docs/spec/machine.md). */
export function machineHashOf(proof: Hex): Hash {
  const bytes = hexToBytes(proof);
  const [head, rest] = [bytes.slice(0, 32), bytes.slice(32, HEADER_BYTES)];
  return bytesToHex(keccakOf(head, keccakOf(bytes.slice(HEADER_BYTES)), rest));
}
