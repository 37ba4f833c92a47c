import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { DEVNET_CONFIG, disputeGameAbi } from '@metachain/contracts';
import { UNITS_PER_ITEM } from '@metachain/program';
import { keccak256, numberToHex } from 'viem';

import { Random } from '../machine/testing/random-program.js';
import { asserterAccount, challengerAccount, DisputeFixture, END, NEVER } from '../testing/dispute-fixture.js';
import { ForgedTrace } from '../testing/forged-trace.js';
import { RandomLiar } from '../testing/random-liar.js';
import { PROGRAM_HASH } from '../testing/test-rollup.js';
import { GameReader } from './game-reader.js';
import { moverOf } from './next-move.js';
import type { ReplayTrace } from './replay-trace.js';

/** Games to play; `FUZZ_RUNS=1000` for a long run, `FUZZ_SEED` to start elsewhere. */
const RUNS = Number(process.env['FUZZ_RUNS'] ?? 20);
const SEED = Number(process.env['FUZZ_SEED'] ?? 1);
const BLOCKS = 3;

jest.setTimeout(120_000 + RUNS * 20_000);

let fixture: DisputeFixture;
/** The same blocks in an assertion over one item and over more: the games have an odd and an even number of splits of units. */
let truths: readonly ReplayTrace[];
const MORE = 8n;
let longest = 0n;
beforeAll(async () => {
  fixture = await DisputeFixture.start();
  const blocks = [];
  for (let i = 0n; i < BigInt(BLOCKS); i++) blocks.push((await fixture.rollup.build([await fixture.pay(i)])).bytes);
  await fixture.rollup.post(blocks);
  for (let item = 1n; item < MORE; item++) await fixture.rollup.appendEmpty();
  truths = [await fixture.truth(1n), await fixture.truth(MORE)];
  const { disputeGame } = fixture.rollup.deployment.dispute;
  const read = { address: disputeGame, abi: disputeGameAbi, functionName: 'maximumDuration' } as const;
  longest = await fixture.rollup.client.readContract(read);
}, 120_000);
afterAll(() => fixture.stop());

const readerOf = (): GameReader => {
  const { source, deployment } = fixture.rollup;
  return new GameReader({ source, rollup: deployment.addresses.rollup, fromBlock: deployment.l1BlockNumber });
};

const now = async () => (await fixture.rollup.client.getBlock()).timestamp;

/** One game; answers who won and how many moves it took. */
async function play(random: Random, honestSide: 'challenger' | 'asserter') {
  const units = random.below(3) === 0 ? UNITS_PER_ITEM : BLOCKS;
  const truth = truths[random.below(truths.length)]!;
  const salt = keccak256(numberToHex(random.below(2 ** 31)));
  const lie = new ForgedTrace(truth, PROGRAM_HASH, { unit: BigInt(random.below(units)), salt });
  const claimed = honestSide === 'asserter' ? truth : lie;
  const id = await fixture.assertEnd(claimed);
  const accounts = { asserter: asserterAccount, challenger: challengerAccount };
  const honest = fixture.party(accounts[honestSide], truth);
  const liarAccount = accounts[honestSide === 'asserter' ? 'challenger' : 'asserter'];
  const liar = new RandomLiar(fixture, liarAccount, readerOf(), truth, random);
  // L1 goes back after each game, so each is the first.
  const game = 0n;
  if (honestSide === 'challenger') await fixture.open(honest, id, claimed);
  else await liar.open(id, await claimed.stateAt(END));
  const opened = await now();
  while (await fixture.runs(game)) {
    const mover = moverOf(await fixture.view(game));
    if (mover === honestSide) {
      await honest.player.play(game, NEVER);
      continue;
    }
    await liar.move(game);
    if (moverOf(await fixture.view(game)) === mover) {
      await fixture.passTime(DEVNET_CONFIG.gameClockSeconds + 1);
      await honest.player.play(game, NEVER);
    }
  }
  return { id, phase: await fixture.phase(game), seconds: (await now()) - opened, events: honest.events };
}

const report = (games: number, ends: Record<string, number>) =>
  process.stdout.write(`${games} games from seed ${SEED}, all won: ${JSON.stringify(ends)}\n`);

describe('a game against somebody who makes any move at any time', () => {
  it(`is won by the honest side, ${RUNS} of ${RUNS} times`, async () => {
    const random = new Random(SEED);
    const ends: Record<string, number> = {};
    const { client } = fixture.rollup;
    for (let run = 0; run < RUNS; run++) {
      const snapshot = await client.snapshot();
      const side = run % 2 === 0 ? 'challenger' : 'asserter';
      const { id, phase, seconds, events } = await play(random, side);
      expect([run, phase]).toEqual([run, `${side}Won`]);
      expect(await fixture.status(id)).toBe(side === 'challenger' ? 3 : 1);
      expect(await fixture.gameBalance()).toBe(0n);
      expect(seconds <= longest).toBe(true);
      expect(events.filter(({ type }) => type === 'refused')).toEqual([]);
      const last = `${side} by ${events.at(-1)?.what}`;
      ends[last] = (ends[last] ?? 0) + 1;
      await client.revert({ id: snapshot });
      // What was sent twice for want of an answer would count again in the next game.
      await client.request({ method: 'anvil_dropAllTransactions' } as never);
      if ((run + 1) % 50 === 0 || run + 1 === RUNS) report(run + 1, ends);
    }
  });
});
