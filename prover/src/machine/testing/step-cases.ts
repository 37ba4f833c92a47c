import { ecrecover, type Position } from '@metachain/program';
import { bytesToHex, hexToBytes } from 'viem';
import { recordChain } from '../judge/chain-record.js';
import { LocalJudge } from '../judge/local-judge.js';
import { positionWords, UnitInputReader } from '../inputs.js';
import { HostOperation } from '../lowering/host-operations.js';
import type { Instruction } from '../lowering/instruction.js';
import { describeLowered } from '../lowering/program.js';
import { Machine } from '../machine.js';
import { equalBytes, joinBytes, keccak, word } from '../merkle/hash.js';
import { PersistentStateTree } from '../merkle/state-tree.js';
import type { WitnessSources } from '../proof/step-proof.js';
import { aggregate, digestOf, preimageOf } from './aggregate.js';
import { accounts, RealChain } from './real-chain.js';
import {
  controlCode,
  host,
  MEMORY_BYTES,
  plainCode,
  registerProgram,
  trappingCalls,
  trappingCode,
} from './register-code.js';

const { stateGet, stateSet, checkpoint, rollback, commit, readInput, keccak: hash, ecrecover: recover } = HostOperation;
const { blsVerify, log } = HostOperation;

/** Programs that end the same way, and what stands around them. */
export interface StepCase {
  readonly name: string;
  readonly programs: readonly (readonly Instruction[])[];
  readonly ends: 'halted' | 'trapped';
  readonly memory?: Uint8Array;
  /** Item of L1 at which the unit starts; 0 unless given. */
  readonly item?: bigint;
  /** What the machine believes about every aggregate; false unless given. */
  readonly validAggregate?: boolean;
}

/** An L1 with a payload in calldata, two in a blob, one in three blobs, whose words differ, and a message. */
const chain = new RealChain();
chain.deposit({ data: '0x1234' });
chain.postBlocks([new Uint8Array(100).fill(1)]);
chain.postBlobs([new Uint8Array(100).fill(2)]);
chain.postBlobs([new Uint8Array(100).fill(3)]);
chain.postBlobs([Uint8Array.from({ length: 260_000 }, (_, at) => at + (at >> 8))]);

/** What the members signed together, and what they did not. */
const { signature, members } = aggregate(2);
const [whole, part] = [members, members.slice(1)] as const;
const preimage = (digest: Uint8Array) =>
  preimageOf(signature, equalBytes(digest, digestOf(signature, whole)) ? whole : part);

/** Where the proofs of these programs' steps take what the machines read. */
export const caseSources: WitnessSources = { inputs: chain.inputs, aggregates: { preimage } };

/** A judge that knows the L1 of these programs. */
export async function caseJudge(): Promise<LocalJudge> {
  const judge = await LocalJudge.create();
  await recordChain(judge, chain);
  return judge;
}

/** The machine of one of these programs before its first step, known to the judge. */
export async function openCase(judge: LocalJudge, code: readonly Instruction[], stepCase: StepCase) {
  const { memory, item = 0n, validAggregate = false } = stepCase;
  const program = registerProgram(code, memory);
  const description = describeLowered(program);
  await judge.registerProgram(description);
  const position: Position = { parentHash: chain.genesis.hash, parentNumber: 0n, item, offset: 0, unit: 0 };
  const reader = new UnitInputReader(position, chain.inputs);
  const machine = new Machine({
    program,
    state: PersistentStateTree.empty,
    position: positionWords(position),
    readInput: (index) => reader.read(index),
    cryptography: { recover: ecrecover, verifyAggregate: () => validAggregate },
  });
  return { machine, programHash: description.hash };
}

/** A memory that starts with these bytes. */
function memoryOf(...parts: readonly Uint8Array[]): Uint8Array {
  const memory = new Uint8Array(MEMORY_BYTES);
  memory.set(joinBytes(parts));
  return memory;
}

const stateCode = [
  ...host(stateGet, 0n, 160n),
  ...host(stateSet, 0n, 32n),
  ...host(stateGet, 0n, 160n),
  ...host(checkpoint),
  ...host(stateSet, 0n, 64n),
  ...host(rollback),
  ...host(checkpoint),
  ...host(stateSet, 0n, 96n),
  ...host(stateSet, 128n, 96n),
  ...host(commit),
  ...[0n, 100n, 16_384n].flatMap((length) => host(hash, 0n, length, 160n)),
  ...[0n, 100n, 4_096n].flatMap((length) => host(log, 0n, length)),
];

const signatureCode = [
  ...host(recover, 0n, 1_024n),
  ...host(recover, 2_048n, 1_024n),
  ...host(blsVerify, 128n, 1_056n),
];

/** What `ecrecover` takes at 0, then the digest of the aggregate. */
async function signatureMemory(): Promise<Uint8Array> {
  const digest = keccak(word(7));
  const [account] = accounts as readonly [(typeof accounts)[0]];
  const signed = hexToBytes(await account.sign({ hash: bytesToHex(digest) }));
  return memoryOf(digest, word(BigInt(signed[64] ?? 0)), signed.subarray(0, 64), digestOf(signature, whole));
}

const input = (space: number, number: number, wordIndex: number): bigint =>
  (BigInt(space) << 56n) | (BigInt(number) << 16n) | BigInt(wordIndex);

const inCalldata = [input(0, 0, 3), input(1, 0, 6), input(2, 0, 1), input(3, 0, 2), input(3, 0, 9)];
const missing = [
  ...[input(0, 1, 0), input(0, 0, 4), input(1, 1, 0), input(1, 0, 11), input(2, 1, 0), input(2, 0, 1_000)],
  ...[input(3, 5, 0), input(3, 0, 50), input(4, 0, 0)],
];

/** Programs that take together every way that a step can go (`everyPath`). */
export const stepCases: readonly StepCase[] = [
  { name: 'each instruction and way of control', programs: [plainCode(), controlCode()], ends: 'halted' },
  { name: 'each instruction that traps, and each byte that is none', programs: trappingCode(), ends: 'trapped' },
  { name: 'each host operation that traps', programs: trappingCalls(), ends: 'trapped' },
  {
    name: 'state, checkpoints, hashes and the log',
    programs: [stateCode],
    ends: 'halted',
    memory: memoryOf(keccak(word(1)), word(5), word(6), word(0), keccak(word(2))),
  },
  {
    name: 'signatures and aggregates that are valid, and a signature that is not',
    programs: [signatureCode],
    ends: 'halted',
    memory: await signatureMemory(),
    validAggregate: true,
  },
  {
    name: 'an aggregate that is not valid',
    programs: [host(blsVerify, 0n, 1_056n)],
    ends: 'halted',
    memory: memoryOf(digestOf(signature, part)),
  },
  {
    name: 'inputs that exist, the payload in calldata',
    programs: [inCalldata.flatMap((index) => host(readInput, index, 64n))],
    ends: 'halted',
  },
  ...[1, 2].map((item): StepCase => {
    const words = [0, 1, 2].flatMap((index) => host(readInput, input(2, item, index), 64n));
    return { name: `the payload of item ${item}, in blobs`, programs: [words], ends: 'halted', item: BigInt(item) };
  }),
  {
    name: 'the payload of item 3, at the edges of its three blobs',
    programs: [[4_095, 4_096, 8_191, 8_192].flatMap((index) => host(readInput, input(2, 3, index), 64n))],
    ends: 'halted',
    item: 3n,
  },
  ...missing.map((index): StepCase => {
    const name = `input ${index.toString(16)}, which does not exist`;
    return { name, programs: [host(readInput, index, 64n)], ends: 'trapped' };
  }),
];
