import { describe, expect, it } from '@jest/globals';

import { assertion, ETHER, old, ours, plan, wrong } from '../testing/agent-views.js';
import type { AgentView, AssertionStanding } from './agent-plan.js';

describe('a plan with less money than it needs', () => {
  const copies = (first: bigint, parent: bigint, count: number) =>
    Array.from({ length: count }, (_, index) => assertion(first + BigInt(index), parent, { ...wrong, claim: first }));
  /** Right claims of somebody else on one another, 1, 3 and 5, each with a lie beside it, 2, 4 and 6. */
  const pairs = [0n, 1n, 3n].flatMap((parent, index) => {
    const right = BigInt(2 * index + 1);
    return [assertion(right, parent), assertion(right + 1n, parent, wrong)];
  });
  /** Tasks with bonds in tenths of an ether: `+2` is the right claim beside 2, `-2` a challenge of 2. */
  const bonded = (assertions: AssertionStanding[], tenths: number, fields: Partial<AgentView> = {}) =>
    plan(assertions, { maximumBond: (BigInt(tenths) * ETHER) / 10n, ...fields })
      .tasks.map((task) => `${task.kind === 'challenge' ? '-' : '+'}${'id' in task ? task.id : ''}`)
      .join(' ');
  const attacked = { games: [{ assertionId: 2n, role: 'challenger' as const, outcome: undefined }] };

  it.each([
    [4, ''],
    [5, '-2'],
    [10, '-2 -4'],
    [15, '+2 -2'],
    [20, '+2 -2 -4'],
    [25, '+2 -2 -4 -6'],
    [30, '+2 -2 +4 -4'],
    [35, '+2 -2 +4 -4 -6'],
    [45, '+2 -2 +4 -4 +6 -6'],
  ])('goes from the oldest parent to the newest: with %d tenths of an ether %j', (tenths, tasks) => {
    expect(bonded(pairs, tenths)).toBe(tasks);
    const { bondsNeeded, bondsAvailable } = plan(pairs, { maximumBond: (BigInt(tenths) * ETHER) / 10n });
    expect([bondsNeeded, bondsAvailable]).toEqual([(9n * ETHER) / 2n, (BigInt(tenths) * ETHER) / 10n]);
  });

  it('challenges the oldest lie with any purse from a game bond on', () => {
    const crowded = [...pairs, ...copies(7n, 0n, 20), ...copies(27n, 3n, 20)];
    for (let tenths = 5; tenths <= 60; tenths++) {
      expect(bonded(pairs, tenths).split(' ')).toContain('-2');
      expect(bonded(crowded, tenths).split(' ')).toContain('-2');
    }
  });

  it('does so too where it has to stand with a claim of its own elsewhere, from both bonds on', () => {
    for (let tenths = 15; tenths <= 60; tenths++) {
      expect(bonded([...pairs, assertion(7n, 5n, wrong)], tenths).split(' ')).toContain('-2');
    }
  });

  it('comes to the same when a part of it is done', () => {
    const secured = [...pairs, assertion(7n, 0n, { ...ours, claim: 1n })];
    expect(bonded(secured, 30)).toBe('-2 +4 -4');
    expect(bonded(secured, 30, attacked)).toBe('+4 -4');
    expect(bonded(secured, 20, attacked)).toBe('-4');
    expect(bonded(pairs, 10, attacked)).toBe('-4');
  });

  it('stands with its own claim first where no other right one does, even if nothing is left for a challenge', () => {
    expect(bonded([assertion(1n, 0n, wrong)], 10)).toBe('+1');
    expect(bonded(copies(1n, 0n, 20), 14)).toBe('+20');
    expect(bonded(copies(1n, 0n, 20), 20)).toBe('+20 -1 -2');
    // Different lies keep each other from being confirmed, but their owner may give one up.
    expect(bonded([assertion(1n, 0n, wrong), assertion(2n, 0n, wrong)], 10)).toBe('+2');
  });

  it('stands there before it challenges older lies, however many there are', () => {
    const tip = assertion(7n, 5n, wrong);
    expect(bonded([...pairs, tip], 10)).toBe('+7');
    expect(bonded([...pairs, tip], 15)).toBe('+7 -2');
    expect(bonded([...pairs, tip], 30)).toBe('+7 +2 -2 -4');
    expect(bonded([...pairs, tip, ...copies(8n, 0n, 20)], 20)).toBe('+7 -2 -8');
    expect(bonded([...pairs, tip, ...copies(8n, 0n, 20)], 35)).toBe('+7 +27 -2 -8 -9');
    // That no lie is confirmed comes before that all fall.
    expect(bonded([...pairs, tip, assertion(8n, 0n, { ...ours, claim: 1n })], 20)).toBe('+7');
  });

  it('lets many copies of one lie keep no right claim from standing elsewhere', () => {
    const crowded = [...pairs, ...copies(7n, 5n, 20)];
    expect(bonded(crowded, 20)).toBe('+26 -2 -4');
    expect(bonded([...crowded, assertion(27n, 5n, ours)], 20)).toBe('-2 -4');
  });

  it('challenges first where no right claim stands and it cannot have one there: the window ends', () => {
    const tip = assertion(7n, 5n, wrong);
    expect(bonded([...pairs, tip], 5)).toBe('-7');
    expect(bonded([...pairs, tip], 9)).toBe('-7');
    const late = assertion(8n, 5n, { ...wrong, claim: 7n });
    expect(bonded([...pairs, { ...tip, ...old }, late], 15)).toBe('-8 -2 -4');
    expect(bonded([...pairs, { ...tip, ...old }, late], 20)).toBe('-8 +2 -2');
  });

  it('puts a bond beside a lie that it challenged already when there is enough for that alone', () => {
    expect(bonded(pairs.slice(0, 2), 15, attacked)).toBe('+2');
    const both = [...pairs.slice(0, 2), assertion(3n, 0n, { ...wrong, claim: 2n })];
    expect(bonded(both, 15, attacked)).toBe('+3');
    expect(bonded(both, 20, attacked)).toBe('+3 -3');
  });

  it('puts bonds behind what it waits for after those against lies', () => {
    const chain = [assertion(1n, 0n), assertion(2n, 1n), assertion(3n, 1n, wrong)];
    expect(bonded(chain, 10, { awaited: [2n] })).toBe('-3');
    expect(bonded(chain, 15, { awaited: [2n] })).toBe('+2 -3');
    expect(bonded(chain, 25, { awaited: [2n] })).toBe('+2 -3 +1');
  });
});
