import { beforeAll, describe, expect, it } from '@jest/globals';
import { hostVectors } from '@metachain/program/vectors';
import { hexToBytes } from 'viem';
import { lower } from '../lowering/lower.js';
import { Op } from '../lowering/opcodes.js';
import { describeLowered } from '../lowering/program.js';
import { Machine } from '../machine.js';
import { equalBytes, joinBytes, keccak, word, ZERO_WORD } from '../merkle/hash.js';
import { PersistentStateTree } from '../merkle/state-tree.js';
import { nextInstruction, stepProof } from '../proof/step-proof.js';
import { aggregate, type Aggregate, digestOf, field, type Member, preimageOf } from '../testing/aggregate.js';
import { assemble, HOST_IMPORTS } from '../testing/programs.js';
import { JudgeError } from './errors.js';
import { LocalJudge, TRANSACTION_GAS_CAP, type Verdict } from './local-judge.js';
import { type CostTable, checkSteps } from './step-check.js';

const hex = (bytes: Uint8Array): string => [...bytes].map((byte) => `\\${byte.toString(16).padStart(2, '0')}`).join('');

let judge: LocalJudge;
beforeAll(async () => {
  judge = await LocalJudge.create();
});

/** What a digest is the digest of. */
interface Announced {
  readonly digest: Uint8Array;
  readonly preimage: Uint8Array;
}

const announced = (signature: Uint8Array, members: readonly Member[]): Announced => ({
  digest: digestOf(signature, members),
  preimage: preimageOf(signature, members),
});

/** A machine that runs `bls_verify` and believes `claim`, known to a judge. */
async function machineOf(at: LocalJudge, { digest, preimage }: Announced, claim: boolean) {
  const program = lower(
    assemble(`(module ${HOST_IMPORTS} (memory (export "memory") 1 1) (data (i32.const 64) "${hex(digest)}")
      (func (export "run") (result i64) (call $bls_verify (i32.const 64) (i32.const 96)) (i64.load (i32.const 96))))`),
  );
  const description = describeLowered(program);
  await at.registerProgram(description);
  const machine = new Machine({
    program,
    state: PersistentStateTree.empty,
    position: [ZERO_WORD, ZERO_WORD, ZERO_WORD, ZERO_WORD],
    readInput: () => undefined,
    cryptography: { recover: () => ZERO_WORD, verifyAggregate: () => claim },
  });
  const sources = { aggregates: { preimage: () => preimage } };
  return { machine, hash: description.hash, sources };
}

/** Runs `bls_verify` in a machine that believes `claim`; the judge must come to the same. */
async function verify(signature: Uint8Array, members: readonly Member[], claim: boolean, costs: CostTable = new Map()) {
  return mismatchesOf(announced(signature, members), claim, costs);
}

async function mismatchesOf(aggregateOf: Announced, claim: boolean, costs: CostTable = new Map()) {
  const { machine, hash, sources } = await machineOf(judge, aggregateOf, claim);
  const { mismatches } = await checkSteps(machine, judge, hash, { sources, costs });
  return mismatches;
}

/** Verdicts on the one step that verifies, by the judge of an L1 with these prices, for each gas limit. */
async function verdicts(
  prices: Readonly<Record<string, number>>,
  { signature, members }: Aggregate,
  claim: boolean,
  gas: readonly bigint[],
): Promise<string[]> {
  const dear = await LocalJudge.create(prices);
  const { machine, hash, sources } = await machineOf(dear, announced(signature, members), claim);
  while (nextInstruction(machine)?.opcode !== Op.host) machine.runTo(machine.stepper.steps + 1n);
  const [before, proof] = [machine.hash(), stepProof(machine, sources)];
  machine.runTo(machine.stepper.steps + 1n);
  const found: string[] = [];
  for (const limit of gas) {
    const verdict = await dear.step(hash, before, proof, limit).catch((error: unknown) => error);
    if (verdict instanceof JudgeError) found.push('reverts');
    else found.push(equalBytes((verdict as Verdict).after, machine.hash()) ? 'agrees' : 'contradicts');
  }
  return found;
}

describe('bls_verify before the judge', () => {
  const { signature, members } = aggregate(3);
  const [first, ...others] = members as readonly [Member, ...Member[]];

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
    console.log(`bls_verify of 128 members: ${transactionGas} gas`);
    expect(transactionGas > 0n && transactionGas < TRANSACTION_GAS_CAP).toBe(true);
  }, 120_000);
});

describe('the aggregates of the specification before the judge', () => {
  it.each(hostVectors().aggregates)('$name', async ({ valid, digest, preimage }) => {
    const known = { digest: hexToBytes(digest), preimage: hexToBytes(preimage) };
    expect(await mismatchesOf(known, valid)).toEqual([]);
    expect(await mismatchesOf(known, !valid)).toHaveLength(1);
  });
});

describe('bls_verify when L1 changes what a pairing costs', () => {
  const right = aggregate(3);
  const single = aggregate(1);
  const wrongKey = right.members.map((member) => ({ ...member, key: joinBytes([field(1n), field(1n)]) }));
  const malformed = { ...right, members: wrongKey };
  const prices = [
    ['today', {}],
    ['a dearer pair', { bls12381PairingPerPairGas: 90_000 }],
    ['a dearer call', { bls12381PairingBaseGas: 400_000 }],
    ['both cheaper', { bls12381PairingBaseGas: 9_000, bls12381PairingPerPairGas: 5_000 }],
  ] as const;

  it.each(prices)('tells right from malformed: %s', async (_, changed) => {
    expect(await verdicts(changed, right, true, [5_000_000n])).toEqual(['agrees']);
    expect(await verdicts(changed, right, false, [5_000_000n])).toEqual(['contradicts']);
    expect(await verdicts(changed, malformed, false, [5_000_000n])).toEqual(['agrees']);
    expect(await verdicts(changed, malformed, true, [5_000_000n])).toEqual(['contradicts']);
  });

  it.each(prices.slice(0, 3))('comes to no other verdict for want of gas: %s', async (_, changed) => {
    const limits = Array.from({ length: 32 }, (_, part) => BigInt(part + 1) * 55_000n);
    for (const [who, claim] of [
      [single.members, true],
      [wrongKey.slice(0, 1), false],
    ] as const) {
      const found = await verdicts(changed, { ...single, members: who }, claim, limits);
      expect(new Set(found)).toEqual(new Set(['reverts', 'agrees']));
      expect(found).toEqual([...found].sort().reverse());
    }
  });
});
