import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { oneStepProverAbi, rollupAbi } from '@metachain/contracts';
import { testAccount } from '@metachain/bridge/testing';
import { keccak256, numberToHex, type Hex } from 'viem';

import { creationCall, codeHash, registrationCall } from '../machine/program-calls.js';
import { ProverMetrics } from '../metrics/metrics.js';
import { asserterAccount, challengerAccount, DisputeFixture, lowered, NEVER } from '../testing/dispute-fixture.js';
import { ForgedTrace } from '../testing/forged-trace.js';
import { ETHER, program, PROGRAM_HASH } from '../testing/test-rollup.js';
import { assembleProver } from '../watch/assemble.js';
import { deriveOnce } from '../watch/follow.js';
import type { ProverLog } from '../watch/prover.js';
import type { ReplayTrace } from './replay-trace.js';

jest.setTimeout(180_000);

const REJECTED = 3;
const quiet: ProverLog = { info: () => {}, warn: () => {}, error: () => {}, fatal: () => {} };

let fixture: DisputeFixture;
let truth: ReplayTrace;
let snapshot: Hex;
beforeAll(async () => {
  fixture = await DisputeFixture.start(false);
  await fixture.rollup.post([(await fixture.rollup.build([await fixture.pay(0n)])).bytes]);
  truth = await fixture.truth();
}, 120_000);
beforeEach(async () => void (snapshot = await fixture.rollup.client.snapshot()));
afterEach(() => fixture.rollup.client.revert({ id: snapshot }));
afterAll(() => fixture.stop());

const lie = () => new ForgedTrace(truth, PROGRAM_HASH, { unit: 0n, step: 9_999n, salt: keccak256(numberToHex(1)) });

/** An agent that knows nothing but L1 and its key. */
async function agentOf(log: ProverLog = quiet, settings: Record<string, unknown> = {}) {
  const dispute = { devnet: true, maximumBond: ETHER.toString(), pollMilliseconds: 10, ...settings };
  const assembled = await assembleProver({
    config: fixture.rollup.config({ dispute, crossCheck: false }),
    genesis: fixture.rollup.genesis,
    program: { module: program.module, hash: PROGRAM_HASH },
    metrics: new ProverMetrics('test', false),
    log,
    dispute: { account: challengerAccount, program: lowered },
  });
  const turn = async () => {
    await deriveOnce(assembled);
    await assembled.agent!.turn(NEVER);
  };
  /** Turns until there is nothing left to do. */
  const turns = async () => {
    for (let before = -1; before !== (await nonce()); await turn()) before = await nonce();
  };
  return { turn, turns };
}

const nonce = () => fixture.rollup.client.getTransactionCount({ address: challengerAccount.address });
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
