import { KeccakMemory } from '../crypto/keccak.js';
import { ecrecover } from '../crypto/secp256k1.js';
import { TrapError } from '../errors.js';
import type { StateAccess } from '../state/state-access.js';
import type { InputReader } from './inputs.js';
import { LOG_LIMIT, LogBuffer } from './log-buffer.js';
import { memoKinds, type MemoRecorder, MemoReplayer, type MemoReplay } from './memo.js';
import { StateStore } from '../state/state-store.js';
import { instantiateBridged } from './bridge.js';
import { CoreReplay } from './core-replay.js';
import { type Imports, MEMORY_BYTES, type ProgramExports, type ProgramModule, webAssembly } from './wasm.js';

const KECCAK_LIMIT = 16_384;
const ECRECOVER_BYTES = 128;
const NONE = -1;

/** Answers `bls_verify`: whether the aggregate behind a digest of (key, message) pairs is valid. */
export type BlsVerifier = (digest: Uint8Array) => boolean;

const replayOf = (store: StateStore): MemoReplay => {
  const replay = new CoreReplay(store.core);
  store.refill = () => replay.refill();
  return replay;
};

const trap = (reason: string): never => {
  throw new TrapError(reason);
};

/**
 * The host operations over one state table, with the bounds and alignment rules that the stepper and L1 share.
 *
 * One host outlives many instances of the program: the functions handed to WebAssembly stay the same, so the engine's compiler keeps
 * them optimised; `attach` points them at an instance's memory.
 */
export class Host {
  readonly log = new LogBuffer();
  readonly replay: MemoReplay;
  private readonly hasher = new KeccakMemory(1);
  readonly imports: Imports;
  recorder: MemoRecorder | undefined;
  input: InputReader = () => undefined;
  bls: BlsVerifier = () => false;
  private words = new Int32Array(0);
  private bytes = new Uint8Array(0);
  private checkpointMark = NONE;
  private checkpointLog = 0;

  private readonly replayer = new MemoReplayer();
  private readonly bridged: StateStore | undefined;

  /** `bridged`: the hot operations go to the store's core without JavaScript. */
  constructor(
    private readonly store: StateAccess | undefined,
    bridged = false,
  ) {
    this.bridged = bridged && store instanceof StateStore ? store : undefined;
    this.replay = this.bridged ? replayOf(this.bridged) : this.replayer;
    this.imports = { host: this.operations() };
  }

  /** Instantiates the program over this host. */
  instantiate(module: ProgramModule): ProgramExports {
    const { bridged, imports } = this;
    const exports = bridged
      ? instantiateBridged(module, imports, bridged, (pointer, out) => this.ecrecover(pointer, out))
      : (new webAssembly.Instance(module, imports).exports as ProgramExports);
    this.attach(exports.memory.buffer);
    return exports;
  }

  /** Uses the memory of a fresh instance; no checkpoint is open then, and the log is empty. */
  private attach(memory: ArrayBuffer): void {
    this.words = new Int32Array(memory);
    this.bytes = new Uint8Array(memory);
    this.checkpointMark = NONE;
    this.log.truncate(0);
    this.replay.clear();
  }

  /** Word index of a 32-byte operand. */
  private operand(pointer: number): number {
    const start = pointer >>> 0;
    if ((start & 31) !== 0) trap('unaligned pointer');
    if (start > MEMORY_BYTES - 32) trap('pointer out of memory');
    return start >>> 2;
  }

  /** Start of a range of bytes. */
  private range(pointer: number, length: number, limit: number): number {
    const start = pointer >>> 0;
    const size = length >>> 0;
    if ((start & 31) !== 0) trap('unaligned pointer');
    if (size > limit) trap('range too long');
    if (start + size > MEMORY_BYTES) trap('range out of memory');
    return start;
  }

  private table(): StateAccess {
    return this.store ?? trap('no state in a stateless call');
  }

  private operations(): Record<string, (...args: never[]) => void> {
    return {
      state_get: (key: number, out: number) => this.table().get(this.words, this.operand(key), this.operand(out)),
      state_set: (key: number, value: number) => this.table().set(this.words, this.operand(key), this.operand(value)),
      checkpoint: () => this.checkpoint(),
      rollback: () => this.rollback(),
      commit: () => this.commit(),
      read_input: (index: bigint, out: number) => this.readInput(BigInt.asUintN(64, index), this.operand(out)),
      keccak: (pointer: number, length: number, out: number) => this.keccak(pointer, length, out),
      ecrecover: (pointer: number, out: number) => this.ecrecover(pointer, out),
      bls_verify: (pointer: number, out: number) => this.blsVerify(this.operand(pointer), this.operand(out)),
      log: (pointer: number, length: number) =>
        this.log.append(this.bytes, this.range(pointer, length, LOG_LIMIT), length >>> 0),
    };
  }

  private checkpoint(): void {
    if (this.checkpointMark !== NONE) trap('checkpoint within a checkpoint');
    this.checkpointMark = this.table().mark();
    this.checkpointLog = this.log.length;
  }

  private rollback(): void {
    if (this.checkpointMark === NONE) trap('rollback without a checkpoint');
    this.table().undo(this.checkpointMark);
    this.log.truncate(this.checkpointLog);
    this.checkpointMark = NONE;
  }

  private commit(): void {
    if (this.checkpointMark === NONE) trap('commit without a checkpoint');
    this.checkpointMark = NONE;
  }

  private readInput(index: bigint, out: number): void {
    const word = this.input(Number(index >> 56n), (index >> 16n) & 0xff_ffff_ffffn, Number(index & 0xffffn));
    if (word?.length !== 32) return trap('input out of range');
    this.bytes.set(word, out * 4);
  }

  private keccak(pointer: number, length: number, out: number): void {
    const start = this.range(pointer, length, KECCAK_LIMIT);
    const target = this.operand(out);
    if (this.replayer.answer(memoKinds.keccak, this.words, start >>> 2, length, target)) return;
    this.recorder?.ask(memoKinds.keccak, this.words, start >>> 2, length);
    this.hasher.hashWords(this.words, start >>> 2, length, target);
    this.recorder?.answered(this.words, target);
  }

  private ecrecover(pointer: number, out: number): void {
    const start = this.range(pointer, ECRECOVER_BYTES, ECRECOVER_BYTES);
    const target = this.operand(out);
    if (this.replayer.answer(memoKinds.ecrecover, this.words, start >>> 2, ECRECOVER_BYTES, target)) return;
    this.recorder?.ask(memoKinds.ecrecover, this.words, start >>> 2, ECRECOVER_BYTES);
    this.bytes.set(ecrecover(this.bytes.subarray(start, start + ECRECOVER_BYTES)), target * 4);
    this.recorder?.answered(this.words, target);
  }

  private blsVerify(input: number, out: number): void {
    const valid = this.bls(this.bytes.slice(input * 4, input * 4 + 32));
    this.words.fill(0, out, out + 8);
    this.words[out] = valid ? 1 : 0;
  }
}
