import { expect, it, jest } from '@jest/globals';
import { L1Source } from '@metachain/bridge';
import { startAlteringEndpoint } from '@metachain/bridge/testing';
import { disputeGameAbi } from '@metachain/contracts';
import { toEventSelector } from 'viem';

import { asserterAccount, challengerAccount, type DisputeFixture, NEVER } from '../testing/dispute-fixture.js';
import { type DisputeStage, useDisputeStage } from '../testing/dispute-stage.js';
import { GameReader } from './game-reader.js';

jest.setTimeout(120_000);

let stage: DisputeStage;
let fixture: DisputeFixture;
useDisputeStage((opened) => ({ fixture } = stage = opened), true);

const topicOf = (name: 'Moved' | 'GameEnded') =>
  toEventSelector(disputeGameAbi.find((entry) => entry.type === 'event' && entry.name === name) as never);

/** A reader by an endpoint that keeps the events of one kind to itself, until it is told to stop. */
async function withoutEvents(name: 'Moved' | 'GameEnded') {
  let hides = true;
  const endpoint = await startAlteringEndpoint(fixture.rollup.anvil.url, (method, result) =>
    method === 'eth_getLogs' && hides
      ? (result as { topics: string[] }[]).filter(({ topics }) => topics[0] !== topicOf(name))
      : result,
  );
  const { addresses, l1BlockNumber: fromBlock } = fixture.rollup.deployment;
  const source = new L1Source({ urls: [endpoint.url], retries: 0 });
  const reader = new GameReader({ source, rollup: addresses.rollup, fromBlock });
  return { reader, tell: () => void (hides = false), stop: endpoint.stop };
}

/** A game in which the asserter, who is right, made his move. */
async function answeredGame(): Promise<bigint> {
  const id = await fixture.assertEnd(stage.truth);
  const lie = stage.forged({ unit: 0n });
  const game = await fixture.open(fixture.party(challengerAccount, lie), id, stage.truth);
  await fixture.party(asserterAccount, stage.truth).player.turn(NEVER);
  return game;
}

it('gives no view of a game some of whose moves it was not told of, and reads all again', async () => {
  const game = await answeredGame();
  const { reader, tell, stop } = await withoutEvents('Moved');
  await reader.refresh();
  await expect(reader.view(game)).rejects.toThrow(`the events of game ${game} are incomplete`);
  tell();
  for (let again = 0; again < 2; again++) {
    await fixture.passTime(1);
    await reader.refresh();
    await reader.view(game).catch(() => undefined);
  }
  expect(await reader.view(game)).toMatchObject({ phase: 'challengerMoves' });
  await stop();
});

it('does not take a game for running whose end it was not told of', async () => {
  const game = await answeredGame();
  await fixture.passTime(1_000_000);
  await fixture.party(asserterAccount, stage.truth).player.turn(NEVER);
  expect(await fixture.phase(game)).toBe('asserterWon');
  const { reader, stop } = await withoutEvents('GameEnded');
  await reader.refresh();
  await expect(reader.view(game)).rejects.toThrow('incomplete');
  await stop();
});

// anvil answers so between the execution of a block and its announcement.
it('asks again where the endpoint answers once from the state after the next block', async () => {
  const game = await answeredGame();
  let early = true;
  const endpoint = await startAlteringEndpoint(fixture.rollup.anvil.url, (method, result) => {
    const isGame = method === 'eth_call' && (result as string).length === 2 + 2 * 64;
    if (!isGame || !early) return result;
    early = false;
    return (result as string).replace(/^0x.{64}/, `0x${'77'.repeat(32)}`);
  });
  const { addresses, l1BlockNumber: fromBlock } = fixture.rollup.deployment;
  const source = new L1Source({ urls: [endpoint.url], retries: 0 });
  const reader = new GameReader({ source, rollup: addresses.rollup, fromBlock });
  await reader.refresh();
  expect(await reader.view(game)).toMatchObject({ phase: 'challengerMoves' });
  expect(early).toBe(false);
  await endpoint.stop();
});
