import { describe, expect, it } from '@jest/globals';
import { keccak256, numberToHex, stringToHex, zeroAddress, zeroHash, type Hash } from 'viem';

import { formalMove, movesLeft, nextMove } from './next-move.js';
import { afterEntry, afterSplit } from './sections.js';
import type { GameView, StandingSection, Trace, UnitTrace } from './types.js';

const END = 10n;
const STEPS = 1_000n;
const hash = (what: string, at: bigint): Hash => keccak256(stringToHex(`${what} ${at}`));
const state = (unit: bigint) => ({
  stateRoot: hash('state', unit),
  headerHash: zeroHash,
  blockNumber: unit,
  itemIndex: unit < END ? 0n : END,
  payloadOffset: 0,
  unitIndex: 0,
});

/** Units 0 to 9 of a thousand steps each, then nothing more. */
class NumberTrace implements Trace {
  constructor(private readonly from = 1_000_000n) {}

  async tupleAt(unit: bigint): Promise<Hash> {
    return hash(unit > this.from ? 'lie' : 'tuple', unit < END ? unit : END);
  }

  async stateAt(unit: bigint) {
    return state(unit);
  }

  async unit(unit: bigint): Promise<UnitTrace> {
    const at = (step: bigint) => hash(`unit ${unit}`, step < STEPS ? step : STEPS);
    return {
      start: state(unit),
      steps: STEPS,
      hashAt: async (step) => at(step),
      finalProof: async () => '0xf1',
      stepProof: async (step) => numberToHex(step, { size: 2 }),
    };
  }
}

const truth = new NumberTrace();
const section = (length: bigint, hashes: Hash[], fields: Partial<StandingSection> = {}): StandingSection => ({
  level: 'units',
  length,
  hashes,
  offset: 0n,
  unit: undefined,
  ...fields,
});
const view = (fields: Partial<GameView> = {}): GameView => ({
  id: 0n,
  assertionId: 1n,
  challenger: zeroAddress,
  asserter: zeroAddress,
  phase: 'challengerMoves',
  turn: 0n,
  deadline: 100n,
  now: 50n,
  challengerLeft: 100,
  asserterLeft: 100,
  atStake: true,
  program: zeroHash,
  endItem: END,
  degree: 4n,
  section: section(1n, [zeroHash, zeroHash]),
  ...fields,
});
const tuples = (...units: bigint[]) => Promise.all(units.map((unit) => truth.tupleAt(unit)));

describe('nextMove', () => {
  it('splits the first segment that starts right and ends wrong', async () => {
    const [a, b] = await tuples(0n, 5n);
    const standing = section(20n, [a!, b!, hash('lie', 10n), hash('lie', 15n), hash('lie', 20n)]);
    const { move } = await nextMove(view({ section: standing }), truth, 'challenger');
    expect(move).toEqual({ kind: 'split', index: 1, hashes: await tuples(5n, 6n, 7n, 8n, 10n) });
  });

  it('enters a unit before the end and proves that nothing follows the end', async () => {
    const standing = section(1n, [(await truth.tupleAt(9n))!, hash('lie', 10n)], { offset: 9n });
    const { move } = await nextMove(view({ section: standing }), truth, 'challenger');
    expect(move).toMatchObject({ kind: 'enterUnit', index: 0, start: state(9n), steps: STEPS, finalProof: '0xf1' });
    expect(move?.kind === 'enterUnit' && move.hashes).toHaveLength(5);
    const behind = section(1n, [(await truth.tupleAt(12n))!, hash('lie', 13n)], { offset: 12n });
    expect((await nextMove(view({ section: behind }), truth, 'challenger')).move).toEqual({
      kind: 'proveEnd',
      index: 0,
      start: state(12n),
    });
  });

  it('proves the step', async () => {
    const standing = section(2n, [hash('unit 3', 7n), hash('unit 3', 8n), hash('lie', 9n)], {
      level: 'steps',
      offset: 7n,
      unit: 3n,
    });
    expect((await nextMove(view({ section: standing }), truth, 'challenger')).move).toEqual({
      kind: 'proveStep',
      index: 1,
      step: 8n,
      proof: '0x0008',
    });
  });

  it('has nothing to say where all is true, or where not even the start is', async () => {
    const right = section(2n, await tuples(0n, 1n, 2n));
    expect(await nextMove(view({ section: right }), truth, 'challenger')).toEqual({
      move: undefined,
      reason: 'nothing-disputed',
    });
    const foreign = section(1n, [hash('lie', 0n), hash('lie', 1n)]);
    expect((await nextMove(view({ section: foreign }), truth, 'challenger')).move).toBeUndefined();
  });
});

describe('formalMove', () => {
  it.each([
    ['the game is over', { phase: 'asserterWon' as const }, 'challenger', { reason: 'over' }],
    ['the assertion fell, for who has a bond', { atStake: false }, 'challenger', { move: { kind: 'dismiss' } }],
    ['the assertion fell, for the other', { atStake: false }, 'asserter', { reason: 'over' }],
    ['the other is to move', {}, 'asserter', { reason: 'not-our-move' }],
    ['the other is out of time', { now: 101n }, 'asserter', { move: { kind: 'claimTimeout' } }],
    ['the last second', { now: 100n }, 'asserter', { reason: 'not-our-move' }],
    ['we are out of time', { now: 101n }, 'challenger', { reason: 'out-of-time' }],
  ] as const)('when %s', (_name, fields, role, expected) => {
    expect(formalMove(view(fields), role)).toMatchObject(expected);
  });

  it('leaves it to the trace when it is our turn', () => {
    expect(formalMove(view(), 'challenger')).toBeUndefined();
  });
});

describe('the section that stands', () => {
  it('lies where the mover said, also where a hash stands twice', async () => {
    const [start, third] = await tuples(0n, 3n);
    const wide = section(8n, [start!, third!, hash('lie', 4n), third!, hash('lie', 8n)]);
    const ends = [hash('lie', 7n), hash('lie', 8n)];
    expect(afterSplit(wide, 3, ends)).toEqual(section(2n, [third!, ...ends], { offset: 6n }));
    const narrow = section(2n, [hash('unit 3', 5n), hash('x', 6n), hash('x', 7n)], {
      level: 'steps',
      offset: 5n,
      unit: 3n,
    });
    expect(afterSplit(narrow, 1, ends)).toMatchObject({ level: 'steps', offset: 6n, unit: 3n, length: 1n });
  });

  it('is about the steps of a unit once that was entered', async () => {
    const units = section(4n, await tuples(4n, 5n, 6n, 7n, 8n), { offset: 4n });
    const steps = afterEntry(units, 2, STEPS, [hash('unit 6', 0n), hash('x', 1n)]);
    expect(steps).toMatchObject({ level: 'steps', offset: 0n, unit: 6n, length: STEPS });
  });

  it('refuses segments that there are not', async () => {
    const first = section(4n, await tuples(0n, 1n, 2n, 3n, 4n));
    expect(() => afterSplit(first, 4, [])).toThrow(expect.objectContaining({ code: 401 }));
    expect(() => afterEntry(first, 5, STEPS, [])).toThrow(expect.objectContaining({ code: 401 }));
  });
});

it('movesLeft counts the splits of both levels, the entry and the proof', () => {
  expect(movesLeft({ level: 'units', length: 1n << 23n, hashes: [zeroHash, zeroHash] }, 16n)).toBe(6 + 1 + 7 + 1);
  expect(movesLeft({ level: 'steps', length: 16n, hashes: Array(17).fill(zeroHash) as Hash[] }, 16n)).toBe(1);
});
