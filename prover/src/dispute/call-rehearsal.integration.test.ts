import { describe, expect, it, jest } from '@jest/globals';
import { L1Source } from '@metachain/bridge';
import { DEVNET_CONFIG } from '@metachain/contracts';
import type { Hex } from 'viem';

import { RehearsalRefusedError } from '../errors.js';
import {
  asserterAccount,
  challengerAccount,
  claimAt,
  type DisputeFixture,
  END,
  NEVER,
} from '../testing/dispute-fixture.js';
import { type DisputeStage, useDisputeStage } from '../testing/dispute-stage.js';
import { CallRehearsal } from './call-rehearsal.js';
import { encodeMove, encodeOpen, explainRefusal } from './game-calls.js';
import { openingCut } from './next-move.js';
import type { ReplayTrace } from './replay-trace.js';
import type { GameView, Move, Trace } from './types.js';

jest.setTimeout(120_000);

let stage: DisputeStage;
let fixture: DisputeFixture;
let truth: ReplayTrace;
useDisputeStage((opened) => ({ fixture, truth } = stage = opened));

const forged = () => stage.forged({ unit: 0n, step: 777n });
const firstCut = () => openingCut(truth, 1n, DEVNET_CONFIG.gameDegree);
const nonce = (account = challengerAccount) => stage.nonce(account);

/** What a call of the game contract costs or why it reverts, in the local EVM at L1's head. */
async function rehearse(data: Hex, { from = challengerAccount, value = 0n }): Promise<bigint | string> {
  const source = new L1Source({ urls: [fixture.rollup.anvil.url] });
  const { latest } = await source.heads();
  const call = { from: from.address, to: fixture.rollup.deployment.dispute.disputeGame, data, value };
  return new CallRehearsal(source).run(call, (await source.agreedBlock(latest))!).catch((error: unknown) => {
    if (!(error instanceof RehearsalRefusedError)) throw error;
    return explainRefusal(error.reason);
  });
}

/** An honest trace whose proof of a unit's last machine is damaged. */
const damaged = (): Trace => ({
  tupleAt: (unit) => truth.tupleAt(unit),
  stateAt: (unit) => truth.stateAt(unit),
  unit: async (unit) => {
    const whole = await truth.unit(unit);
    return {
      start: whole.start,
      steps: whole.steps,
      hashAt: (step) => whole.hashAt(step),
      stepProof: (step) => whole.stepProof(step),
      finalProof: async () => '0x1234',
    };
  },
});

describe('a player that rehearses', () => {
  it('sends no move that would revert, and says why', async () => {
    const lie = forged();
    const liar = fixture.party(challengerAccount, lie);
    const party = fixture.party(asserterAccount, damaged());
    await fixture.open(liar, await fixture.assertEnd(truth), truth);
    const refused = () => party.events.find(({ type }) => type === 'refused');
    for (let turn = 0; turn < 20 && !refused(); turn++) {
      await liar.player.turn(NEVER);
      await party.player.turn(NEVER);
    }
    expect(refused()).toMatchObject({ what: 'enterUnit', refusedBy: 'rehearsal' });
    const before = await nonce(asserterAccount);
    await party.player.turn(NEVER);
    expect(await nonce(asserterAccount)).toBe(before);
    const honest = fixture.party(asserterAccount, truth);
    await honest.player.turn(NEVER);
    expect(honest.events).toMatchObject([{ type: 'moved', what: 'enterUnit' }]);
  });

  it('puts down no bond where the game would not be opened', async () => {
    const lie = forged();
    const id = await fixture.assertEnd(lie);
    await fixture.passTime(Number(DEVNET_CONFIG.challengeWindowSeconds) + 1);
    const party = fixture.party(challengerAccount, truth);
    const before = await nonce();
    const event = await fixture.open(party, id, lie);
    expect(event).toBe(-1n);
    expect(party.events).toMatchObject([
      { type: 'refused', what: 'open', refusedBy: 'rehearsal', reason: 'execution reverted: NotChallengeable' },
    ]);
    expect(await nonce()).toBe(before);
  });
});

describe('CallRehearsal', () => {
  it('needs as much gas as L1, and a little for refunds', async () => {
    const lie = forged();
    const id = await fixture.assertEnd(lie);
    const honest = fixture.party(challengerAccount, truth);
    const liar = fixture.party(asserterAccount, lie);
    const game = await fixture.open(honest, id, lie);
    const run = jest.spyOn(CallRehearsal.prototype, 'run');
    expect(await fixture.playOut(game, [honest, liar])).toBe('challengerWon');
    // The liar has no last move that L1 would take.
    const rehearsals = await Promise.allSettled(run.mock.results.map(({ value }) => value as Promise<bigint>));
    const rehearsed = rehearsals.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    run.mockRestore();
    const used = [...honest.events, ...liar.events]
      .filter(({ type }) => type === 'moved')
      .map(({ gas }) => Number(gas));
    expect(used.length).toBeGreaterThan(3);
    expect(rehearsed).toHaveLength(used.length);
    const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
    expect(sum(rehearsed.map(Number))).toBeGreaterThanOrEqual(sum(used));
    expect(sum(rehearsed.map(Number))).toBeLessThan(sum(used) * 1.2);
  });

  it.each<[string, (view: GameView) => Move]>([
    ['WrongHashCount', ({ section }) => ({ kind: 'split', index: 0, hashes: section.hashes.slice(0, 1) })],
    ['SectionMismatch', () => ({ kind: 'proveStep', index: 0, step: 0n, proof: '0x' })],
    ['ClockRunning', () => ({ kind: 'claimTimeout' })],
    ['AssertionStands', () => ({ kind: 'dismiss' })],
  ])('names %s as L1 does', async (name, moveOf) => {
    const lie = forged();
    const id = await fixture.assertEnd(lie);
    await fixture.openAs(challengerAccount, id, await lie.stateAt(END), await firstCut());
    const view = await fixture.view(0n);
    const changed = name === 'SectionMismatch' ? { ...view, endItem: view.endItem + 1n } : view;
    expect(await rehearse(encodeMove(changed, moveOf(view)), { from: asserterAccount })).toBe(
      `execution reverted: ${name}`,
    );
  });

  it('takes the bond from the caller, and refuses another one', async () => {
    const lie = forged();
    const id = await fixture.assertEnd(lie);
    const [parent, claimed] = [claimAt(await truth.stateAt(0n)), claimAt(await lie.stateAt(END))];
    const data = encodeOpen(id, parent, claimed, await firstCut());
    expect(await rehearse(data, { value: DEVNET_CONFIG.gameBondWei })).toEqual(expect.any(BigInt));
    expect(await rehearse(data, { value: 1n })).toBe('execution reverted: WrongGameBond');
  });

  it('opens no game about a claim that L1 has put in the place of the one that was meant', async () => {
    const lie = forged();
    const id = await fixture.assertEnd(lie);
    const [parent, claimed] = [claimAt(await truth.stateAt(0n)), claimAt(await lie.stateAt(END))];
    const meant = { ...claimed, blockNumber: claimed.blockNumber - 1n };
    const data = encodeOpen(id, parent, meant, await firstCut());
    expect(await rehearse(data, { value: DEVNET_CONFIG.gameBondWei })).toBe('execution reverted: ClaimDiffers');
  });
});
