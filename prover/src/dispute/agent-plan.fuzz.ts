import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { ETHER } from '../testing/agent-views.js';
import { CHALLENGE_WINDOW, ClaimWorld } from '../testing/claim-world.js';

/** Stories; `FUZZ_RUNS=10000` for a long run, `FUZZ_SEED` to start elsewhere. */
const RUNS = Number(process.env['FUZZ_RUNS'] ?? 200);
const SEED = Number(process.env['FUZZ_SEED'] ?? 1);
/** Tick at which the account looks at L1 for the first time, or again. */
const ARRIVAL = 20;
const LATEST = 2 * Number(CHALLENGE_WINDOW);
/** More ticks than all games of a story one after another, and its windows. */
const END = 3_000;

/** Lies, each with its time, how many right claims lie below, and what it says: of the same on one parent, all but the first are copies. */
const someLies = (highest: number, latest: number) =>
  fc.array(fc.record({ at: fc.nat(latest), depth: fc.nat(highest), value: fc.integer({ min: 1, max: 3 }) }), {
    maxLength: 12,
  });

const games = fc.integer({ min: 1, max: 30 }).map(BigInt);

/** Right claims of somebody else on one another, one a tick. */
function startedWorld(purse: bigint, gameTicks: bigint, depth: number) {
  const world = new ClaimWorld(purse, gameTicks);
  const chain = [0n];
  for (let count = 0; count < depth; count++) {
    chain.push(world.assert(chain.at(-1)!, 0)!);
    world.tick();
  }
  return { world, chain };
}

/** Lets happen what does at each tick, then the account has its turn, until there is nothing left to decide. */
function play(world: ClaimWorld, from: number, happen: (tick: number) => void): void {
  for (let tick = from; tick < END && !(tick > LATEST && world.isSettled); tick++) {
    happen(tick);
    if (tick >= ARRIVAL) world.act();
    world.tick();
  }
}

const check = <T>(stories: fc.Arbitrary<T>, property: (story: T) => void) =>
  fc.assert(fc.property(stories, property), { numRuns: RUNS, seed: SEED });

describe('an account that does what its plan says', () => {
  const limited = fc.integer({ min: 1, max: 4 }).chain((depth) =>
    fc.record({
      depth: fc.constant(depth),
      gameTicks: games,
      tenths: fc.integer({ min: 15, max: 70 }),
      // The last depth is that of lies without a right claim beside them.
      early: someLies(depth, ARRIVAL - depth),
      late: someLies(depth, LATEST),
    }),
  );

  it('fells every lie with any purse of both bonds, confirms the truth, and no lie is confirmed', () =>
    check(limited, ({ depth, gameTicks, tenths, early, late }) => {
      const { world, chain } = startedWorld((BigInt(tenths) * ETHER) / 10n, gameTicks, depth);
      const disputed = new Set(early.map((lie) => lie.depth));
      const lies = [...early, ...late.filter((lie) => lie.depth < depth || disputed.has(depth))];
      play(world, depth, (tick) => {
        for (const lie of lies) if (Math.max(lie.at, depth) === tick) world.assert(chain[lie.depth]!, lie.value);
      });
      expect(world.isSettled).toBe(true);
      expect(world.confirmed.parent).toBe(chain.at(disputed.has(depth) ? -1 : -2));
    }));

  const wealthy = fc.record({
    gameTicks: games,
    lies: someLies(4, LATEST),
    surrenders: fc.array(fc.record({ at: fc.nat(LATEST), depth: fc.integer({ min: 1, max: 4 }) }), { maxLength: 4 }),
  });

  it('lets no lie be confirmed although others give up what is right, with money for all', () =>
    check(wealthy, ({ gameTicks, lies, surrenders }) => {
      const { world, chain } = startedWorld(1_000n * ETHER, gameTicks, 4);
      play(world, 4, (tick) => {
        for (const lie of lies) if (Math.max(lie.at, ARRIVAL) === tick) world.assert(chain[lie.depth]!, lie.value);
        for (const { at, depth } of surrenders) if (Math.max(at, ARRIVAL) === tick) world.giveUp(chain[depth]!);
      });
      expect(world.isSettled).toBe(true);
    }));
});
