import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeAll, beforeEach, expect, it, jest } from '@jest/globals';
import { DEVNET_CONFIG, inboxAbi, rollupAbi } from '@metachain/contracts';
import { createGenesis, outputRoot } from '@metachain/program';
import { encodeFunctionData, type Hex } from 'viem';

import { asserterAccount, challengerAccount, END, NEVER, otherChallenger } from '../testing/dispute-fixture.js';
import { type AgentOptions, type DisputeStage, useDisputeStage } from '../testing/dispute-stage.js';
import { ETHER, PROGRAM_HASH } from '../testing/test-rollup.js';
import { deriveOnce } from '../watch/follow.js';
import type { UnitState } from '../machine/judge/local-judge.js';
import { HonestTraces } from './honest-traces.js';
import type { ReplayTrace } from './replay-trace.js';
import type { Trace } from './types.js';

jest.setTimeout(180_000);

const REJECTED = 3;
const ITEMS = 6n;
const LIE: Hex = `0x${'5a'.repeat(32)}`;

let stage: DisputeStage;
useDisputeStage((opened) => (stage = opened));

let dataDirectory: string;
beforeEach(async () => void (dataDirectory = await mkdtemp(join(tmpdir(), 'traces-'))));
afterEach(() => rm(dataDirectory, { recursive: true }));

/** Traces that were begun: where the replay to the parent started, the parent, and the end. */
type Begun = readonly [from: bigint, parent: bigint, endItem: bigint];

/** An agent over a directory; `begun` are the traces that it makes. */
async function agentOn(options: AgentOptions = {}) {
  const begun: Begun[] = [];
  const note = (fields: object) => {
    const { event, from, parent, endItem } = fields as Record<string, bigint | string>;
    if (event === 'dispute_trace') begun.push([from, parent, endItem] as never);
  };
  const log = { info: note, warn: () => {}, error: () => {}, fatal: () => {} };
  const agent = await stage.agent({ dataDirectory, log, ...options });
  return { ...agent, begun };
}

/** Batches with one payment each, which follow the one that L1 has, and the states after all of them. */
const batches: Uint8Array[] = [];
const states: UnitState[] = [];
beforeAll(async () => {
  const { rollup } = stage.fixture;
  states.push(rightState(1n));
  for (let item = 2n; item <= ITEMS; item++) {
    batches.push((await rollup.build([await stage.fixture.pay(item - 1n)])).bytes);
    states.push(rightState(item));
  }
});

/** What the producer has, as the state after so many items. */
function rightState(itemIndex: bigint): UnitState {
  const { engine } = stage.fixture.rollup;
  const { hash: headerHash, number: blockNumber } = engine.head;
  return { stateRoot: engine.stateRoot(), headerHash, blockNumber, itemIndex, payloadOffset: 0, unitIndex: 0 };
}

/** Asserts a state on a parent whose output root is given, and returns the number. */
async function assertOn(parent: bigint, parentRoot: Hex, { stateRoot, headerHash, blockNumber, itemIndex }: UnitState) {
  const { rollup } = stage.fixture;
  const { deployment, client } = rollup;
  const { rollup: address, inbox } = deployment.addresses;
  const state = { stateRoot, headerHash, programHash: PROGRAM_HASH, blockNumber, itemIndex };
  // From L1: the watcher of the rollup does not go back with it at once.
  const last = { abi: inboxAbi, functionName: 'items', args: [itemIndex - 1n] } as const;
  const args = [parent, parentRoot, state, await client.readContract({ address: inbox, ...last })] as const;
  const data = encodeFunctionData({ abi: rollupAbi, functionName: 'assertState', args });
  await rollup.send(asserterAccount as never, address, data, DEVNET_CONFIG.assertionBondWei);
  return (await client.readContract({ address, abi: rollupAbi, functionName: 'assertionCount' })) - 1n;
}

const rootOf = ({ stateRoot, headerHash }: Pick<UnitState, 'stateRoot' | 'headerHash'>): Hex =>
  outputRoot(stateRoot, headerHash);
const genesisRoot = (): Hex => {
  const { stateRoot, hash } = createGenesis(stage.fixture.rollup.genesis);
  return outputRoot(stateRoot, hash);
};

it('begin at the checkpoint that was kept for their parent, after a restart in the middle of a game too', async () => {
  const { fixture } = stage;
  const first = await agentOn();
  const replayAndKeep = async () => {
    await deriveOnce(first);
    await first.prover.checkpoint();
  };
  const right = states[0]!;
  const parent = await assertOn(0n, genesisRoot(), right);
  await replayAndKeep();
  const { boundary } = first.prover.status();
  for (const batch of batches) {
    await fixture.rollup.post([batch]);
    await replayAndKeep();
  }
  const lie = stage.forged(
    { unit: 2n, step: 4_000n },
    await fixture.traces.trace({ parent: boundary, endItem: ITEMS }),
  );
  const wrong = await assertOn(parent, rootOf(right), await lie.stateAt(END));
  const liar = fixture.partyOf(asserterAccount, () => lie);
  await first.turns();
  await liar.player.turn(NEVER);
  expect(await fixture.phase(0n)).toBe('challengerMoves');
  expect(first.begun).toEqual([[1n, 1n, ITEMS]]);
  await first.close();

  const second = await agentOn();
  await second.prover.resume();
  await second.turns();
  expect(second.begun).toEqual([[1n, 1n, ITEMS]]);
  expect(await fixture.phase(0n)).toBe('asserterMoves');
  await fixture.passTime(DEVNET_CONFIG.gameClockSeconds + 1);
  await second.turns();
  expect(await fixture.status(wrong)).toBe(REJECTED);
  await second.close();
});

it('are made once each by games about more assertions than are kept without one', async () => {
  const settings = { maximumBond: (20n * ETHER).toString() };
  const agent = await agentOn({ settings });
  let [parent, parentRoot] = [0n, genesisRoot()];
  for (const [game, right] of states.entries()) {
    if (game > 0) await stage.fixture.rollup.post([batches[game - 1]!]);
    const beside = await assertOn(parent, parentRoot, right);
    await assertOn(parent, parentRoot, { ...right, stateRoot: LIE });
    [parent, parentRoot] = [beside, rootOf(right)];
  }
  await agent.turns();
  const phases = await Promise.all(states.map((_, game) => stage.fixture.phase(BigInt(game))));
  expect(phases).toEqual(states.map(() => 'asserterMoves'));
  const ends = agent.begun.map(([, , endItem]) => Number(endItem)).sort((a, b) => a - b);
  expect(ends).toEqual(states.map(({ itemIndex }) => Number(itemIndex)));
  await agent.close();
});

it('that take long hold up neither moves of other games nor what needs no trace', async () => {
  const { fixture, truth } = stage;
  const ids = [await fixture.assertEnd(truth), await fixture.assertEnd(truth)] as const;
  const liar = fixture.party(otherChallenger, stage.forged({ unit: 0n, step: 777n }));
  for (const id of ids) await fixture.open(liar, id, truth);
  await liar.player.turn(NEVER);
  const slow = gate<Trace>();
  const asked: bigint[] = [];
  const honest = fixture.partyOf(
    asserterAccount,
    (id) => {
      asked.push(id);
      return id === ids[0] ? (slow.opened as never) : truth;
    },
    undefined,
    0,
    300,
  );
  expect(await honest.player.turn(NEVER)).toEqual([]);
  while ((await fixture.phase(1n)) === 'asserterMoves') await honest.player.turn(NEVER);
  expect([await fixture.phase(0n), honest.player.isThinking]).toEqual(['asserterMoves', true]);
  expect(asked.filter((id) => id === ids[0])).toHaveLength(1);
  slow.open(truth);
  while ((await fixture.phase(0n)) === 'asserterMoves') await honest.player.turn(NEVER);
  expect(honest.player.isThinking).toBe(false);
  expect(honest.failures).toEqual([]);
});

it('that take long are waited for by no task but those that stake on them, and these are done once, as L1 is then', async () => {
  const { fixture } = stage;
  const id = await fixture.assertEnd(stage.forged({ unit: 0n, step: 50n }));
  const agent = await agentOn({ patienceMilliseconds: 300 });
  const slow = gate<undefined>();
  const original = HonestTraces.prototype.trace;
  const held = jest.spyOn(HonestTraces.prototype, 'trace').mockImplementation(function (this: HonestTraces, range) {
    return slow.opened.then(() => original.call(this, range)) as Promise<ReplayTrace>;
  });
  await deriveOnce(agent);
  const before = await stage.nonce();
  expect(await agent.agent!.turn(NEVER)).toBe('partial');
  expect(await agent.agent!.turn(NEVER)).toBe('partial');
  // What comes between makes a transaction void that was decided on before it.
  await fixture.rollup.send(challengerAccount as never, challengerAccount.address, '0x');
  expect(await stage.nonce()).toBe(before + 1);
  slow.open(undefined);
  while ((await fixture.phase(0n)) !== 'asserterMoves') await agent.turn();
  held.mockRestore();
  // The sibling, the game and its first moves; neither bond twice.
  expect(await fixture.gameBalance()).toBe(DEVNET_CONFIG.gameBondWei);
  expect(await fixture.status(id)).not.toBe(REJECTED);
  await agent.close();
});

/** Something that comes when it is told to. */
function gate<T>() {
  let open: (value: T) => void = () => undefined;
  const opened = new Promise<T>((resolve) => (open = resolve));
  return { opened, open: (value: T) => open(value) };
}
