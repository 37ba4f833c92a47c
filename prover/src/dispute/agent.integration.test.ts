import { describe, expect, it, jest } from '@jest/globals';
import { DEVNET_CONFIG, rollupAbi } from '@metachain/contracts';
import { type Hex, zeroAddress } from 'viem';

import { quiet } from '../testing/assemble-on.js';
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
import { ETHER } from '../testing/test-rollup.js';
import { deriveOnce, follow } from '../watch/follow.js';
import type { ProverLog } from '../watch/prover-log.js';
import type { ReplayTrace } from './replay-trace.js';
import type { GameEvent } from './types.js';

jest.setTimeout(180_000);

const [PENDING, CONFIRMED, REJECTED, BONDED] = [1, 2, 3, 5];
const window = Number(DEVNET_CONFIG.challengeWindowSeconds);

let stage: DisputeStage;
let fixture: DisputeFixture;
let truth: ReplayTrace;
useDisputeStage((opened) => ({ fixture, truth } = stage = opened));

/** Settings of a prover that moves for the asserter too. */
const owned = { owners: [asserterAccount.address] };
const forged = (deviation: Omit<Deviation, 'salt'>) => stage.forged(deviation);
const nonce = (account: { address: Hex }) => stage.nonce(account);
const prover = (
  account = challengerAccount,
  settings: Record<string, unknown> = {},
  onEvent?: (event: GameEvent) => void,
  log = quiet,
) => stage.agent({ account, settings, onEvent, log });
const assertion = (id: bigint) =>
  fixture.rollup.client.readContract({
    address: fixture.rollup.deployment.addresses.rollup,
    abi: rollupAbi,
    functionName: 'assertion',
    args: [id],
  });
const assertionCount = () =>
  fixture.rollup.client.readContract({
    address: fixture.rollup.deployment.addresses.rollup,
    abi: rollupAbi,
    functionName: 'assertionCount',
  });

/** A liar's turn; time passes where it makes no move. */
async function liarMoves({ player, events }: Party): Promise<void> {
  const before = events.filter(({ transaction }) => transaction !== undefined).length;
  await player.turn(NEVER);
  const moved = events.filter(({ transaction }) => transaction !== undefined).length > before;
  if (!moved) await fixture.passTime(DEVNET_CONFIG.gameClockSeconds + 1);
}

describe('a prover with a dispute account', () => {
  it('challenges a wrong assertion, asserts the right one, wins, and confirms it in the end', async () => {
    const lie = forged({ unit: 0n, step: 9_999n });
    const id = await fixture.assertEnd(lie);
    const liar = fixture.party(asserterAccount, lie);
    const fatal = jest.fn<ProverLog['fatal']>();
    const honest = await prover(challengerAccount, {}, undefined, { ...quiet, fatal });
    await honest.turns();
    expect(fatal).toHaveBeenCalledWith(expect.objectContaining({ event: 'assertion_wrong', id }), expect.any(String));
    expect(honest.prover.status().reason).toBe('a wrong assertion stands on L1');
    expect(await assertionCount()).toBe(id + 2n);
    for (let turn = 0; turn < 40 && (await fixture.status(id)) !== REJECTED; turn++) {
      await liarMoves(liar);
      await honest.turns();
    }
    expect(await fixture.status(id)).toBe(REJECTED);
    expect(honest.prover.status()).toMatchObject({ ready: true, assertions: { compared: 3, wrong: [] } });
    await fixture.passTime(window + 1);
    await honest.turn();
    expect(await fixture.status(id + 1n)).toBe(CONFIRMED);
    const shown = await honest.metrics.registry.metrics();
    expect(shown).toContain('dispute_games{role="challenger",phase="won"} 1');
    expect(shown).toContain('dispute_bonds_needed_wei 0');
    expect(shown).toContain('dispute_moves_total{kind="confirm"} 1');
    for (const kind of ['open', 'assertSibling', 'split', 'confirm'])
      expect(shown).toMatch(new RegExp(`dispute_spent_wei_total\\{kind="${kind}"\\} [1-9]`));
    expect(shown).not.toContain('dispute_clock_left_seconds{');
    expect(await fixture.gameBalance()).toBe(0n);
    const done = await nonce(challengerAccount);
    await honest.turn();
    expect(await nonce(challengerAccount)).toBe(done);
  });

  it('asserts what is right beside a claim that is right about the root alone, and wins', async () => {
    const miscounted = async (unit: bigint) => ({ ...(await truth.stateAt(unit)), blockNumber: 0n });
    const lie = { stateAt: miscounted, tupleAt: () => truth.tupleAt(0n), unit: (unit: bigint) => truth.unit(unit) };
    const id = await fixture.assertEnd(lie);
    const honest = await prover();
    await honest.turns();
    expect(await assertionCount()).toBe(id + 2n);
    const [wrong, right] = await Promise.all([assertion(id), assertion(id + 1n)]);
    expect(right).toMatchObject({ outputRoot: wrong.outputRoot, itemIndex: wrong.itemIndex, blockNumber: 1 });
    await fixture.passTime(DEVNET_CONFIG.gameClockSeconds + 1);
    await honest.turns();
    expect(await fixture.status(id)).toBe(REJECTED);
    await fixture.passTime(window + 1);
    await honest.turn();
    expect(await fixture.status(id + 1n)).toBe(CONFIRMED);
  });

  it('wins although it is restarted after every transaction', async () => {
    const lie = forged({ unit: 0n, step: 20_001n });
    const id = await fixture.assertEnd(lie);
    const liar = fixture.party(asserterAccount, lie);
    const before = await nonce(challengerAccount);
    let lives = 0;
    for (; lives < 40 && (await fixture.status(id)) !== REJECTED; lives++) {
      const killed = new AbortController();
      const life = await prover(challengerAccount, {}, ({ transaction }) => transaction && killed.abort());
      await life.turn(killed.signal).catch((error: unknown) => {
        if (!killed.signal.aborted) throw error;
      });
      if (killed.signal.aborted) continue;
      await liarMoves(liar);
    }
    expect(await fixture.status(id)).toBe(REJECTED);
    expect(await fixture.status(id + 1n)).toBe(PENDING);
    expect(await assertionCount()).toBe(id + 2n);
    const moves = await fixture.movesBy(0n, 'challenger');
    // One game, one sibling and the moves: nothing was done twice.
    expect((await nonce(challengerAccount)) - before).toBeGreaterThanOrEqual(1 + 1 + moves - 1);
    expect((await nonce(challengerAccount)) - before).toBeLessThanOrEqual(1 + 1 + moves);
    expect(lives).toBeGreaterThan(4);
  });

  it('defends its own right assertion, and leaves those of others to them', async () => {
    const id = await fixture.assertEnd(truth);
    const liar = fixture.party(otherChallenger, forged({ unit: 0n, step: 777n }));
    const game = await fixture.open(liar, id, truth);
    const untouched = await nonce(challengerAccount);
    const stranger = await prover(challengerAccount);
    const owner = await prover(asserterAccount);
    for (let turn = 0; turn < 40 && (await fixture.runs(game)); turn++) {
      await stranger.turn();
      await owner.turns();
      await liarMoves(liar);
    }
    expect(await fixture.phase(game)).toBe('asserterWon');
    expect(await nonce(challengerAccount)).toBe(untouched);
    await fixture.passTime(window + 1);
    await owner.turns();
    expect(await fixture.status(id)).toBe(CONFIRMED);
  });

  it('defends a right assertion of who named it as the defender, and leaves the money to the owner', async () => {
    await fixture.setDelegate(asserterAccount, challengerAccount.address);
    const id = await fixture.assertEnd(truth);
    const liar = fixture.party(otherChallenger, forged({ unit: 0n, step: 777n }));
    const game = await fixture.open(liar, id, truth);
    const paid = await fixture.rollup.client.getBalance({ address: asserterAccount.address });
    const untouched = await nonce(asserterAccount);
    const defender = await prover(challengerAccount, owned);
    await defender.turn();
    const shown = await defender.metrics.registry.metrics();
    expect(shown).toContain('dispute_games{role="asserter",phase="our-move"} 1');
    expect(shown).toContain('dispute_clock_left_seconds{role="asserter"}');
    for (let turn = 0; turn < 40 && (await fixture.runs(game)); turn++) {
      await liarMoves(liar);
      await defender.turns();
    }
    expect(await fixture.phase(game)).toBe('asserterWon');
    expect(await nonce(asserterAccount)).toBe(untouched);
    // Behind the window, and the time in which the owner may confirm it itself.
    await fixture.passTime(2 * window);
    await defender.turns();
    const due = DEVNET_CONFIG.gameBondWei / 2n + DEVNET_CONFIG.assertionBondWei;
    expect((await fixture.rollup.client.getBalance({ address: asserterAccount.address })) - paid).toBe(due);
    expect(await fixture.status(id)).toBe(CONFIRMED);
  });

  it('plays for nobody beside its owners, and says who counts on it', async () => {
    await fixture.setDelegate(asserterAccount, challengerAccount.address);
    const id = await fixture.assertEnd(truth);
    const liar = fixture.party(otherChallenger, forged({ unit: 0n, step: 777n }));
    const game = await fixture.open(liar, id, truth);
    const before = await nonce(challengerAccount);
    const warn = jest.fn<ProverLog['warn']>();
    const busy = await prover(challengerAccount, {}, undefined, { ...quiet, warn });
    await busy.turns();
    expect(await nonce(challengerAccount)).toBe(before);
    expect(await fixture.movesBy(game, 'asserter')).toBe(0);
    expect(await busy.metrics.registry.metrics()).not.toContain('dispute_games{role="asserter"');
    const unlisted = { event: 'dispute_owner_unlisted', owner: asserterAccount.address, set: 'dispute.owners' };
    expect(warn.mock.calls.map(([fields]) => fields)).toEqual([unlisted]);
  });

  it('plays no more for an owner that took the delegation back', async () => {
    await fixture.setDelegate(asserterAccount, challengerAccount.address);
    const id = await fixture.assertEnd(truth);
    const liar = fixture.party(otherChallenger, forged({ unit: 0n, step: 777n }));
    const game = await fixture.open(liar, id, truth);
    const defender = await prover(challengerAccount, owned);
    await liar.player.turn(NEVER);
    await defender.turns();
    const moved = await fixture.movesBy(game, 'asserter');
    expect(moved).toBe(1);
    await fixture.setDelegate(asserterAccount, zeroAddress);
    await liar.player.turn(NEVER);
    const before = await nonce(challengerAccount);
    await defender.turns();
    expect(await nonce(challengerAccount)).toBe(before);
    expect(await fixture.phase(game)).toBe('asserterMoves');
  });

  it('never helps a lie of who named it: it challenges that, and does not answer itself', async () => {
    await fixture.setDelegate(asserterAccount, challengerAccount.address);
    const id = await fixture.assertEnd(forged({ unit: 0n, step: 777n }));
    const defender = await prover(challengerAccount, owned);
    await defender.turns();
    expect(await fixture.phase(0n)).toBe('asserterMoves');
    expect(await fixture.movesBy(0n, 'asserter')).toBe(0);
    await fixture.passTime(DEVNET_CONFIG.gameClockSeconds + 1);
    await defender.turns();
    expect(await fixture.status(id)).toBe(REJECTED);
  });

  it('watches no clock of a game in which it does nothing for its owner, who lies', async () => {
    await fixture.setDelegate(asserterAccount, challengerAccount.address);
    const lie = forged({ unit: 0n, step: 777n });
    await fixture.open(fixture.party(otherChallenger, truth), await fixture.assertEnd(lie), lie);
    const defender = await prover(challengerAccount, owned);
    await defender.turns();
    const shown = await defender.metrics.registry.metrics();
    expect(shown).toContain('dispute_games{role="asserter",phase="our-move"} 1');
    expect(shown).not.toContain('dispute_clock_left_seconds{');
  });

  it('leaves a wrong assertion to others when it may not bond enough, and shows what is missing', async () => {
    const id = await fixture.assertEnd(forged({ unit: 0n }));
    const poor = await prover(challengerAccount, { maximumBond: (DEVNET_CONFIG.gameBondWei / 2n).toString() });
    const before = await nonce(challengerAccount);
    await poor.turn();
    expect(await nonce(challengerAccount)).toBe(before);
    expect(await fixture.status(id)).toBe(PENDING);
    const shown = await poor.metrics.registry.metrics();
    expect(shown).toContain(`dispute_bonds_needed_wei ${DEVNET_CONFIG.gameBondWei + DEVNET_CONFIG.assertionBondWei}`);
    expect(shown).toContain(`dispute_bonds_available_wei ${DEVNET_CONFIG.gameBondWei / 2n}`);
  });

  it('risks nothing where the stepper does not call wrong what the replay calls wrong', async () => {
    await fixture.assertEnd(truth);
    const error = jest.fn<ProverLog['error']>();
    const mistaken = await prover(challengerAccount, {}, undefined, { ...quiet, error });
    await deriveOnce(mistaken);
    const judged = mistaken.prover.judged.map((one) => ({ ...one, right: one.assertion.id === 0n }));
    jest.spyOn(mistaken.prover, 'judged', 'get').mockReturnValue(judged);
    const before = await nonce(challengerAccount);
    await mistaken.agent!.turn(NEVER);
    expect(await nonce(challengerAccount)).toBe(before);
    const reason = 'replay calls assertion 1 wrong, the stepper does not';
    expect(error).toHaveBeenCalledWith(
      expect.objectContaining({ event: 'dispute_failed', reason }),
      expect.any(String),
    );
  });

  it('sends nothing in a dry run, and says what it would do', async () => {
    await fixture.assertEnd(forged({ unit: 0n }));
    const events: GameEvent[] = [];
    const before = await nonce(challengerAccount);
    await (await prover(challengerAccount, { dryRun: true }, (event) => events.push(event))).turn();
    expect(await nonce(challengerAccount)).toBe(before);
    expect(events).toMatchObject([{ type: 'would-move', what: 'open' }]);
  });

  it('plays several games against one assertion and more, each with its own clock', async () => {
    const lie = forged({ unit: 0n, step: 15_000n });
    const other = forged({ unit: 0n, step: 300n });
    const ids = [await fixture.assertEnd(lie), await fixture.assertEnd(other)];
    const helper = fixture.party(otherChallenger, truth);
    const help = await fixture.open(helper, ids[0]!, lie);
    const liars = [fixture.partyOf(asserterAccount, (id) => (id === ids[0] ? lie : other))];
    const honest = await prover();
    const statuses = () => Promise.all(ids.map((id) => fixture.status(id)));
    for (let turn = 0; turn < 40 && (await statuses()).some((status) => status !== REJECTED); turn++) {
      await honest.turn();
      const before = await fixture.totalMoves();
      for (const liar of liars) await liar.player.turn(NEVER);
      await helper.player.turn(NEVER);
      if ((await fixture.totalMoves()) === before) await fixture.passTime(DEVNET_CONFIG.gameClockSeconds + 1);
    }
    expect(await statuses()).toEqual([REJECTED, REJECTED]);
    for (let turn = 0; turn < 3; turn++) {
      await honest.turn();
      await helper.player.turn(NEVER);
    }
    expect(['challengerWon', 'void']).toContain(await fixture.phase(help));
    expect(await fixture.gameBalance()).toBe(0n);
  });

  it('takes each bond of a lie that was made twice, and the right claim stands in the end', async () => {
    const lie = forged({ unit: 0n, step: 9_999n });
    const ids = [await fixture.assertEnd(lie), await fixture.assertEnd(lie, otherChallenger)];
    expect(await assertion(ids[1]!)).toMatchObject({ original: Number(ids[0]) });
    const honest = await prover(challengerAccount, { maximumBond: (3n * ETHER).toString() });
    await honest.turns();
    expect(honest.prover.status().assertions.wrong.map(({ id }) => id)).toEqual(ids);
    await fixture.passTime(DEVNET_CONFIG.gameClockSeconds + 1);
    await honest.turns();
    expect(await Promise.all(ids.map((id) => fixture.status(id)))).toEqual([REJECTED, REJECTED]);
    expect(honest.prover.status().assertions.wrong).toEqual([]);
    await fixture.passTime(window + 1);
    await honest.turns();
    expect(await fixture.status(ids[1]! + 1n)).toBe(CONFIRMED);
  });

  it('confirms its own copy of a claim whose first owner plays against himself, and takes its bond back', async () => {
    const id = await fixture.assertEnd(truth);
    const copy = await fixture.assertEnd(truth, challengerAccount);
    const accomplice = fixture.party(otherChallenger, forged({ unit: 0n, step: 777n }));
    await fixture.open(accomplice, id, truth);
    const honest = await prover();
    await fixture.passTime(window + 1);
    await honest.turns();
    expect([await fixture.status(id), await fixture.status(copy)]).toEqual([BONDED, CONFIRMED]);
    expect(await fixture.rollup.client.getBalance({ address: fixture.rollup.deployment.addresses.rollup })).toBe(
      DEVNET_CONFIG.assertionBondWei,
    );
  });

  it('takes back the bond of a copy whose claim was confirmed without it', async () => {
    const id = await fixture.assertEnd(truth);
    await fixture.passTime(window - 5);
    const copy = await fixture.assertEnd(truth, challengerAccount);
    const owner = await prover(asserterAccount);
    await fixture.passTime(10);
    await owner.turns();
    expect([await fixture.status(id), await fixture.status(copy)]).toEqual([CONFIRMED, PENDING]);
    const honest = await prover();
    await honest.turns();
    expect(await fixture.status(copy)).toBe(CONFIRMED);
    expect(await honest.metrics.registry.metrics()).toContain('dispute_moves_total{kind="returnBond"} 1');
  });

  it('runs until it is told to stop, beside the replay', async () => {
    const id = await fixture.assertEnd(forged({ unit: 0n, step: 50n }));
    const honest = await prover();
    const stop = new AbortController();
    const { prover: judge, watcher, metrics, agent } = honest;
    const following = follow({ prover: judge, watcher, metrics, log: quiet, retryMilliseconds: 20 }, stop.signal);
    const disputing = agent!.run(stop.signal);
    for (let wait = 0; wait < 2_000 && (await fixture.phase(0n)) !== 'asserterMoves'; wait++) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await fixture.passTime(DEVNET_CONFIG.gameClockSeconds + 1);
    for (let wait = 0; wait < 2_000 && (await fixture.status(id)) !== REJECTED; wait++) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    stop.abort();
    await Promise.all([following, disputing]);
    expect(await fixture.status(id)).toBe(REJECTED);
  });
});
