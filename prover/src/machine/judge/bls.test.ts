import { beforeAll, describe, expect, it } from '@jest/globals';
import { bls12_381 as bls } from '@noble/curves/bls12-381';
import { lower } from '../lowering/lower.js';
import { describeLowered } from '../lowering/program.js';
import { Machine } from '../machine.js';
import { joinBytes, keccak, word, ZERO_WORD } from '../merkle/hash.js';
import { PersistentStateTree } from '../merkle/state-tree.js';
import { type CostTable, checkSteps } from './step-check.js';
import { assemble, HOST_IMPORTS } from '../testing/programs.js';
import { LocalJudge, TRANSACTION_GAS_CAP } from './local-judge.js';

const DST = 'BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_POP_';
const { ProjectivePoint: G1 } = bls.G1;

/** A field element in the 64 bytes of EIP-2537. */
const field = (value: bigint): Uint8Array => Buffer.from(value.toString(16).padStart(128, '0'), 'hex');

interface Member {
  readonly key: Uint8Array;
  readonly message: Uint8Array;
}

/** Members with different keys and messages, and the sum of their signatures. */
function aggregate(count: number): { signature: Uint8Array; members: Member[] } {
  let sum = bls.G2.ProjectivePoint.ZERO;
  const members = Array.from({ length: count }, (_, index) => {
    const secret = 1_000_003n + BigInt(index) * 7_919n;
    const message = keccak(word(index));
    const hashed = bls.G2.ProjectivePoint.fromAffine(bls.G2.hashToCurve(message, { DST }).toAffine());
    sum = sum.add(hashed.multiply(secret));
    const { x, y } = G1.BASE.multiply(secret).toAffine();
    return { key: joinBytes([field(x), field(y)]), message };
  });
  const { x, y } = sum.toAffine();
  return { signature: joinBytes([field(x.c0), field(x.c1), field(y.c0), field(y.c1)]), members };
}

const preimageOf = (signature: Uint8Array, members: readonly Member[]): Uint8Array =>
  joinBytes([signature, ...members.flatMap(({ key, message }) => [key, message])]);

const digestOf = (signature: Uint8Array, members: readonly Member[]): Uint8Array =>
  keccak(signature, ...members.map(({ key, message }) => keccak(key, message)));

const hex = (bytes: Uint8Array): string => [...bytes].map((byte) => `\\${byte.toString(16).padStart(2, '0')}`).join('');

let judge: LocalJudge;
beforeAll(async () => {
  judge = await LocalJudge.create();
});

/** Runs `bls_verify` in a machine that believes `claim`; the judge must come to the same. */
async function verify(signature: Uint8Array, members: readonly Member[], claim: boolean, costs: CostTable = new Map()) {
  const program = lower(
    assemble(`(module ${HOST_IMPORTS} (memory (export "memory") 1 1) (data (i32.const 64) "${hex(digestOf(signature, members))}")
      (func (export "run") (result i64) (call $bls_verify (i32.const 64) (i32.const 96)) (i64.load (i32.const 96))))`),
  );
  const description = describeLowered(program);
  await judge.registerProgram(description);
  const machine = new Machine({
    program,
    state: PersistentStateTree.empty,
    position: [ZERO_WORD, ZERO_WORD, ZERO_WORD, ZERO_WORD],
    readInput: () => undefined,
    cryptography: { recover: () => ZERO_WORD, verifyAggregate: () => claim },
  });
  const sources = { aggregates: { preimage: () => preimageOf(signature, members) } };
  const { mismatches } = await checkSteps(machine, judge, description.hash, { sources, costs });
  return mismatches;
}

describe('bls_verify before the judge', () => {
  const { signature, members } = aggregate(3);
  const [first, ...others] = members as [Member, ...Member[]];

  it('accepts an aggregate of different messages', async () => {
    expect(await verify(signature, members, true)).toEqual([]);
  });

  it('contradicts a machine that calls a right aggregate wrong', async () => {
    expect(await verify(signature, members, false)).toHaveLength(1);
  });

  it.each([
    ['a member is missing', signature, others],
    ['a message differs', signature, [{ ...first, message: keccak(word(99)) }, ...others]],
    ['a key is no point', signature, [{ ...first, key: joinBytes([field(1n), field(1n)]) }, ...others]],
    ['a key is infinity', signature, [{ ...first, key: new Uint8Array(128) }, ...others]],
    ['the signature is no point', joinBytes([field(1n), field(2n), field(3n), field(4n)]), members],
    ['there is no member', signature, []],
    ['there are too many members', signature, Array.from({ length: 129 }, () => first)],
  ])('refuses when %s', async (_, wrongSignature, wrongMembers) => {
    expect(await verify(wrongSignature, wrongMembers, false)).toEqual([]);
  });

  it('fits one transaction with 128 members', async () => {
    const full = aggregate(128);
    const costs: CostTable = new Map();
    expect(await verify(full.signature, full.members, true, costs)).toEqual([]);
    const { transactionGas = 0n } = costs.get('bls_verify') ?? {};
    expect(transactionGas > 0n && transactionGas < TRANSACTION_GAS_CAP).toBe(true);
  }, 120_000);
});
