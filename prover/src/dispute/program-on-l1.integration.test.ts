import { describe, expect, it, jest } from '@jest/globals';
import { oneStepProverAbi, rollupAbi } from '@metachain/contracts';
import { testAccount } from '@metachain/bridge/testing';
import { getAbiItem, toFunctionSelector, zeroHash } from 'viem';

import { creationCall, codeHash, registrationCall } from '../machine/program-calls.js';
import { quiet } from '../testing/assemble-on.js';
import {
  asserterAccount,
  challengerAccount,
  type DisputeFixture,
  NEVER,
  otherChallenger,
} from '../testing/dispute-fixture.js';
import { type DisputeStage, useDisputeStage } from '../testing/dispute-stage.js';
import { PROGRAM_HASH } from '../testing/test-rollup.js';
import { startUnfairEndpoint } from '../testing/unfair-endpoint.js';
import type { ProverLog } from '../watch/prover-log.js';

jest.setTimeout(180_000);

const [CONFIRMED, REJECTED] = [2, 3];
/** Of the devnet, and the eighth for which others may confirm first. Seconds. */
const WINDOW_AND_COURTESY = 136;
const createDataContract = toFunctionSelector(getAbiItem({ abi: oneStepProverAbi, name: 'createDataContract' }));

let stage: DisputeStage;
let fixture: DisputeFixture;
useDisputeStage((opened) => ({ fixture } = stage = opened), false);

const lie = () => stage.forged({ unit: 0n, step: 9_999n });
const agentOf = (log = quiet, settings: Record<string, unknown> = {}) => stage.agent({ log, settings });
const nonce = () => stage.nonce();
const isRegistered = () => {
  const { oneStepProver: address } = fixture.rollup.deployment.dispute;
  return fixture.rollup.client.readContract({
    address,
    abi: oneStepProverAbi,
    functionName: 'isRegistered',
    args: [PROGRAM_HASH],
  });
};
const openGames = async (id: bigint): Promise<number> => {
  const { rollup: address } = fixture.rollup.deployment.addresses;
  const args = [id] as const;
  return (await fixture.rollup.client.readContract({ address, abi: rollupAbi, functionName: 'assertion', args }))
    .openGames;
};

/** Somebody else puts parts of the program on L1. */
async function publish(codes: readonly Uint8Array[]): Promise<void> {
  const { oneStepProver } = fixture.rollup.deployment.dispute;
  for (const code of codes) await fixture.rollup.send(testAccount(3), oneStepProver, creationCall(code));
}

describe('a dispute agent on an L1 without the program', () => {
  it('puts it there before it stakes anything, and wins', async () => {
    const forged = lie();
    const id = await fixture.assertEnd(forged);
    const liar = fixture.party(asserterAccount, forged);
    const { contracts } = fixture.traces.program;
    await publish(contracts.slice(0, 5));
    const agent = await agentOf();
    const before = await nonce();
    while (!(await isRegistered())) {
      expect(await openGames(id)).toBe(0);
      const reached = await nonce();
      await agent.turn();
      expect(await nonce()).toBeGreaterThan(reached);
    }
    expect((await nonce()) - before).toBeGreaterThanOrEqual(contracts.length - 5 + 1);
    for (let turn = 0; turn < 40 && (await fixture.status(id)) !== REJECTED; turn++) {
      await agent.turns();
      const moves = await fixture.totalMoves();
      await liar.player.turn(NEVER);
      if ((await fixture.totalMoves()) === moves) await fixture.passTime(601);
    }
    expect(await fixture.status(id)).toBe(REJECTED);
  });

  it('moves in its games and confirms meanwhile, where L1 never takes a part of it', async () => {
    const { rollup } = fixture;
    const right = await rollup.assertState();
    const own = await rollup.repeatAssertion(challengerAccount as never);
    const liar = fixture.party(otherChallenger, lie());
    const game = await fixture.open(liar, own, stage.truth);
    await fixture.passTime(WINDOW_AND_COURTESY);
    await rollup.appendEmpty();
    await rollup.assertState({ stateRoot: zeroHash });
    const endpoint = await startUnfairEndpoint(rollup.anvil.url, createDataContract, 'swallowed');
    const stop = new AbortController();
    const agent = await stage.agent({ url: endpoint.url, settings: { resubmitSeconds: 1 }, patienceMilliseconds: 300 });
    try {
      await agent.turn(stop.signal);
      expect(endpoint.treated()).toBeGreaterThan(0);
      await liar.player.turn(NEVER);
      const isDone = async () =>
        (await fixture.movesBy(game, 'asserter')) > 0 && (await fixture.status(right)) === CONFIRMED;
      for (let turn = 0; turn < 40 && !(await isDone()); turn++) {
        await agent.turn(stop.signal);
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      expect(await fixture.movesBy(game, 'asserter')).toBe(1);
      expect(await fixture.status(right)).toBe(CONFIRMED);
    } finally {
      stop.abort();
      await endpoint.stop();
    }
  });

  it('puts it there for a game of somebody who named it, though it may put down no bond', async () => {
    const owned = await fixture.assertEnd(stage.truth);
    await fixture.setDelegate(asserterAccount, challengerAccount.address);
    const agent = await agentOf(quiet, { maximumBond: '0', owners: [asserterAccount.address] });
    const before = await nonce();
    await agent.turn();
    expect(await nonce()).toBe(before);
    await fixture.open(fixture.party(otherChallenger, lie()), owned, stage.truth);
    for (let turn = 0; turn < 40 && !(await isRegistered()); turn++) await agent.turn();
    expect(await isRegistered()).toBe(true);
  });

  it('sends nothing for it in a dry run', async () => {
    await fixture.assertEnd(lie());
    const info = jest.fn<ProverLog['info']>();
    const before = await nonce();
    await (await agentOf({ ...quiet, info }, { dryRun: true })).turn();
    expect(await nonce()).toBe(before);
    const what = `createDataContract 1 of ${fixture.traces.program.contracts.length}`;
    expect(info).toHaveBeenCalledWith({ event: 'dispute_would_send', what }, expect.any(String));
  });

  it('stakes nothing where the registered program has other code', async () => {
    const id = await fixture.assertEnd(lie());
    const { program: described } = fixture.traces;
    const { oneStepProver: address } = fixture.rollup.deployment.dispute;
    await publish(described.contracts);
    await fixture.rollup.send(testAccount(3), address, registrationCall(described));
    const last = described.contracts.at(-1)!;
    const made = await fixture.rollup.client.readContract({
      address,
      abi: oneStepProverAbi,
      functionName: 'dataContractOf',
      args: [codeHash(last)],
    });
    const damaged = last.slice();
    damaged[5]! ^= 1;
    await fixture.rollup.client.setCode({ address: made, bytecode: `0x${Buffer.from(damaged).toString('hex')}` });
    const error = jest.fn<ProverLog['error']>();
    const before = await nonce();
    await (await agentOf({ ...quiet, error })).turn();
    expect(await nonce()).toBe(before);
    expect(await openGames(id)).toBe(0);
    const reason = `data contract ${made} has other code on L1`;
    expect(error).toHaveBeenCalledWith(
      expect.objectContaining({ event: 'dispute_failed', reason }),
      expect.any(String),
    );
  });
});
