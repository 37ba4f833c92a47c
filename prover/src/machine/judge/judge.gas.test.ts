import { beforeAll, describe, expect, it } from '@jest/globals';
import { ecrecover } from '@metachain/program';
import { bytesToHex, hexToBytes, parseSignature } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { positionWords, UnitInputReader } from '../inputs.js';
import { lower } from '../lowering/lower.js';
import { Op } from '../lowering/opcodes.js';
import { describeLowered } from '../lowering/program.js';
import { Machine } from '../machine.js';
import { joinBytes, keccak, word, ZERO_WORD } from '../merkle/hash.js';
import { PersistentStateTree } from '../merkle/state-tree.js';
import { nextInstruction, stepProof } from '../proof/step-proof.js';
import { MAX_DEPTH, treeBeside, treeWithDeepest } from '../testing/deep-tree.js';
import { assemble, HOST_IMPORTS } from '../testing/programs.js';
import { RealChain } from '../testing/real-chain.js';
import { JudgeError } from './errors.js';
import { recordChain } from './chain-record.js';
import { LocalJudge, TRANSACTION_GAS_CAP } from './local-judge.js';
import { type CostTable, checkSteps } from './step-check.js';

const account = privateKeyToAccount(`0x${'11'.repeat(32)}`);
const escaped = (bytes: Uint8Array): string =>
  [...bytes].map((byte) => `\\${byte.toString(16).padStart(2, '0')}`).join('');

let judge: LocalJudge;
beforeAll(async () => {
  judge = await LocalJudge.create();
});

/** Signatures at 0: one that is right, then with v, r and s changed. The results stand from 1024 on. */
async function signatures(): Promise<Uint8Array> {
  const digest = keccak(new TextEncoder().encode('a message'));
  const { r, s, yParity } = parseSignature(await account.sign({ hash: `0x${Buffer.from(digest).toString('hex')}` }));
  const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
  const highS = ORDER - BigInt(s);
  const v = BigInt(yParity) + 27n;
  const tries: (readonly [bigint, bigint, bigint])[] = [
    [v, BigInt(r), BigInt(s)],
    [v === 27n ? 28n : 27n, BigInt(r), highS],
    [v + 2n, BigInt(r), BigInt(s)],
    [v + (1n << 64n), BigInt(r), BigInt(s)],
    [v, 0n, BigInt(s)],
    [v, BigInt(r), ORDER],
    [v, BigInt(r) + 1n, BigInt(s)],
  ];
  return joinBytes(tries.flatMap(([a, b, c]) => [digest, word(a), word(b), word(c)]));
}

/** What stands around a machine: by default four words of state and no inputs. */
interface Surroundings {
  readonly state?: PersistentStateTree;
  readonly chain?: RealChain;
}

const fourWords = PersistentStateTree.fromRecords(joinBytes([word(1), word(2), word(3), word(4)]));

async function machineOf(body: string, data: Uint8Array, { state = fourWords, chain }: Surroundings = {}) {
  const program = lower(
    assemble(`(module ${HOST_IMPORTS} (memory (export "memory") 1 1) (data (i32.const 0) "${escaped(data)}")
      (func (export "run") (result i64) ${body} (i64.const 0)))`),
  );
  const description = describeLowered(program);
  await judge.registerProgram(description);
  const reader = chain && new UnitInputReader(chain.start, chain.inputs);
  const machine = new Machine({
    program,
    state,
    position: chain ? positionWords(chain.start) : [ZERO_WORD, ZERO_WORD, ZERO_WORD, ZERO_WORD],
    readInput: (index) => reader?.read(index),
    cryptography: { recover: ecrecover, verifyAggregate: () => false },
  });
  return { machine, hash: description.hash };
}

const MOST_BLOBS = 16;
/** Words of a message ahead of its data (docs/spec/l1.md, "Delayed messages"). */
const HEADER_WORDS = 9;

/** Input address of a word of item or message 0. */
const inputAt = (space: number, place: number): bigint => (BigInt(space) << 56n) | BigInt(place);
const readWord = (index: bigint): string => `(call $read_input (i64.const ${index}) (i32.const 0))`;

/** What the state has beside key 7, and the siblings of its proof. */
const deepStates = [
  ['a leaf at the greatest depth', treeWithDeepest(word(7)), MAX_DEPTH],
  ['a key whose only neighbour parts from it as late as can be', treeBeside(word(7)), 0],
] as const;

/** Proves every step of a program to the judge; none may cost more than the limit. */
async function proveWithin(limit: bigint, body: string, data: Uint8Array, surroundings: Surroundings) {
  const { chain } = surroundings;
  if (chain) await recordChain(judge, chain);
  const { machine, hash } = await machineOf(body, data, surroundings);
  const costs: CostTable = new Map();
  const sources = chain ? { inputs: chain.inputs } : {};
  expect((await checkSteps(machine, judge, hash, { costs, sources })).mismatches).toEqual([]);
  expect(machine.stepper.status).toBe('halted');
  console.table(Object.fromEntries(costs));
  for (const { transactionGas } of costs.values()) expect(transactionGas < limit).toBe(true);
  return { machine, costs };
}

describe('OneStepProver', () => {
  it('recovers signers as the host does, right and wrong ones', async () => {
    const body = Array.from(
      { length: 7 },
      (_, i) => `(call $ecrecover (i32.const ${i * 128}) (i32.const ${1024 + i * 32}))`,
    );
    const { machine, hash } = await machineOf(body.join(' '), await signatures());
    expect((await checkSteps(machine, judge, hash)).mismatches).toEqual([]);
    const results = Array.from({ length: 7 }, (_, i) => machine.stepper.memory.slice(1024 + i * 32, 1056 + i * 32));
    const signer = joinBytes([new Uint8Array(12), hexToBytes(account.address)]);
    expect(results.slice(0, 2)).toEqual([signer, signer]);
    expect(results.slice(2, 6)).toEqual([ZERO_WORD, ZERO_WORD, ZERO_WORD, ZERO_WORD]);
  });

  it('never comes to another verdict for want of gas', async () => {
    const body = `(call $ecrecover (i32.const 0) (i32.const 1024)) (call $state_set (i32.const 0) (i32.const 32))
      (call $state_get (i32.const 0) (i32.const 96)) (call $keccak (i32.const 0) (i32.const 500) (i32.const 64))`;
    const { machine, hash } = await machineOf(body, await signatures());
    let verdicts = 0;
    while (nextInstruction(machine) !== undefined) {
      const isHost = nextInstruction(machine)?.opcode === Op.host;
      const [before, proof] = [machine.hash(), stepProof(machine)];
      machine.runTo(machine.stepper.steps + 1n);
      if (!isHost) continue;
      const { gas } = await judge.step(hash, before, proof);
      for (let part = 1n; part <= 24n; part++) {
        const verdict = await judge.step(hash, before, proof, (gas * part) / 22n).catch((error: unknown) => error);
        if (!(verdict instanceof JudgeError)) expect((verdict as { after: Uint8Array }).after).toEqual(machine.hash());
        verdicts++;
      }
    }
    expect(verdicts).toBe(4 * 24);
  });

  it('hashes the longest ranges within one transaction', async () => {
    const body = `(call $keccak (i32.const 32) (i32.const 16384) (i32.const 64)) (call $log (i32.const 32) (i32.const 4096))
      (call $keccak (i32.const 65536) (i32.const 0) (i32.const 32)) (call $log (i32.const 65504) (i32.const 32))`;
    const { machine, hash } = await machineOf(body, await signatures());
    const costs: CostTable = new Map();
    expect((await checkSteps(machine, judge, hash, { costs })).mismatches).toEqual([]);
    const rows = Object.fromEntries([...costs].filter(([name]) => name === 'keccak' || name === 'log'));
    console.table(rows);
    for (const { transactionGas } of costs.values()) expect(transactionGas < TRANSACTION_GAS_CAP / 10n).toBe(true);
  });

  it.each(deepStates)('reads and writes %s within one transaction', async (_, state, siblings) => {
    expect(state.prove(word(7)).siblings).toHaveLength(siblings);
    const body = `(call $state_get (i32.const 0) (i32.const 64)) (call $state_set (i32.const 0) (i32.const 32))
      (call $state_get (i32.const 0) (i32.const 64))`;
    await proveWithin(TRANSACTION_GAS_CAP / 10n, body, joinBytes([word(7), word(8)]), { state });
  });

  it('reads the end of the longest message within one transaction', async () => {
    const chain = new RealChain();
    chain.deposit({ data: bytesToHex(new Uint8Array(4_096).fill(0xff)) });
    chain.postBlocks([new Uint8Array(100).fill(1)]);
    const last = inputAt(3, HEADER_WORDS + 4_096 / 32 - 1);
    const { machine } = await proveWithin(TRANSACTION_GAS_CAP / 10n, readWord(last), ZERO_WORD, { chain });
    expect(machine.stepper.memory.slice(0, 32)).toEqual(new Uint8Array(32).fill(0xff));
  });

  it('reads the last word that an input address reaches, of the most blobs, within one transaction', async () => {
    const chain = new RealChain();
    const blobs = Array.from({ length: MOST_BLOBS }, (_, at) => new Uint8Array(4_096 * 32).fill(at + 1, -31));
    chain.appendBlobs(blobs);
    const body = readWord(inputAt(2, 65_535));
    const { machine } = await proveWithin(TRANSACTION_GAS_CAP / 10n, body, ZERO_WORD, { chain });
    expect(machine.stepper.memory[31]).toBe(MOST_BLOBS);
  });
});
