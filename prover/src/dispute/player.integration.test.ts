import { beforeAll, describe, expect, it, jest } from '@jest/globals';
import { DEVNET_CONFIG, disputeGameAbi } from '@metachain/contracts';

import { HostOperation } from '../machine/lowering/host-operations.js';
import type { Instruction } from '../machine/lowering/instruction.js';
import { Op } from '../machine/lowering/opcodes.js';
import { nextInstruction } from '../machine/proof/step-proof.js';
import {
  asserterAccount,
  challengerAccount,
  type DisputeFixture,
  NEVER,
  otherChallenger,
  type Party,
} from '../testing/dispute-fixture.js';
import { type DisputeStage, useDisputeStage } from '../testing/dispute-stage.js';
import type { Deviation } from '../testing/forged-trace.js';
import { startLyingEndpoint } from '../testing/lying-endpoint.js';
import { startLossyEndpoint } from '../testing/lossy-endpoint.js';
import { GameFees } from './game-fees.js';
import { openingCut } from './next-move.js';
import type { ReplayTrace } from './replay-trace.js';
import { readTurn } from './turn.js';

jest.setTimeout(180_000);

const GWEI = 10n ** 9n;
const REJECTED = 3;
const PENDING = 1;
let stage: DisputeStage;
let fixture: DisputeFixture;
let truth: ReplayTrace;
/** The same over more items: a game about it takes one move more. */
let longer: ReplayTrace;
const MORE = 8n;
/** Two payments in the first of several items. */
async function prepare(made: DisputeFixture): Promise<void> {
  await made.rollup.post([(await made.rollup.build([await made.pay(0n), await made.pay(1n)])).bytes]);
  for (let item = 1n; item < MORE; item++) await made.rollup.appendEmpty();
}
useDisputeStage((opened) => ({ fixture, truth: longer } = stage = opened), true, prepare);
beforeAll(async () => void (truth = await fixture.truth(1n)));

const forged = (deviation: Omit<Deviation, 'salt'>, from = truth) => stage.forged(deviation, from);

const moves = ({ events }: Party): string[] =>
  events.filter(({ transaction }) => transaction !== undefined).map(({ what }) => what);

/** A lying assertion, the game against it and its parties. */
async function againstLiar(deviation: Omit<Deviation, 'salt'>, own = truth) {
  const lie = forged(deviation, own);
  const id = await fixture.assertEnd(lie);
  const honest = fixture.party(challengerAccount, own);
  const liar = fixture.party(asserterAccount, lie);
  return { id, lie, honest, liar, game: await fixture.open(honest, id, lie) };
}

/** Steps before the first step of a kind in the first unit, after a hundred others. */
async function stepBefore(kind: (instruction: Instruction) => boolean): Promise<bigint> {
  const machine = await truth.machine(0n);
  machine.runTo(100n);
  for (;;) {
    const instruction = nextInstruction(machine);
    if (instruction === undefined) throw new TypeError('no such step');
    if (kind(instruction)) return machine.stepper.steps;
    machine.runTo(machine.stepper.steps + 1n);
  }
}

const host = (operation: number) => (instruction: Instruction) =>
  instruction.opcode === Op.host && instruction.immediate === BigInt(operation);

/** What the contract says about the turn word of a game. */
async function turnOnL1(game: bigint) {
  const address = fixture.rollup.deployment.dispute.disputeGame;
  const args = [(await fixture.view(game)).turn] as const;
  const read = { address, abi: disputeGameAbi, functionName: 'readTurn', args } as const;
  const [challenger, assertionId, deadline, asserterMoves, waitingLeft] =
    await fixture.rollup.client.readContract(read);
  const mover = asserterMoves ? 'asserter' : 'challenger';
  return { challenger, assertionId: BigInt(assertionId), deadline, mover, waitingLeft };
}

describe('an honest challenger against a lying asserter', () => {
  it('reads whose turn it is as the contract does', async () => {
    const { game, liar } = await againstLiar({ unit: 0n });
    const read = async () => readTurn((await fixture.view(game)).turn);
    const opened = await read();
    expect(opened).toEqual(await turnOnL1(game));
    expect(opened).toMatchObject({ mover: 'asserter', challenger: challengerAccount.address });
    await fixture.passTime(7);
    await liar.player.turn(NEVER);
    expect(await read()).toEqual(await turnOnL1(game));
    expect((await read()).mover).toBe('challenger');
    expect((await read()).waitingLeft).toBeLessThanOrEqual(opened.waitingLeft - 7);
  });

  const kinds: [string, (instruction: Instruction) => boolean][] = [
    ['state_set', host(HostOperation.stateSet)],
    ['keccak', host(HostOperation.keccak)],
    ['read_input', host(HostOperation.readInput)],
    ['an addition', ({ opcode }) => opcode === 0x7c || opcode === 0x6a],
  ];

  it.each(kinds)('wins by a step of %s that L1 executes', async (_name, kind) => {
    const step = (await stepBefore(kind)) + 1n;
    const played = await againstLiar({ unit: 0n, step });
    expect(await fixture.playOut(played.game, [played.honest, played.liar])).toBe('challengerWon');
    let winner = played.honest;
    if (!moves(winner).includes('proveStep')) {
      // The liar faced the last step and had nothing to show: with one more move before, it is the honest side's turn there.
      await stage.rewind();
      const again = await againstLiar({ unit: 0n, step }, longer);
      expect(await fixture.playOut(again.game, [again.honest, again.liar])).toBe('challengerWon');
      winner = again.honest;
    }
    expect(moves(winner).at(-1)).toBe('proveStep');
    expect(winner.events.find(({ what }) => what === 'proveStep')?.range).toMatchObject({ from: step - 1n, unit: 0n });
    expect(winner.failures).toEqual([]);
  });

  it('wins against a lie that only the last machine tells', async () => {
    const { id, game, honest, liar } = await againstLiar({ unit: 0n });
    expect(await fixture.playOut(game, [honest, liar])).toBe('challengerWon');
    expect(await fixture.status(id)).toBe(REJECTED);
  });

  it('wins against a lie about units behind the end', async () => {
    const { id, game, honest, liar } = await againstLiar({ unit: 1n });
    expect(await fixture.playOut(game, [honest, liar])).toBe('challengerWon');
    expect(await fixture.status(id)).toBe(REJECTED);
    await stage.rewind();
    const again = await againstLiar({ unit: MORE }, longer);
    expect(await fixture.playOut(again.game, [again.honest, again.liar])).toBe('challengerWon');
    expect([...moves(honest), ...moves(again.honest)]).toContain('proveEnd');
  });

  it('wins on time against one who never moves', async () => {
    const { id, game, honest } = await againstLiar({ unit: 0n, step: 5n });
    await honest.player.turn(NEVER);
    expect(moves(honest)).toEqual(['open']);
    await fixture.passTime(DEVNET_CONFIG.gameClockSeconds + 1);
    await honest.player.turn(NEVER);
    expect(moves(honest)).toEqual(['open', 'claimTimeout']);
    expect(await fixture.status(id)).toBe(REJECTED);
    expect(await fixture.phase(game)).toBe('challengerWon');
    await honest.player.turn(NEVER);
    expect(honest.events.at(-1)).toMatchObject({ type: 'ended', what: 'challengerWon' });
  });

  it('gets its bond back when another challenger of the same assertion wins first', async () => {
    const { lie, id, game, honest, liar } = await againstLiar({ unit: 0n, step: 7_000n });
    const other = fixture.party(otherChallenger, truth);
    const second = await fixture.open(other, id, lie);
    await other.player.turn(NEVER);
    expect(await fixture.playOut(game, [honest, liar])).toBe('challengerWon');
    expect(await fixture.playOut(second, [other])).toBe('void');
    expect(moves(other).at(-1)).toBe('dismiss');
    expect(await fixture.gameBalance()).toBe(0n);
  });
});

describe('an honest asserter against a lying challenger', () => {
  it.each([
    ['a step', { unit: 0n, step: 12_345n }, () => truth],
    ['another step, over several items', { unit: 0n, step: 23_456n }, () => longer],
    ['the last machine', { unit: 0n }, () => longer],
    ['what follows the end', { unit: 1n }, () => truth],
  ])('wins when the challenger lies about %s', async (_name, deviation, traceOf) => {
    const own = traceOf();
    const id = await fixture.assertEnd(own);
    const liar = fixture.party(challengerAccount, forged(deviation, own));
    const honest = fixture.party(asserterAccount, own);
    const game = await fixture.open(liar, id, own);
    expect(await fixture.playOut(game, [honest, liar])).toBe('asserterWon');
    expect(await fixture.status(id)).toBe(PENDING);
    expect(honest.failures).toEqual([]);
    expect(await fixture.gameBalance()).toBe(0n);
  });
});

describe('a player', () => {
  it('wins although it is killed after every move', async () => {
    const { id, game, liar, honest: opener } = await againstLiar({ unit: 0n, step: 31_337n });
    let lives = 0;
    while ((await fixture.runs(game)) && lives < 40) {
      lives++;
      const honest = fixture.party(challengerAccount, await fixture.truth(1n));
      await honest.player.turn(NEVER);
      // The same turn again, as after a crash before anything was noted: the move must not be repeated.
      const again = fixture.party(challengerAccount, truth);
      await again.player.turn(NEVER);
      expect(moves(again)).toEqual([]);
      const before = moves(liar).length;
      await liar.player.turn(NEVER);
      if (moves(honest).length === 0 && moves(liar).length === before) {
        await fixture.passTime(DEVNET_CONFIG.gameClockSeconds + 1);
      }
    }
    expect(moves(opener)).toEqual(['open']);
    expect(lives).toBeGreaterThan(3);
    expect(await fixture.status(id)).toBe(REJECTED);
    expect(await fixture.gameBalance()).toBe(0n);
  });

  it('repeats a move that an L1 reorg undid, and no other', async () => {
    const { game, honest, liar } = await againstLiar({ unit: 0n, step: 3_210n });
    await liar.player.turn(NEVER);
    const kinds = moves(honest);
    await honest.player.turn(NEVER);
    const undone = honest.events.at(-1)!;
    await fixture.rollup.client.request({ method: 'anvil_reorg', params: [1, []] } as never);
    expect(await fixture.phase(game)).toBe('challengerMoves');
    await honest.player.turn(NEVER);
    expect(moves(honest)).toEqual([...kinds, undone.what, undone.what]);
    expect(honest.events.at(-1)).toMatchObject({ what: undone.what, range: undone.range });
    expect(await fixture.playOut(game, [honest, liar])).toBe('challengerWon');
  });

  it('wins over a connection that loses every third request or answer', async () => {
    const { id, game, liar } = await againstLiar({ unit: 0n, step: 4_242n });
    const lossy = await startLossyEndpoint(fixture.rollup.anvil.url, 333, 7);
    const honest = fixture.party(challengerAccount, truth, lossy.url, 2);
    const nonce = () => fixture.rollup.client.getTransactionCount({ address: challengerAccount.address });
    const before = await nonce();
    for (let turn = 0; turn < 2_000 && (await fixture.runs(game)); turn++) {
      await honest.player.turn(NEVER).catch(() => undefined);
      const made = moves(liar).length;
      await liar.player.turn(NEVER);
      // The liar has no move left; the other side may need many turns for one of its own.
      const isStuck = moves(liar).length === made && (await fixture.phase(game)) === 'asserterMoves';
      if (isStuck) await fixture.passTime(DEVNET_CONFIG.gameClockSeconds + 1);
    }
    await lossy.stop();
    expect(lossy.lost.before).toBeGreaterThan(5);
    expect(lossy.lost.after).toBeGreaterThan(5);
    expect(await fixture.status(id)).toBe(REJECTED);
    // As many transactions as moves: none was paid for twice.
    const events = await fixture.movesBy(game, 'challenger');
    expect((await nonce()) - before).toBe(events);
  });

  it('wins although the first of three endpoints lies about all that games are played by', async () => {
    const { id, game, liar } = await againstLiar({ unit: 0n, step: 2_718n });
    const lying = await startLyingEndpoint(fixture.rollup.anvil.url);
    const urls = [lying.url, fixture.rollup.anvil.url, fixture.rollup.anvil.url];
    const honest = fixture.party(challengerAccount, truth, urls);
    expect(await fixture.playOut(game, [honest, liar])).toBe('challengerWon');
    await lying.stop();
    expect(honest.failures).toEqual([]);
    expect(honest.events.filter(({ type }) => type === 'refused')).toEqual([]);
    expect(await fixture.status(id)).toBe(REJECTED);
    for (const method of ['eth_estimateGas', 'eth_call', 'eth_getLogs', 'eth_sendRawTransaction'])
      expect(lying.lies.get(method)).toBeGreaterThan(0);
  });

  it('waits for cheaper gas while there is time, and pays what L1 asks before its clock runs out', async () => {
    const { client } = fixture.rollup;
    const { game, honest: opener, liar } = await againstLiar({ unit: 0n, step: 1_618n });
    const urgentSeconds = DEVNET_CONFIG.gameFloorSeconds;
    const fees = new GameFees({ usual: 300n * GWEI, urgent: 3_000n * GWEI, urgentSeconds: BigInt(urgentSeconds) });
    const honest = fixture.partyOf(challengerAccount, () => truth, undefined, 0, 500, fees);
    await liar.player.turn(NEVER);
    const dear = () => client.setNextBlockBaseFeePerGas({ baseFeePerGas: 1_000n * GWEI });
    const pass = async (seconds: number) => {
      await dear();
      await fixture.passTime(seconds);
      await dear();
    };
    await pass(1);
    expect(await honest.player.turn(NEVER)).toEqual([]);
    await pass(DEVNET_CONFIG.gameClockSeconds - 2 * urgentSeconds);
    expect(await honest.player.turn(NEVER)).toEqual([]);
    expect([moves(honest), moves(opener)]).toEqual([[], ['open']]);

    await pass(urgentSeconds + urgentSeconds / 2);
    expect(await honest.player.turn(NEVER)).toEqual([]);
    while (moves(honest).length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    const { effectiveGasPrice } = await client.getTransactionReceipt({ hash: honest.events.at(-1)!.transaction! });
    expect(effectiveGasPrice).toBeGreaterThan(300n * GWEI);
    expect(effectiveGasPrice).toBeLessThanOrEqual(3_000n * GWEI);
    expect(await fixture.phase(game)).toBe('asserterMoves');
    // Fees fall again, and the game ends as any other.
    await client.setNextBlockBaseFeePerGas({ baseFeePerGas: GWEI });
    expect(await fixture.playOut(game, [honest, liar])).toBe('challengerWon');
  });

  it('sends the moves of all games, the most urgent first, without waiting for any to be on L1', async () => {
    const lies = [1_234n, 77n, 20_000n].map((step) => forged({ unit: 0n, step }));
    const ids: bigint[] = [];
    for (const lie of lies) ids.push(await fixture.assertEnd(lie));
    const { client } = fixture.rollup;
    const { address } = challengerAccount;
    const mined = () => client.getTransactionCount({ address });
    const pending = async () => (await client.getTransactionCount({ address, blockTag: 'pending' })) - (await mined());
    // The later assertion is challenged first: it has the least time.
    const liar = fixture.partyOf(asserterAccount, (id) => lies[ids.indexOf(id)]!);
    for (const place of [1, 0]) {
      const cut = await openingCut(truth, 1n, DEVNET_CONFIG.gameDegree);
      await fixture.openAs(challengerAccount, ids[place]!, await lies[place]!.stateAt(1n), cut);
      await liar.player.turn(NEVER);
      await fixture.passTime(60);
    }
    const honest = fixture.partyOf(challengerAccount, () => truth, undefined, 0, 200);
    await client.setAutomine(false);
    expect(await honest.player.turn(NEVER)).toEqual([]);
    expect([await pending(), moves(honest)]).toEqual([2, []]);
    // Nothing is sent twice while it is on its way, and what comes later is not held up.
    expect(await honest.player.turn(NEVER)).toEqual([]);
    expect(await pending()).toBe(2);
    await client.mine({ blocks: 1 });
    await client.setAutomine(true);
    while (moves(honest).length < 2) await new Promise((resolve) => setTimeout(resolve, 10));
    const sent = await Promise.all(
      honest.events.map(async ({ game, what, transaction }) => {
        const { nonce } = await client.getTransaction({ hash: transaction! });
        return { nonce, game, what };
      }),
    );
    sent.sort((one, other) => one.nonce - other.nonce);
    expect(sent.map(({ game, what }) => [game, what])).toEqual([
      [0n, 'split'],
      [1n, 'split'],
    ]);
    expect(sent[1]!.nonce).toBe(sent[0]!.nonce + 1);
    expect(await fixture.phase(0n)).toBe('asserterMoves');
    expect(await fixture.phase(1n)).toBe('asserterMoves');
  });
});
