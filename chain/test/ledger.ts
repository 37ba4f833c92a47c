import {
  type Abi,
  type ContractFunctionArgs,
  type ContractFunctionName,
  decodeFunctionResult,
  encodeFunctionData,
  type Hex,
  keccak256,
  toHex,
} from 'viem';

import { type LedgerEvent, parseEvents } from './events.ts';
import { ARGUMENTS, type Exports, type Operations, instantiate } from './wasm.ts';

export interface Outcome {
  /** 0 = done. */
  readonly code: number;
  readonly data: Hex;
  readonly events: readonly LedgerEvent[];
}

/** Places in memory that no module uses. */
const CALLDATA = 0x3a000;
const RESULT = 0x38000;
/** First slot of a list of holders. */
const HOLDERS = 16;
/** First word of the block context: the timestamp. */
const BLOCK_CONTEXT = 0x8000;

const littleEndian = (bytes: Uint8Array): bigint => BigInt(toHex(Uint8Array.from(bytes).reverse()));
/** `value` as hex digits of `size` bytes, the lowest byte first, as the words of the state hold numbers. */
export const littleEndianHex = (value: bigint, size: number): string =>
  Buffer.from(value.toString(16).padStart(size * 2, '0'), 'hex')
    .reverse()
    .toString('hex');
const bytesOf = (hex: Hex): Buffer => Buffer.from(hex.slice(2), 'hex');

export const reference = (kind: number, index: number): bigint => (BigInt(kind) << 32n) | BigInt(index);
export const entity = (kind: number, index: number): Hex =>
  `0x4d455441${kind.toString(16).padStart(2, '0')}${'00'.repeat(11)}${index.toString(16).padStart(8, '0')}`;
export const tokenRef = (index: number): bigint => reference(1, index);
export const tokenAddress = (index: number): Hex => entity(1, index);
export const poolAddress = (index: number): Hex => entity(2, index);
export const FACTORY = entity(0x10, 1);
export const ROUTER = entity(0x10, 2);
export const predeploy = (last: number): Hex => `0x42${'00'.repeat(18)}${last.toString(16).padStart(2, '0')}`;
export const account = (n: number): Hex => `0x${n.toString(16).padStart(40, 'a')}`;

/** bank, token, swap and bridge in WebAssembly over a state in a Map, one operation at a time, all or nothing. */
export class Ledger {
  readonly state = new Map<string, Uint8Array>();
  private readonly exports: Exports;
  private readonly memory: Uint8Array;
  private events: LedgerEvent[] = [];
  private journal: [string, Uint8Array | undefined][] = [];
  reads = 0;
  writes = 0;
  /** Words of the input address space (docs/spec/program.md). */
  readonly inputs = new Map<bigint, bigint>();

  constructor() {
    this.exports = instantiate('modules', this.operations());
    this.memory = new Uint8Array(this.exports.memory.buffer);
    this.now = 1_800_000_000n;
    this.genesisTokens(4);
  }

  get now(): bigint {
    return littleEndian(this.memory.subarray(BLOCK_CONTEXT, BLOCK_CONTEXT + 8));
  }

  /** Seconds. */
  set now(seconds: bigint) {
    this.putNumber(BLOCK_CONTEXT, seconds, 8);
  }

  /** Writes `value` under a key given as hex parts, both padded with zero bytes at the end. */
  setWord(key: string, value: string): void {
    this.state.set(bytesOf(`0x${key.padEnd(64, '0')}`).toString('latin1'), bytesOf(`0x${value.padEnd(64, '0')}`));
  }

  /** The word under a key given as hex digits, which zero bytes complete; zero when it was never written. */
  word(key: string): Hex {
    return toHex(this.state.get(bytesOf(`0x${key.padEnd(64, '0')}`).toString('latin1')) ?? new Uint8Array(32));
  }

  private genesisTokens(count: number): void {
    const u64 = (value: number): string => littleEndianHex(BigInt(value), 8);
    for (let index = 0; index < count; index++) {
      const l1Token = index < 2 ? '00'.repeat(20) : index.toString(16).padStart(40, 'e');
      this.setWord(`04010000${u64(index)}`, `01${index === 2 ? '06' : '12'}0402${'00'.repeat(8)}${l1Token}`);
      this.setWord(`04020000${u64(index)}`, Buffer.from(`TOK${index}`).toString('hex'));
      this.setWord(`04030000${u64(index)}`, Buffer.from(`T${index}`).toString('hex'));
      if (index >= 2) this.setWord(`04040000${u64(0)}${l1Token}`, u64(index));
    }
    this.setWord('0405', u64(count));
  }

  /** Runs an exported function as one transaction. Numbers and bigints are passed as they are. */
  run(name: string, ...values: (number | bigint)[]): Outcome {
    this.events = [];
    this.journal = [];
    this.exports.resetResult!();
    const code = Number(this.exports[name]!(...values) ?? 0) >>> 0;
    if (code === 0) this.exports.flushLog!();
    else this.undo();
    const from = Number(this.exports.resultData!());
    const data = toHex(this.memory.slice(from, from + Number(this.exports.resultLength!())));
    return { code, data, events: code === 0 ? this.events : [] };
  }

  private undo(): void {
    this.exports.resetLog!();
    for (const [key, before] of this.journal.reverse()) {
      if (before) this.state.set(key, before);
      else this.state.delete(key);
    }
  }

  /** A call with calldata, as an Ethereum transaction makes it. */
  raw(from: Hex, to: Hex, data: Hex, value = 0n): Outcome {
    const caller = this.address(0, from);
    const target = this.address(1, to);
    const wei = this.amount(4, value);
    const bytes = bytesOf(data);
    this.memory.set(bytes, CALLDATA);
    this.exports.openCall!(caller, target, wei, CALLDATA, bytes.length, 0);
    return this.run('callTarget');
  }

  /** A call by ABI. */
  call<const A extends Abi, N extends ContractFunctionName<A>>(
    abi: A,
    functionName: N,
    args: ContractFunctionArgs<A, 'pure' | 'view' | 'payable' | 'nonpayable', N>,
    to: Hex,
    from: Hex = account(1),
    value = 0n,
  ): Outcome {
    return this.raw(from, to, encodeFunctionData({ abi, functionName, args } as never), value);
  }

  /** The decoded answer of a read. */
  read<T>(abi: Abi, functionName: string, args: readonly unknown[], to: Hex): T {
    const outcome = this.call(abi, functionName, args as never, to);
    if (outcome.code !== 0) throw new RangeError(`${functionName} failed with ${outcome.code}`);
    return decodeFunctionResult({ abi, functionName, args, data: outcome.data } as never) as T;
  }

  balance(token: bigint, holder: Hex): bigint {
    this.exports.balanceOf!(token, this.address(0, holder), RESULT);
    return this.number128(RESULT);
  }

  supply(token: bigint): bigint {
    this.exports.supplyOf!(token, RESULT);
    return this.number128(RESULT);
  }

  /** Tax, retained, promoters and reserve share collected in a token. */
  buckets(token: bigint): bigint[] {
    this.exports.bucketsOf!(token, RESULT);
    return [0, 16, 32, 48].map((at) => this.number128(RESULT + at));
  }

  poolHolding(pool: number, token: bigint): bigint {
    this.exports.poolHolding!(pool, token, RESULT);
    return this.number128(RESULT);
  }

  /** What a spender may still move for an owner, as the bank keeps it. */
  allowance(token: bigint, owner: Hex, spender: Hex): bigint {
    this.exports.allowanceOf!(token, this.address(0, owner), this.address(1, spender), RESULT);
    return this.number128(RESULT);
  }

  /** Whether an invariant of a module holds: a function of its invariants.ts. */
  holds(invariant: string, ...values: (number | bigint)[]): boolean {
    return this.exports[invariant]!(...values) === 1;
  }

  /** Whether these holders have the supply; `elsewhere` is what pools, buckets and pots have. */
  isSupplyHeld(token: bigint, holders: readonly Hex[], elsewhere = 0n): boolean {
    holders.forEach((holder, i) => this.address(HOLDERS + i, holder));
    return this.holds('isSupplyHeld', token, this.slot(HOLDERS), holders.length, this.amount(4, elsewhere));
  }

  mint(token: bigint, to: Hex, amount: bigint): void {
    const outcome = this.run('mintQuietly', token, this.address(0, to), this.amount(4, amount));
    if (outcome.code !== 0) throw new RangeError(`mint failed with ${outcome.code}`);
  }

  /** Where the argument slot `slot` is: 32 bytes. */
  slot(slot: number): number {
    return ARGUMENTS + slot * 32;
  }

  /** Puts a u128 argument into slot `slot` and answers where it is. */
  amount(slot: number, value: bigint): number {
    return this.putNumber(this.slot(slot), value, 16);
  }

  /** Puts a u256 argument into a slot. */
  wide(slot: number, value: bigint): number {
    return this.putNumber(this.slot(slot), value, 32);
  }

  /** Puts an address, or another value of at most 32 bytes, into a slot. */
  address(slot: number, value: Hex): number {
    this.memory.set(bytesOf(value), this.slot(slot));
    return this.slot(slot);
  }

  /** Puts pool indices into a slot. */
  pools(slot: number, indices: readonly number[]): number {
    indices.forEach((index, i) => this.putNumber(this.slot(slot) + i * 4, BigInt(index), 4));
    return this.slot(slot);
  }

  number128(at: number): bigint {
    return littleEndian(this.memory.subarray(at, at + 16));
  }

  /** Overwrites a u128 in memory: only to see that something is noticed. */
  setNumber128(at: number, value: bigint): void {
    this.putNumber(at, value, 16);
  }

  bytes(at: number, length: number): Hex {
    return toHex(this.memory.slice(at, at + length));
  }

  private putNumber(at: number, value: bigint, size: number): number {
    let rest = value;
    for (let i = 0; i < size; i++, rest >>= 8n) this.memory[at + i] = Number(rest & 0xffn);
    return at;
  }

  private key(at: number): string {
    if (at % 32 !== 0) throw new RangeError(`pointer ${at} is not a multiple of 32`);
    return Buffer.from(this.memory.buffer, at, 32).toString('latin1');
  }

  private operations(): Operations {
    return {
      state_get: (key: number, out: number) => {
        this.reads++;
        this.memory.set(this.state.get(this.key(key)) ?? new Uint8Array(32), out);
      },
      state_set: (at: number, value: number) => {
        this.writes++;
        const key = this.key(at);
        this.journal.push([key, this.state.get(key)]);
        this.state.set(key, this.memory.slice(value, value + 32));
      },
      keccak: (at: number, length: number, out: number) => {
        this.key(at);
        this.memory.set(keccak256(this.memory.slice(at, at + length), 'bytes'), out);
      },
      read_input: (index: bigint, out: number) => {
        const value = this.inputs.get(index);
        if (value === undefined) throw new RangeError(`no input word ${index}`);
        this.memory.set(bytesOf(toHex(value, { size: 32 })), out);
      },
      log: (at: number, length: number) => void this.events.push(...parseEvents(this.memory.slice(at, at + length))),
    };
  }
}
