import { beforeAll, expect, it } from '@jest/globals';
import { ecrecover, type Position } from '@metachain/program';
import { hexToBytes } from 'viem';
import { positionWords, UnitInputReader } from '../inputs.js';
import { HostOperation } from '../lowering/host-operations.js';
import type { Instruction } from '../lowering/instruction.js';
import { describeLowered } from '../lowering/program.js';
import { Machine } from '../machine.js';
import { equalBytes, joinBytes, keccak, word } from '../merkle/hash.js';
import { PersistentStateTree } from '../merkle/state-tree.js';
import { aggregate, digestOf, preimageOf } from '../testing/aggregate.js';
import { accounts, RealChain } from '../testing/real-chain.js';
import {
  controlCode,
  host,
  MEMORY_BYTES,
  plainCode,
  registerProgram,
  trappingCalls,
  trappingCode,
} from '../testing/register-code.js';
import { recordChain } from './chain-record.js';
import { LocalJudge } from './local-judge.js';
import { checkSteps } from './step-check.js';
import { everyPath, watchPath } from './step-path.js';

const { stateGet, stateSet, checkpoint, rollback, commit, readInput, keccak: hash, ecrecover: recover } = HostOperation;
const { blsVerify, log } = HostOperation;

interface SignedMembers {
  readonly digest: Uint8Array;
  readonly preimage: Uint8Array;
}

/** An L1 with a payload in calldata, one in blobs, none, and a message. */
const chain = new RealChain();
const { signature, members } = aggregate(2);
/** What the members signed together, and what they did not. */
const [whole, part] = [members, members.slice(1)].map((signers) => ({
  digest: digestOf(signature, signers),
  preimage: preimageOf(signature, signers),
})) as [SignedMembers, SignedMembers];
const preimage = (digest: Uint8Array) => (equalBytes(digest, whole.digest) ? whole : part).preimage;
const sources = { inputs: chain.inputs, aggregates: { preimage } };
const seen = new Set<string>();

let judge: LocalJudge;
beforeAll(async () => {
  chain.deposit({ data: '0x1234' });
  chain.postBlocks([new Uint8Array(100).fill(1)]);
  chain.postBlobs([new Uint8Array(100).fill(2)]);
  judge = await LocalJudge.create();
  await recordChain(judge, chain);
});

interface Surroundings {
  readonly memory?: Uint8Array;
  readonly item?: bigint;
  readonly validAggregate?: boolean;
}

/** Runs a program to its end in the stepper and, step by step, on the EVM; remembers which ways the steps went. */
async function prove(code: readonly Instruction[], surroundings: Surroundings = {}): Promise<Machine> {
  const { memory, item = 0n, validAggregate = false } = surroundings;
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
  const watch = (before: Machine) => {
    const path = watchPath(before);
    return () => void seen.add(path());
  };
  const { mismatches } = await checkSteps(machine, judge, description.hash, { sources, watch });
  expect(mismatches).toEqual([]);
  return machine;
}

/** A memory that starts with these bytes. */
function memoryOf(...parts: readonly Uint8Array[]): Uint8Array {
  const memory = new Uint8Array(MEMORY_BYTES);
  memory.set(joinBytes(parts));
  return memory;
}

const input = (space: number, number: number, wordIndex: number): bigint =>
  (BigInt(space) << 56n) | (BigInt(number) << 16n) | BigInt(wordIndex);

it('each instruction and way of control', async () => {
  expect((await prove(plainCode())).stepper.status).toBe('halted');
  expect((await prove(controlCode())).stepper.status).toBe('halted');
});

it('each instruction that traps, and each byte that is none', async () => {
  const programs = [...trappingCode(), ...trappingCalls()];
  for (const code of programs) expect((await prove(code)).stepper.status).toBe('trapped');
  expect(programs.length).toBeGreaterThan(180);
});

it('state, checkpoints, hashes and the log', async () => {
  const memory = memoryOf(keccak(word(1)), word(5), word(6), word(0), keccak(word(2)));
  const code = [
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
  expect((await prove(code, { memory })).stepper.status).toBe('halted');
});

it('signatures and aggregates, valid or not', async () => {
  const digest = keccak(word(7));
  const signed = hexToBytes(
    await (accounts[0] as (typeof accounts)[0]).sign({ hash: `0x${Buffer.from(digest).toString('hex')}` }),
  );
  const memory = memoryOf(digest, word(BigInt(signed[64] ?? 0)), signed.subarray(0, 64), whole.digest);
  const code = [...host(recover, 0n, 1_024n), ...host(recover, 2_048n, 1_024n), ...host(blsVerify, 128n, 1_056n)];
  expect((await prove(code, { memory, validAggregate: true })).stepper.status).toBe('halted');
  expect((await prove(host(blsVerify, 0n, 1_056n), { memory: memoryOf(part.digest) })).stepper.status).toBe('halted');
});

it('inputs that exist', async () => {
  const words = [input(0, 0, 3), input(1, 0, 6), input(2, 0, 1), input(3, 0, 2), input(3, 0, 9)];
  const inCalldata = words.flatMap((index) => host(readInput, index, 64n));
  expect((await prove(inCalldata)).stepper.status).toBe('halted');
  expect((await prove(host(readInput, input(2, 1, 1), 64n), { item: 1n })).stepper.status).toBe('halted');
});

const MISSING = [
  ...[input(0, 1, 0), input(0, 0, 4), input(1, 1, 0), input(1, 0, 11), input(2, 1, 0), input(2, 0, 1_000)],
  ...[input(3, 5, 0), input(3, 0, 50), input(4, 0, 0)],
];

it.each(MISSING.map((index) => [index.toString(16), index] as const))(
  'input %s, which does not exist',
  async (_, index) => {
    expect((await prove(host(readInput, index, 64n))).stepper.status).toBe('trapped');
  },
);

it('these were all ways that a step can go', () => {
  const ways = everyPath();
  expect(new Set(ways).size).toBe(ways.length);
  expect([...seen].sort()).toEqual([...ways].sort());
});
