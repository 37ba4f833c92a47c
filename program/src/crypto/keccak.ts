import { type WasmMemory, webAssembly } from '../engine/wasm.js';
import { keccakConstants, keccakModule, OVERREAD_BYTES, SCRATCH_BYTES } from './keccak-module.js';

const PAGE_BYTES = 65_536;
const HASH_WORDS = 8;
const compiled = new webAssembly.Module(keccakModule);

/** Where a hash of the memory's owner may go, and where his bytes may start. */
export const KECCAK_OUT = (SCRATCH_BYTES + 31) & ~31;
export const KECCAK_START = KECCAK_OUT + 32;

/** Keccak-256 over a memory of its own, so that what lies there is hashed without being copied. Addresses and lengths in bytes. */
export class KeccakMemory {
  /** The memory; new arrays after `reserve`. */
  bytes!: Uint8Array;
  words!: Int32Array;
  /** Writes the hash of `length` bytes at `pointer` to `out`. The range must lie above KECCAK_START and within what was reserved. */
  readonly hash: (pointer: number, length: number, out: number) => void;
  /** For modules that share it. */
  readonly memory: WasmMemory;

  constructor(size: number) {
    this.memory = new webAssembly.Memory({ initial: pagesOf(size + OVERREAD_BYTES) });
    const instance = new webAssembly.Instance(compiled, { host: { memory: this.memory } });
    this.hash = (instance.exports as { keccak: (pointer: number, length: number, out: number) => void }).keccak;
    this.view();
    this.bytes.set(new Uint8Array(keccakConstants.buffer), SCRATCH_BYTES - keccakConstants.byteLength);
  }

  /** Makes the memory at least `size` bytes; what is in it stays. */
  reserve(size: number): void {
    const missing = size + OVERREAD_BYTES - this.bytes.length;
    if (missing <= 0) return;
    this.memory.grow(pagesOf(missing));
    this.view();
  }

  /** Writes the hash of `length` bytes at word `from` of an array to words `target ..` of it. For short inputs: word by word. */
  hashWords(array: Int32Array, from: number, length: number, target: number): void {
    const start = KECCAK_START >> 2;
    const size = (length + 3) >> 2;
    this.reserve(KECCAK_START + size * 4);
    const { words } = this;
    for (let word = 0; word < size; word++) words[start + word] = array[from + word]!;
    this.hash(KECCAK_START, length, KECCAK_OUT);
    for (let word = 0; word < HASH_WORDS; word++) array[target + word] = words[(KECCAK_OUT >> 2) + word]!;
  }

  private view(): void {
    this.bytes = new Uint8Array(this.memory.buffer);
    this.words = new Int32Array(this.memory.buffer);
  }
}

const pagesOf = (size: number): number => Math.ceil(size / PAGE_BYTES);

const shared = new KeccakMemory(1);

/** Keccak-256 of the bytes; a fresh 32-byte array. */
export const keccak256 = (bytes: Uint8Array): Uint8Array => keccakOf(bytes);

/** Keccak-256 of the parts joined. */
export const keccakOf = (...parts: readonly Uint8Array[]): Uint8Array => {
  const end = parts.reduce((sum, part) => sum + part.length, KECCAK_START);
  shared.reserve(end);
  let at = KECCAK_START;
  for (const part of parts) {
    shared.bytes.set(part, at);
    at += part.length;
  }
  shared.hash(KECCAK_START, end - KECCAK_START, KECCAK_OUT);
  return shared.bytes.slice(KECCAK_OUT, KECCAK_OUT + 32);
};
