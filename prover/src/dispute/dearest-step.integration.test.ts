import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { L1Account, L1Source } from '@metachain/bridge';
import { anvilClient, type DeployedL1, startL1, testAccount } from '@metachain/bridge/testing';
import { DEVNET_CONFIG, inboxAbi, rollupAbi } from '@metachain/contracts';
import { outputRoot, type Position, tupleHash } from '@metachain/program';
import { bytesToHex, createWalletClient, encodeFunctionData, type Hash, http, type PublicClient, zeroHash } from 'viem';

import { deployProgram } from '../machine/deploy-program.js';
import { headerWords } from '../machine/header.js';
import { TRANSACTION_GAS_CAP, type UnitState } from '../machine/judge/local-judge.js';
import { unitStateOf } from '../machine/judge/unit-state.js';
import { HostOperation } from '../machine/lowering/host-operations.js';
import { Op } from '../machine/lowering/opcodes.js';
import { describeLowered } from '../machine/lowering/program.js';
import { joinBytes } from '../machine/merkle/hash.js';
import { PersistentStateTree } from '../machine/merkle/state-tree.js';
import { stepProof } from '../machine/proof/step-proof.js';
import { aggregate, digestOf, preimageOf } from '../machine/testing/aggregate.js';
import { host, instruction, MEMORY_BYTES, registerProgram } from '../machine/testing/register-code.js';
import { MAX_UNIT_STEPS, runUnit, type Unit, unitMachine } from '../machine/unit.js';
import { asserterAccount, challengerAccount, NEVER } from '../testing/dispute-fixture.js';
import { CallRehearsal } from './call-rehearsal.js';
import { GameReader } from './game-reader.js';
import { Player } from './player.js';
import type { GameEvent, Trace, UnitTrace } from './types.js';

const MOST_MEMBERS = 128;
const ITEM_DONE = 1n << 62n;
/** Steps before the one that verifies: with them the unit has 16, as many as a section has segments, so no position has more siblings. */
const IDLE_STEPS = 8;
/** The step that verifies: its two arguments come before it. */
const VERIFICATION = BigInt(IDLE_STEPS + 2);
/** In which a game of five moves is over, and both have seen it. */
const MOST_TURNS = 4;

const { signature, members } = aggregate(MOST_MEMBERS);
const preimage = preimageOf(signature, members);
const memory = new Uint8Array(MEMORY_BYTES);
memory.set(digestOf(signature, members), 64);

/** Verifies an aggregate and stores the answer in the state; then the item is done. */
const program = registerProgram(
  [
    ...Array.from({ length: IDLE_STEPS }, () => instruction(Op.constant)),
    ...host(HostOperation.blsVerify, 64n, 96n),
    ...host(HostOperation.stateSet, 64n, 96n),
    instruction(Op.constant, { immediate: ITEM_DONE }),
    instruction(Op.return),
  ],
  memory,
);
const description = describeLowered(program);
const programHash = bytesToHex(description.hash);
const position: Position = { parentHash: zeroHash, parentNumber: 0n, item: 0n, offset: 0, unit: 0 };
const noInput = () => undefined;

/** Somebody who takes every aggregate for valid, or for wrong. */
class Belief implements Trace {
  private readonly first: Unit;

  constructor(valid: boolean) {
    this.first = {
      program,
      state: PersistentStateTree.empty,
      position,
      inputs: { itemWord: noInput, payloadWord: noInput, delayedWord: noInput },
      cryptography: { recover: () => new Uint8Array(32), verifyAggregate: () => valid },
    };
  }

  async stateAt(unit: bigint): Promise<UnitState> {
    if (unit === 0n) return unitStateOf(this.first);
    const { state, next } = runUnit(this.first);
    return unitStateOf({ state, position: next });
  }

  async claimAt(unit: bigint) {
    return { ...(await this.stateAt(unit)), programHash };
  }

  async tupleAt(unit: bigint): Promise<Hash> {
    return tupleHash(await this.claimAt(unit));
  }

  async unit(): Promise<UnitTrace> {
    const at = (step: bigint) => {
      const machine = unitMachine(this.first);
      machine.runTo(step);
      return machine;
    };
    const last = at(MAX_UNIT_STEPS);
    const aggregates = { preimage: () => preimage };
    return {
      start: unitStateOf(this.first),
      steps: last.stepper.steps,
      hashAt: async (step) => bytesToHex(at(step).hash()),
      finalProof: async () => bytesToHex(joinBytes([...headerWords(last.header()), last.header().frame])),
      stepProof: async (step) => bytesToHex(stepProof(at(step), { aggregates })),
    };
  }
}

let l1: DeployedL1;
beforeAll(async () => {
  const stateRoot = bytesToHex(PersistentStateTree.empty.root);
  const genesis = { stateRoot, headerHash: zeroHash, programHash, blockNumber: 0n };
  l1 = await startL1({ genesis, args: ['--hardfork', 'osaka'] });
  const wallet = createWalletClient({ account: testAccount(0), chain: undefined, transport: http(l1.anvil.url) });
  const client = anvilClient(l1.anvil.url) as unknown as PublicClient;
  const { oneStepProver } = l1.deployment.dispute;
  await deployProgram({ wallet: wallet as never, client, oneStepProver }, description);
}, 120_000);
afterAll(() => l1.anvil.stop());

/** The prover's own player, which runs each call before it sends it. */
function partyOf(account: typeof asserterAccount, trace: Trace) {
  const events: GameEvent[] = [];
  // A node runs a call of 16 million gas many times over for one estimate: on a busy machine that takes a while.
  const source = new L1Source({ urls: [l1.anvil.url], retries: 0, timeoutMs: 60_000 });
  const { addresses, l1BlockNumber: fromBlock } = l1.deployment;
  const limits = { maxFee: 10n ** 12n, maxBlobFee: 10n ** 9n };
  const player = new Player({
    reader: new GameReader({ source, rollup: addresses.rollup, fromBlock }),
    account: new L1Account({
      source,
      account,
      chainId: 31337,
      limits,
      pollMilliseconds: 10,
      resubmitMilliseconds: 30_000,
      onEvent: () => undefined,
    }),
    trace: async () => trace,
    onEvent: (event) => void events.push(event),
    rehearsal: new CallRehearsal(source),
    patienceMilliseconds: 60_000,
  });
  return { player, events };
}

/** Claims what somebody believes of the only item, which is empty. */
async function assertEnd(trace: Belief): Promise<void> {
  const client = anvilClient(l1.anvil.url);
  const { inbox, rollup } = l1.deployment.addresses;
  const send = async (to: Hash, data: Hash, value = 0n) => {
    const hash = await client.sendTransaction({ account: asserterAccount, chain: null, to, data, value });
    expect((await client.waitForTransactionReceipt({ hash })).status).toBe('success');
  };
  await send(inbox, encodeFunctionData({ abi: inboxAbi, functionName: 'appendEmpty' }));
  const item = await client.readContract({ address: inbox, abi: inboxAbi, functionName: 'items', args: [0n] });
  const parent = await trace.stateAt(0n);
  const args = [0n, outputRoot(parent.stateRoot, parent.headerHash), await trace.claimAt(1n), item] as const;
  const data = encodeFunctionData({ abi: rollupAbi, functionName: 'assertState', args });
  await send(rollup, data, DEVNET_CONFIG.assertionBondWei);
}

it('the proof of an aggregate of 128 members ends a game in one transaction', async () => {
  const [truth, lie] = [new Belief(true), new Belief(false)];
  await assertEnd(lie);
  const [honest, liar] = [partyOf(challengerAccount, truth), partyOf(asserterAccount, lie)];
  await honest.player.turn(NEVER);
  await honest.player.open(1n, await truth.claimAt(0n), await lie.claimAt(1n), 0, NEVER);
  for (let turn = 0; turn < MOST_TURNS; turn++)
    for (const { player } of [honest, liar]) expect(await player.turn(NEVER)).toEqual([]);
  const [proof, end] = honest.events.slice(-2);
  expect(proof).toMatchObject({ type: 'moved', what: 'proveStep', range: { unit: 0n, from: VERIFICATION } });
  expect(end).toMatchObject({ type: 'ended', what: 'challengerWon' });
  const { gas: limit } = await anvilClient(l1.anvil.url).getTransaction({ hash: proof?.transaction ?? zeroHash });
  console.log(`bls_verify of ${MOST_MEMBERS} members, with the verdict: ${proof?.gas} gas`);
  expect(limit).toBeLessThanOrEqual(TRANSACTION_GAS_CAP);
}, 180_000);
