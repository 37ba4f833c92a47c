import { fileURLToPath } from 'node:url';

import * as asc from 'assemblyscript/asc';

import { compileProgram } from '../engine/program.js';
import type { ProgramModule } from '../engine/wasm.js';

/** A program with the surface of the real one that does what a script in the transaction buffer tells it: for tests of the host alone. */
const source = `
@external("host", "state_get") declare function state_get(key: usize, out: usize): void;
@external("host", "state_set") declare function state_set(key: usize, value: usize): void;
@external("host", "checkpoint") declare function checkpoint(): void;
@external("host", "rollback") declare function rollback(): void;
@external("host", "commit") declare function commit(): void;
@external("host", "read_input") declare function read_input(index: u64, out: usize): void;
@external("host", "keccak") declare function keccak(pointer: usize, length: u32, out: usize): void;
@external("host", "ecrecover") declare function ecrecover(pointer: usize, out: usize): void;
@external("host", "bls_verify") declare function bls_verify(pointer: usize, out: usize): void;
@external("host", "log") declare function log(pointer: usize, length: u32): void;
const BUFFER: usize = 0x18000;
const RETURN: usize = 0x1d000;
const RECORD: usize = 0x2000;
let returned: u32 = 0;
/** Commands of 16 bytes: operation, a, b, c. Operation 11 stores c at a, 12 copies 32 bytes from a to b, 13 loops for ever, 14 returns a. */
function execute(length: u32): u32 {
  for (let at: u32 = 0; at < length; at += 16) {
    const op = load<u32>(BUFFER + at), a = load<u32>(BUFFER + at + 4), b = load<u32>(BUFFER + at + 8), c = load<u32>(BUFFER + at + 12);
    if (op == 1) state_get(a, b);
    else if (op == 2) state_set(a, b);
    else if (op == 3) checkpoint();
    else if (op == 4) rollback();
    else if (op == 5) commit();
    else if (op == 6) read_input((u64(a) << 56) | (u64(b) << 16) | u64(c & 0xffff), RETURN + 32);
    else if (op == 7) keccak(a, b, c);
    else if (op == 8) ecrecover(a, b);
    else if (op == 9) bls_verify(a, b);
    else if (op == 10) log(a, b);
    else if (op == 11) store<u32>(a, c);
    else if (op == 12) memory.copy(b, a, 32);
    else if (op == 13) unreachable();
    else if (op == 14) return a;
  }
  return 0;
}
function block(): void {
  memory.fill(RECORD, 0, 96);
  store<u8>(RECORD, 3);
  store<u64>(RECORD, load<u64>(0x1000), 9);
  read_input(3, 0x3000);
  store<u64>(RECORD, bswap<u64>(load<u64>(0x3000, 24)) + 1, 1);
  log(RECORD, 73);
}
export function begin(): u32 { return u32(load<u64>(0x1000, 8)); }
export function apply(length: u32): u32 { return execute(length); }
export function prepare(length: u32): u32 { return execute(length); }
export function query(length: u32): u32 { memory.copy(BUFFER, BUFFER + 64, length - 64); return execute(length - 64); }
export function end(): u32 { block(); return 0; }
/** The first payload word is a script of one command; then a block, and the item is done unless the command is 14. */
export function run(): u64 {
  read_input(1, 0x3000);
  const item = bswap<u64>(load<u64>(0x3000, 24));
  read_input((u64(2) << 56) | (item << 16), 0x3000);
  memory.copy(BUFFER, 0x3000, 16);
  if (execute(16) != 0) return 7;
  block();
  return 0xc000000000000000;
}
export function buffer(id: u32): u32 { return id == 0 ? 0x1000 : id == 1 ? u32(BUFFER) : u32(RETURN); }
export function bufferLength(): u32 { return 96; }
`;

const options = [
  'entry.ts',
  '--outFile',
  'out.wasm',
  '--runtime',
  'stub',
  '--initialMemory',
  '4',
  '--maximumMemory',
  '4',
  '--use',
  'abort=',
];

/** Compiles the script program. */
export const scriptProgram = async (): Promise<ProgramModule> => {
  let binary: Uint8Array | undefined;
  const { error, stderr } = await asc.main(options, {
    readFile: (name) => (name === 'entry.ts' ? source : null),
    writeFile: (name, contents) => {
      if (name === 'out.wasm') binary = contents as Uint8Array;
    },
    listFiles: () => [],
  });
  if (error || !binary) throw new TypeError(`${fileURLToPath(import.meta.url)}: ${stderr.toString()}`);
  return compileProgram(binary);
};

/** Names of the commands. */
export const operations = {
  state_get: 1,
  state_set: 2,
  checkpoint: 3,
  rollback: 4,
  commit: 5,
  read_input: 6,
  keccak: 7,
  ecrecover: 8,
  bls_verify: 9,
  log: 10,
  store: 11,
  copy: 12,
  unreachable: 13,
  result: 14,
} as const;

export type Command = readonly [keyof typeof operations, number?, number?, number?];

/** A script as the transaction buffer holds it. */
export const script = (...commands: readonly Command[]): Uint8Array => {
  const words = new Uint32Array(commands.length * 4);
  commands.forEach(([name, a = 0, b = 0, c = 0], index) => words.set([operations[name], a, b, c], index * 4));
  return new Uint8Array(words.buffer);
};
