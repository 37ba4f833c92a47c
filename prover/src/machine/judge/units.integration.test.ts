import { beforeAll, describe, expect, it } from '@jest/globals';
import { ecrecover, poolAddress, tokenAddress } from '@metachain/program';
import { headerWords } from '../header.js';
import { describeLowered, lowerProvable } from '../lowering/program.js';
import { joinBytes, keccak, word } from '../merkle/hash.js';
import { PersistentStateTree } from '../merkle/state-tree.js';
import { type CostTable, checkSteps } from './step-check.js';
import { everyEntry } from '../testing/operations.js';
import { accounts, ETHER, program, RealChain } from '../testing/real-chain.js';
import { type Unit, unitMachine, unitOutcome } from '../unit.js';
import { recordChain } from './chain-record.js';
import { unitStateOf } from './unit-state.js';
import { LocalJudge, TRANSACTION_GAS_CAP } from './local-judge.js';

const lowered = lowerProvable(program.wasm);
const description = describeLowered(lowered);
const [, alice, bob] = accounts;
const costs: CostTable = new Map();

let judge: LocalJudge;
beforeAll(async () => {
  judge = await LocalJudge.create();
  await judge.registerProgram(description);
});

/** Other keys in the state, so that proofs are as long as those of a chain in use. */
const OTHER_KEYS = 180_000;
const others = joinBytes(Array.from({ length: OTHER_KEYS }, (_, index) => joinBytes([keccak(word(index)), word(1)])));

/** Proves the first steps of each kind in a unit, and where it starts and ends. */
async function proveUnit(chain: RealChain, perKind = 2): Promise<Unit> {
  await recordChain(judge, chain);
  const unit: Unit = {
    program: lowered,
    state: PersistentStateTree.fromRecords(joinBytes([chain.genesis.contents, others])),
    position: chain.start,
    inputs: chain.inputs,
    cryptography: { recover: ecrecover, verifyAggregate: () => false },
  };
  const machine = unitMachine(unit);
  expect(await judge.startHash(description.hash, unitStateOf(unit))).toEqual(machine.hash());
  const run = await checkSteps(machine, judge, description.hash, {
    sources: { inputs: chain.inputs },
    costs,
    select: (_, count) => count < perKind,
  });
  expect(run.mismatches).toEqual([]);
  const header = machine.header();
  const outcome = unitOutcome(unit, machine);
  const next = await judge.finish(unitStateOf(unit), machine.hash(), joinBytes([...headerWords(header), header.frame]));
  expect(next).toEqual(unitStateOf({ ...unit, state: outcome.state, position: outcome.next }));
  return unit;
}

async function swaps(chain: RealChain): Promise<Uint8Array> {
  const pool = poolAddress(0);
  const amounts = { amount0: 10_000n * ETHER, amount1: 10_000n * ETHER, minimum0: 0n, minimum1: 0n };
  return chain.block([
    await chain.packed(alice, [
      { type: 'CreatePool', tokenA: tokenAddress(1), tokenB: tokenAddress(3) },
      { type: 'AddLiquidity', pool, ...amounts },
    ]),
    await chain.packed(bob, [{ type: 'Swap', pool, zeroForOne: true, amountIn: ETHER, minimumOut: 0n }]),
    await chain.ethereum(bob, { to: alice?.address, value: 5n }),
  ]);
}

describe('units of the real program before the judge', () => {
  it('of a calldata payload with every operation and call', async () => {
    const chain = new RealChain();
    chain.postBlocks([await chain.block(await everyEntry(chain))]);
    await proveUnit(chain);
  }, 120_000);

  it('of a blob payload', async () => {
    const chain = new RealChain();
    chain.postBlobs([await swaps(chain)]);
    await proveUnit(chain, 1);
  }, 60_000);

  it('of deposits', async () => {
    const chain = new RealChain();
    chain.deposit({ sender: alice?.address, to: alice?.address, mint: ETHER, data: '0x1234567890' });
    chain.postBlocks([await chain.block([], 1n)]);
    await proveUnit(chain, 1);
  });

  it('keeps every step below the gas of one transaction, and ordinary ones far below', () => {
    console.table(Object.fromEntries([...costs].map(([name, cost]) => [name, cost])));
    for (const { transactionGas } of costs.values()) expect(transactionGas < TRANSACTION_GAS_CAP).toBe(true);
    for (const name of ['register', 'call', 'return', 'return value']) expect(gasOf(name)).toBeLessThanOrEqual(45_000);
    for (const name of ['state_get', 'state_set']) expect(gasOf(name)).toBeLessThanOrEqual(100_000);
  });
});

const gasOf = (name: string): number => Number(costs.get(name)?.transactionGas ?? Number.NaN);
