import { encodeProof } from '@metachain/program';
import { inputAddress, InputSpace } from '../inputs.js';
import { HostOperation } from '../lowering/host-operations.js';
import type { Instruction } from '../lowering/instruction.js';
import type { Machine } from '../machine.js';
import { isHostRange, MAX_KECCAK_BYTES, MAX_LOG_BYTES } from '../unit-host.js';
import { ProofError } from './errors.js';
import { leafProof, rangeProof } from './memory-witness.js';
import type { WitnessSources } from './step-proof.js';
import type { InputWitnesses } from './witness.js';

/** Payload kinds of an item header (docs/spec/batch.md). */
const PAYLOAD = { blobs: 1, calldata: 2 } as const;

/** What a host operation touches, in the order in which L1 reads it. A call that traps on its arguments needs nothing. */
export function hostWitness(machine: Machine, instruction: Instruction, sources: WitnessSources): Uint8Array[] {
  return new HostWitness(machine, instruction, sources).parts();
}

class HostWitness {
  constructor(
    private readonly machine: Machine,
    private readonly instruction: Instruction,
    private readonly sources: WitnessSources,
  ) {}

  parts(): Uint8Array[] {
    switch (Number(this.instruction.immediate)) {
      case HostOperation.stateGet:
      case HostOperation.stateSet:
        return this.ifRanges([0, 32], [1, 32], () => [...this.leaf(0), ...this.leaf(1), this.stateProof()]);
      case HostOperation.readInput:
        return this.isRange(1, 32) ? [...this.leaf(1), ...this.input()] : [];
      case HostOperation.keccak:
        return this.keccak();
      case HostOperation.ecrecover:
        return this.ifRanges([0, 128], [1, 32], () => [...this.range(0, 128), ...this.leaf(1)]);
      case HostOperation.blsVerify:
        return this.ifRanges([0, 32], [1, 32], () => [...this.leaf(0), ...this.leaf(1), this.aggregate()]);
      case HostOperation.log: {
        const length = this.pointer(1);
        return length <= MAX_LOG_BYTES && this.isRange(0, length) ? this.range(0, length) : [];
      }
      default:
        return [];
    }
  }

  private argument(index: number): bigint {
    return this.machine.stepper.slot(this.instruction.destination + index);
  }

  private pointer(index: number): number {
    return Number(BigInt.asUintN(32, this.argument(index)));
  }

  private isRange(index: number, length: number): boolean {
    return isHostRange(this.machine.stepper.memory, this.pointer(index), length);
  }

  private ifRanges(a: [number, number], b: [number, number], parts: () => Uint8Array[]): Uint8Array[] {
    return this.isRange(...a) && this.isRange(...b) ? parts() : [];
  }

  private leaf(index: number): Uint8Array[] {
    return leafProof(this.machine, this.pointer(index));
  }

  private range(index: number, length: number): Uint8Array[] {
    return rangeProof(this.machine, this.pointer(index), length);
  }

  private keccak(): Uint8Array[] {
    const length = this.pointer(1);
    if (length > MAX_KECCAK_BYTES) return [];
    return this.ifRanges([0, length], [2, 32], () => [...this.range(0, length), ...this.leaf(2)]);
  }

  private stateProof(): Uint8Array {
    const at = this.pointer(0);
    return encodeProof(this.machine.host.state.tree.prove(this.machine.stepper.memory.slice(at, at + 32)));
  }

  private aggregate(): Uint8Array {
    const at = this.pointer(0);
    const digest = this.machine.stepper.memory.slice(at, at + 32);
    const preimage = this.sources.aggregates?.preimage(digest);
    if (preimage === undefined) throw new ProofError('no-witness', 'members behind an aggregate digest');
    return preimage;
  }

  private input(): Uint8Array[] {
    const position = this.machine.positionWords;
    const address = inputAddress(this.argument(0));
    if (address.space === InputSpace.position || address.space > InputSpace.delayed) return [...position];
    const current = BigInt(`0x${Buffer.from(position[1] ?? []).toString('hex')}`);
    const witnesses = this.witnesses();
    if (address.space === InputSpace.item) {
      return address.number <= current ? [...position, witnesses.itemHeader(address.number)] : [...position];
    }
    const rest = address.space === InputSpace.payload ? this.payload(current) : this.delayed(current);
    return [...position, ...rest];
  }

  private payload(current: bigint): Uint8Array[] {
    const { number, word } = inputAddress(this.argument(0));
    if (number !== current) return [];
    const header = this.witnesses().itemHeader(current);
    const field = (index: number): number =>
      Number(new DataView(header.buffer, header.byteOffset).getBigUint64(index * 32 + 24));
    if (word >= field(9)) return [header];
    const value = this.machine.readInput(this.argument(0));
    if (value === undefined) throw new ProofError('no-witness', `payload word ${word}`);
    if (field(8) === PAYLOAD.calldata) return [header, value, ...this.witnesses().calldataSiblings(current, word)];
    if (field(8) !== PAYLOAD.blobs) return [header];
    const opening = this.witnesses().blobOpening(current, word);
    return [header, value, opening.commitment, opening.proof, ...opening.versionedHashes];
  }

  private delayed(current: bigint): Uint8Array[] {
    const { number } = inputAddress(this.argument(0));
    const header = this.witnesses().itemHeader(current);
    const count = new DataView(header.buffer, header.byteOffset).getBigUint64(6 * 32 + 24);
    if (number >= count) return [header];
    const message = this.witnesses().delayedMessage(number);
    return [header, message.header, message.data];
  }

  private witnesses(): InputWitnesses {
    if (this.sources.inputs === undefined) throw new ProofError('no-witness', 'inputs');
    return this.sources.inputs;
  }
}
