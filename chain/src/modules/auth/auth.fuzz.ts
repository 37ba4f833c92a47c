import { describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { hexToBytes } from 'viem';

import { ARGUMENTS, TestProgram } from '../../../test/wasm.js';

const numRuns = Number(process.env['FUZZ_RUNS'] ?? 60);
jest.setTimeout(60_000 + numRuns * 500);
const accounts = [0, 1, 2];
/** Those in the account's word, four that share one, and others. */
const lanes = [0, 1, 2, 4, 5, 6, 7, 3, 0x1_0000, 0xffff_ffff];
const at = (account: number): number => ARGUMENTS + 32 * account;

const step = fc.record({
  kind: fc.constantFrom('nonce', 'sequence', 'sequence', 'sequence'),
  account: fc.constantFrom(...accounts),
  lane: fc.nat({ max: lanes.length - 1 }),
  /** Distance from the next number: 0 is the only one to be taken. */
  ahead: fc.constantFrom(0n, 0n, 0n, -1n, 1n, -2n),
});
type Step = ReturnType<typeof step.generate>['value_'];

const open = (): TestProgram => {
  const program = new TestProgram('auth');
  for (const account of accounts) program.write(at(account), hexToBytes(`0x${`0${account + 1}`.repeat(20)}`));
  return program;
};

/** How many transactions each account and each of its lanes has had. */
class Model {
  readonly nonces = accounts.map(() => 0n);
  readonly sequences = accounts.map(() => lanes.map(() => 0n));

  /** The number that a transaction of this step carries, as a u64. */
  numberOf({ kind, account, lane, ahead }: Step): bigint {
    const next = kind === 'nonce' ? this.nonces[account]! : this.sequences[account]![lane]!;
    return BigInt.asUintN(64, next + ahead);
  }

  count({ kind, account, lane }: Step): void {
    if (kind === 'nonce') this.nonces[account]!++;
    else this.sequences[account]![lane]!++;
  }
}

const apply = (program: TestProgram, { kind, account, lane }: Step, number: bigint): number =>
  kind === 'nonce'
    ? program.number('useNonce', at(account), number)
    : program.number('useSequence', at(account), lanes[lane]!, number);

const expectInvariants = (program: TestProgram, { nonces, sequences }: Model): void => {
  for (const account of accounts) {
    expect(program.number('isNonceCounted', at(account), nonces[account]!)).toBe(1);
    sequences[account]!.forEach((used, lane) =>
      expect([lane, program.number('isSequenceCounted', at(account), lanes[lane]!, used)]).toEqual([lane, 1]),
    );
  }
};

describe('nonces and lanes under random transactions', () => {
  it('take each number once and in order, and count what they took', () => {
    let taken = 0;
    fc.assert(
      fc.property(fc.array(step, { minLength: 5, maxLength: 60 }), (steps) => {
        const program = open();
        const model = new Model();
        for (const one of steps) {
          const done = apply(program, one, model.numberOf(one)) === 0;
          expect(done).toBe(one.ahead === 0n);
          if (done) model.count(one);
          if (done) taken++;
          expectInvariants(program, model);
        }
      }),
      { numRuns },
    );
    expect(taken).toBeGreaterThan(numRuns);
  });
});
