import type { HostCryptography } from './crypto.js';
import { HostOperation } from './lowering/host-operations.js';
import { keccak, ZERO_WORD } from './merkle/hash.js';
import type { HostState } from './host-state.js';
import type { HostContext, MachineHost } from './stepper/host.js';

/** Longest ranges that the host hashes, in bytes (docs/spec/program.md). */
export const MAX_KECCAK_BYTES = 16_384;
export const MAX_LOG_BYTES = 4_096;

/** Whether a range may be handed to the host: aligned to 32 bytes and wholly in memory. */
export const isHostRange = (memory: Uint8Array, pointer: number, length: number): boolean =>
  pointer % 32 === 0 && pointer + length <= memory.length;

/** Host operations of one unit, with the bounds and alignment rules of docs/spec/program.md. */
export class UnitHost<State extends HostState = HostState> implements MachineHost {
  logHash: Uint8Array = ZERO_WORD;
  /** Log hash at the open checkpoint. */
  checkpointLog: Uint8Array | undefined;

  constructor(
    readonly state: State,
    private readonly readInput: (index: bigint) => Uint8Array | undefined,
    private readonly cryptography: HostCryptography,
  ) {}

  perform(operation: number, words: Uint32Array, at: number, { memory }: HostContext): boolean {
    const argument = (index: number): number => words[at + index * 2] ?? 0;
    switch (operation) {
      case HostOperation.stateGet:
        return this.transfer(memory, argument(0), 32, argument(1), (key) => this.state.get(key) ?? ZERO_WORD);
      case HostOperation.stateSet:
        return this.stateSet(memory, argument(0), argument(1));
      case HostOperation.checkpoint:
      case HostOperation.rollback:
      case HostOperation.commit:
        return this.moveCheckpoint(operation);
      case HostOperation.readInput:
        return this.input((BigInt(words[at + 1] ?? 0) << 32n) | BigInt(argument(0)), memory, argument(1));
      case HostOperation.keccak:
        return argument(1) <= MAX_KECCAK_BYTES && this.transfer(memory, argument(0), argument(1), argument(2), keccak);
      case HostOperation.ecrecover:
        return this.transfer(memory, argument(0), 128, argument(1), (input) => this.cryptography.recover(input));
      case HostOperation.blsVerify:
        return this.transfer(memory, argument(0), 32, argument(1), (digest) => this.aggregate(digest));
      case HostOperation.log:
        return this.log(memory, argument(0), argument(1));
      default:
        return false;
    }
  }

  /** Reads `length` bytes, computes a word from them and writes it to `out`. */
  private transfer(
    memory: Uint8Array,
    pointer: number,
    length: number,
    out: number,
    compute: (input: Uint8Array) => Uint8Array,
  ): boolean {
    if (!isHostRange(memory, pointer, length) || !isHostRange(memory, out, 32)) return false;
    memory.set(compute(memory.slice(pointer, pointer + length)), out);
    return true;
  }

  private aggregate(digest: Uint8Array): Uint8Array {
    const result = new Uint8Array(32);
    result[0] = this.cryptography.verifyAggregate(digest) ? 1 : 0;
    return result;
  }

  private stateSet(memory: Uint8Array, key: number, value: number): boolean {
    if (!isHostRange(memory, key, 32) || !isHostRange(memory, value, 32)) return false;
    this.state.set(memory.slice(key, key + 32), memory.slice(value, value + 32));
    return true;
  }

  private moveCheckpoint(operation: number): boolean {
    const opens = operation === HostOperation.checkpoint;
    if (opens === (this.checkpointLog !== undefined)) return false;
    if (opens) this.state.checkpoint();
    else if (operation === HostOperation.commit) this.state.commit();
    else this.rollback();
    this.checkpointLog = opens ? this.logHash : undefined;
    return true;
  }

  private rollback(): void {
    this.state.rollback();
    this.logHash = this.checkpointLog ?? this.logHash;
  }

  private input(index: bigint, memory: Uint8Array, out: number): boolean {
    if (!isHostRange(memory, out, 32)) return false;
    const value = this.readInput(index);
    if (value === undefined) return false;
    memory.set(value, out);
    return true;
  }

  private log(memory: Uint8Array, pointer: number, length: number): boolean {
    if (length > MAX_LOG_BYTES || !isHostRange(memory, pointer, length)) return false;
    this.logHash = keccak(this.logHash, keccak(memory.slice(pointer, pointer + length)));
    return true;
  }
}
