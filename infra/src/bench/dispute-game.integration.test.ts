import { describe, expect, it } from '@jest/globals';
import { lowerProvable, nextInstruction, unitMachine } from '@metachain/prover';
import { noInputs } from '../dispute/program-net.js';
import { measureGame } from './dispute-game.js';
import { blobWordGame, firstUnit, longHashGame, type LongGame, ordinaryGame } from './long-game.js';

const degree = 16n;
const rounds = 4_000n;
const payload = Uint8Array.from({ length: 100_000 }, (_, index) => 1 + (index % 255));

/** The instruction that the disputed step executes. */
function disputed({ wasm, step }: LongGame) {
  const inputs = { ...noInputs, payloadWord: () => new Uint8Array(32) };
  const machine = unitMachine(firstUnit(lowerProvable(wasm), inputs));
  machine.runTo(step);
  return nextInstruction(machine);
}

const multiplication = { opcode: 0x7e };
const readInput = { opcode: 0x12, immediate: 6n };
const keccak = { opcode: 0x12, immediate: 7n };

describe('a game that is measured', () => {
  it.each([
    ['a multiplication', ordinaryGame({ degree }), multiplication],
    ['a read', blobWordGame({ degree }, payload), readInput],
    ['a hash', longHashGame({ degree }), keccak],
  ])('is about all the steps that a unit may have, and one early step that is %s', (_, game, instruction) => {
    expect(game.steps).toBeLessThanOrEqual(1n << 32n);
    expect(game.steps).toBeGreaterThan((1n << 32n) - 5n);
    expect(game.step).toBeLessThan(game.steps / 300n);
    expect(disputed(game)).toMatchObject(instruction);
  });

  it('ends with the proof of a cheap step, of a dear one or of the dearest, and L1 executes it', async () => {
    const cheap = await measureGame(ordinaryGame({ degree, rounds }));
    const dear = await measureGame(blobWordGame({ degree, rounds }, payload));
    // The opening of the blob: a precompiled contract of 50,000 gas, and calldata.
    expect(dear.stepGas - cheap.stepGas).toBeGreaterThan(50_000);
    expect(dear.parts.end - cheap.parts.end).toBeGreaterThan(50_000);
    const dearest = await measureGame(longHashGame({ degree, rounds }));
    // EIP-7623: 40 gas for each byte of what is hashed.
    expect(dearest.stepGas - cheap.stepGas).toBeGreaterThan(40 * 16_384);
    expect(dearest.parts.end).toBeGreaterThan(40 * 16_384);
    for (const { moves, parts } of [cheap, dear, dearest]) {
      expect(moves).toBe(8);
      expect(parts.open).toBeLessThan(135_000);
      expect(Math.max(parts.split, parts.enterUnit)).toBeLessThan(90_000);
    }
  }, 180_000);

  it('is about as many items as it shall be: one cut of the units more, and the challenger proves', async () => {
    const [few, many] = [ordinaryGame({ degree, rounds }), ordinaryGame({ degree, rounds, items: 64n })];
    expect([few.liar, many.liar]).toEqual(['challenger', 'asserter']);
    const { units, moves } = await measureGame(many);
    expect([units, moves]).toEqual([65_536, 9]);
  }, 180_000);
});
