import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

import { recoverAddress } from 'ethers';
import { bytesToHex, type Hex, hexToBytes, keccak256, numberToBytes, pad } from 'viem';

type Exported = (...values: (number | bigint)[]) => number | bigint | undefined;
/** The host operations that an entry imports. */
export type Operations = Record<string, (...values: never[]) => void>;
export type Exports = Record<string, Exported> & { memory: { buffer: ArrayBuffer } };

/** Scratch for arguments: above every buffer that the tested functions use. */
export const ARGUMENTS = 0x39000;

const { WebAssembly } = globalThis as unknown as {
  WebAssembly: {
    Module: new (bytes: Uint8Array) => object;
    Instance: new (module: object, imports: object) => { exports: Exports };
  };
};

/** Starts the test entry `name` of chain/test/assembly over a host. */
export const instantiate = (name: string, host: Operations): Exports => {
  const module = new WebAssembly.Module(readFileSync(resolve(import.meta.dirname, `../dist/test/${name}.wasm`)));
  return new WebAssembly.Instance(module, { host }).exports;
};

/** The address that signed, as the precompile answers: 32 bytes, zero when there is none. */
const recover = (input: Uint8Array): Uint8Array => {
  const [digest, v, r, s] = [0, 32, 64, 96].map((at) => bytesToHex(input.subarray(at, at + 32))) as [
    Hex,
    Hex,
    Hex,
    Hex,
  ];
  try {
    return hexToBytes(pad(recoverAddress(digest, { r, s, v: Number(v) }) as Hex));
  } catch {
    return new Uint8Array(32);
  }
};

/** A compiled test entry with a host that hashes, recovers and keeps state in a Map. */
export class TestProgram {
  readonly exports: Exports;
  readonly memory: Uint8Array;
  readonly state = new Map<string, Uint8Array>();

  constructor(name: string) {
    this.exports = instantiate(name, this.operations());
    this.memory = new Uint8Array(this.exports.memory.buffer);
  }

  call(name: string, ...values: (number | bigint)[]): number | bigint {
    return this.exports[name]!(...values) ?? 0;
  }

  /** Calls a function that answers a u32, a bool or an address. */
  number(name: string, ...values: (number | bigint)[]): number {
    return Number(this.call(name, ...values)) >>> 0;
  }

  read(at: number, length: number): Uint8Array {
    return this.memory.slice(at, at + length);
  }

  hex(at: number, length: number): Hex {
    return bytesToHex(this.read(at, length));
  }

  write(at: number, bytes: Uint8Array): number {
    this.memory.set(bytes, at);
    return at;
  }

  /** Little-endian number of `size` bytes. */
  writeNumber(at: number, value: bigint, size: number): number {
    return this.write(at, numberToBytes(value, { size }).reverse());
  }

  readNumber(at: number, size: number): bigint {
    return BigInt(bytesToHex(this.read(at, size).reverse()));
  }

  private word(at: number): Uint8Array {
    if (at % 32 !== 0) throw new RangeError(`pointer ${at} is not a multiple of 32`);
    return this.read(at, 32);
  }

  private operations(): Operations {
    const put = (at: number, word: Uint8Array): void => void this.memory.set(word, at);
    return {
      state_get: (key: number, out: number) =>
        put(out, this.state.get(bytesToHex(this.word(key))) ?? new Uint8Array(32)),
      state_set: (key: number, value: number) => void this.state.set(bytesToHex(this.word(key)), this.word(value)),
      keccak: (at: number, length: number, out: number) => {
        this.word(at);
        this.word(out);
        put(out, keccak256(this.read(at, length), 'bytes'));
      },
      ecrecover: (at: number, out: number) => {
        this.word(at);
        put(out, recover(this.read(at, 128)));
      },
    };
  }
}
