import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { isAddressEqual } from 'viem';
import { disputeConfig } from './dispute-net.js';
import { GameWatch } from './game-watch.js';
import { type LieKind, lieKinds } from './lies.js';
import { playLie } from './lie-play.js';
import { parties, Stage } from './stage.js';

/** Clocks that a slow machine's restarts fit into. */
const config = { ...disputeConfig, gameClockSeconds: 600, gameFloorSeconds: 100 };
/** Lies that the demonstration does not tell without an argument (dispute.e2e.test.ts); each run plays one of them. */
const otherLies = lieKinds.filter((kind) => kind !== 'stolen-swap-output');
const seed = Number(process.env['FUZZ_SEED'] ?? otherLies.indexOf('wrong-withdrawal-root'));
const drawn = otherLies[seed % otherLies.length] as LieKind;
let stage: Stage;

beforeAll(async () => {
  stage = await Stage.start({ report: () => undefined, failed: () => undefined }, config);
}, 240_000);
afterAll(() => stage?.stop());

/** Kills the prover after each of its first moves, so many times; answers how often it was killed. */
async function killAfterMoves(times: number, signal: AbortSignal): Promise<number> {
  const { net, clients } = stage;
  const watch = new GameWatch(clients, net.devnet.dispute.disputeGame, net.devnet.l1BlockNumber);
  let kills = 0;
  while (kills < times && !signal.aborted) {
    const moves = await watch.read();
    if (moves.some(({ by, what }) => what !== 'end' && isAddressEqual(by, parties.prover.address))) {
      await net.killProver();
      kills += 1;
    }
    await sleep(100);
  }
  return kills;
}

it(`wins against ${drawn} although the prover is killed after its moves (FUZZ_SEED=${seed})`, async () => {
  const over = new AbortController();
  const killing = killAfterMoves(3, over.signal);
  const outcome = await playLie(stage, drawn, () => undefined).finally(() => over.abort());
  expect(await killing).toBe(3);
  expect(outcome.checks.filter(({ held }) => !held)).toEqual([]);
}, 600_000);
