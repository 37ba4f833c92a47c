// The host operations (docs/spec/program.md, "Host operations" and "Input address space") as a small interpreter.
import { secp256k1 } from '@noble/curves/secp256k1';
import { bytesToHex, concat, hexToBytes, keccak256, pad, size, slice } from 'viem';
import { ZERO } from './encoding.mjs';
import { leavesOf, node } from './state-tree.mjs';

export const MEMORY = 262_144;
const KECCAK_LIMIT = 16_384;
const LOG_LIMIT = 4_096;

/** What the memory holds before a case puts its bytes there. */
export const initialMemory = () => Uint8Array.from({ length: MEMORY }, (_, i) => (i + (i >> 8)) & 0xff);

/** The machine traps. */
const TRAP = Symbol('trap');
const must = (condition) => {
  if (!condition) throw TRAP;
};

/** The precompiled contract 0x01: `digest || v || r || s` to a padded address, zero where there is none. */
export const recover = (input) => {
  const [digest, v, r, s] = [0, 32, 64, 96].map((at) => slice(input, at, at + 32));
  if (BigInt(v) !== 27n && BigInt(v) !== 28n) return ZERO;
  try {
    const signature = new secp256k1.Signature(BigInt(r), BigInt(s)).addRecoveryBit(Number(BigInt(v)) - 27);
    const key = bytesToHex(signature.recoverPublicKey(digest.slice(2)).toRawBytes(false));
    return pad(slice(keccak256(slice(key, 1)), 12), { size: 32 });
  } catch {
    return ZERO;
  }
};

/** Word `at` of joined words, if it is there. */
const wordOf = (words, at) => {
  must(words !== undefined && at * 32 + 32 <= size(words));
  return slice(words, at * 32, at * 32 + 32);
};

const readInput = (index, inputs) => {
  const address = BigInt(index);
  const [space, number, at] = [Number(address >> 56n), (address >> 16n) & 0xff_ffff_ffffn, Number(address & 0xffffn)];
  const current = BigInt(inputs.currentItem);
  if (space === 0) return wordOf(number === 0n ? inputs.position : undefined, at);
  if (space === 1) return wordOf(number <= current ? inputs.items[Number(number)] : undefined, at);
  if (space === 2) return wordOf(number === current ? inputs.payload : undefined, at);
  must(space === 3);
  const count = BigInt(wordOf(inputs.items[Number(current)], 6));
  return wordOf(number < count ? inputs.delayed[Number(number)] : undefined, at);
};

/** State, checkpoint, log and memory of one unit. */
class Host {
  state = new Map();
  logHash = ZERO;
  saved = undefined;
  memory = initialMemory();
  written = new Map();

  constructor(inputs, aggregates) {
    this.inputs = inputs;
    this.valid = new Set(aggregates.filter(({ valid }) => valid).map(({ digest }) => digest));
  }

  read(pointer, length, limit = length) {
    must(pointer % 32 === 0 && length <= limit && pointer + length <= MEMORY);
    return bytesToHex(this.memory.slice(pointer, pointer + length));
  }

  /** Reads before it writes: `out` may lie in the input. */
  answer(out, word) {
    this.read(out, 32);
    this.memory.set(hexToBytes(word), out);
    this.written.set(out, word);
  }

  state_get({ key, out }) {
    this.answer(out, this.state.get(this.read(key, 32)) ?? ZERO);
  }

  state_set({ key, value }) {
    this.state.set(this.read(key, 32), this.read(value, 32));
  }

  checkpoint() {
    must(this.saved === undefined);
    this.saved = { state: new Map(this.state), logHash: this.logHash };
  }

  rollback() {
    must(this.saved !== undefined);
    ({ state: this.state, logHash: this.logHash } = this.saved);
    this.saved = undefined;
  }

  commit() {
    must(this.saved !== undefined);
    this.saved = undefined;
  }

  read_input({ index, out }) {
    this.answer(out, readInput(index, this.inputs));
  }

  keccak({ pointer, length, out }) {
    this.answer(out, keccak256(this.read(pointer, length, KECCAK_LIMIT)));
  }

  ecrecover({ pointer, out }) {
    this.answer(out, recover(this.read(pointer, 128)));
  }

  bls_verify({ pointer, out }) {
    const valid = this.valid.has(this.read(pointer, 32));
    this.answer(out, pad(valid ? '0x01' : '0x00', { dir: 'right', size: 32 }));
  }

  log({ pointer, length }) {
    this.logHash = keccak256(concat([this.logHash, keccak256(this.read(pointer, length, LOG_LIMIT))]));
  }
}

/** Makes the calls of a case and says what is so after them. Only the last call may trap. */
export const perform = ({ name, memory = [], calls }, inputs, aggregates) => {
  const host = new Host(inputs, aggregates);
  for (const { at, bytes } of memory) host.memory.set(hexToBytes(bytes), at);
  for (const [index, { operation, ...operands }] of calls.entries()) {
    try {
      host[operation](operands);
    } catch (error) {
      if (error !== TRAP) throw error;
      if (index !== calls.length - 1) throw new TypeError(`${name}: call ${index} traps`, { cause: error });
      return { name, memory, calls, traps: true };
    }
  }
  const results = [...host.written].map(([at, bytes]) => ({ at, bytes }));
  return { name, memory, calls, traps: false, results, stateRoot: node(leavesOf(host.state)), logHash: host.logHash };
};
