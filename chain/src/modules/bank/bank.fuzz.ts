import { describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';

import { Ledger, account, predeploy, tokenRef } from '../../../test/ledger.ts';

const runs = Number(process.env.FUZZ_RUNS ?? 60);
jest.setTimeout(60_000 + runs * 500);
const TOKEN = tokenRef(2);
const LIMIT = 1n << 128n;
/** Users, and an account of the rules that no user may pay. */
const holders = [account(1), account(2), account(3), predeploy(7)];
const SYSTEM = 3;

const amount = fc.oneof(
  fc.bigInt({ min: 0n, max: 2_000n }),
  fc.bigInt({ min: 0n, max: LIMIT - 1n }),
  fc.constantFrom(LIMIT - 1n, LIMIT - 2n, 1n << 64n, (1n << 64n) - 1n),
);
const step = fc.record({
  kind: fc.constantFrom('transfer', 'transfer', 'transferFrom', 'approve', 'mint', 'burn', 'moveBalance', 'debit'),
  spender: fc.nat({ max: 2 }),
  from: fc.nat({ max: 3 }),
  to: fc.nat({ max: 3 }),
  value: amount,
});
type Step = ReturnType<typeof step.generate>['value_'];

/** What the bank should do, in the simplest way; false where it must refuse. */
class Model {
  readonly balances = holders.map(() => 0n);
  readonly allowances = holders.map(() => holders.map(() => 0n));
  supply = 0n;
  /** Taken by a module that keeps it in a word of its own. */
  elsewhere = 0n;

  private move(from: number, to: number, value: bigint): boolean {
    if (this.balances[from]! < value) return false;
    this.balances[from]! -= value;
    this.balances[to]! += value;
    return true;
  }

  private spend({ spender, from, to, value }: Step): boolean {
    const left = this.allowances[from]![spender]!;
    if (left < value || to === SYSTEM || !this.move(from, to, value)) return false;
    if (left !== LIMIT - 1n) this.allowances[from]![spender] = left - value;
    return true;
  }

  private change(who: number, value: bigint): boolean {
    if (this.supply + value >= LIMIT || this.balances[who]! + value < 0n) return false;
    this.balances[who]! += value;
    this.supply += value;
    return true;
  }

  private take(from: number, value: bigint): boolean {
    if (this.balances[from]! < value) return false;
    this.balances[from]! -= value;
    this.elsewhere += value;
    return true;
  }

  apply(one: Step): boolean {
    const { kind, spender, from, to, value } = one;
    if (kind === 'transfer') return to !== SYSTEM && this.move(from, to, value);
    if (kind === 'moveBalance') return this.move(from, to, value);
    if (kind === 'transferFrom') return this.spend(one);
    if (kind === 'mint') return this.change(to, value);
    if (kind === 'burn') return this.change(from, -value);
    if (kind === 'debit') return this.take(from, value);
    this.allowances[from]![spender] = value;
    return true;
  }
}

const apply = (ledger: Ledger, { kind, spender, from, to, value }: Step): boolean => {
  const [by, owner, receiver] = [spender, from, to].map((who, slot) => ledger.address(slot, holders[who]!));
  const pointer = ledger.amount(4, value);
  const operands: Record<string, number[]> = {
    transferFrom: [by!, owner!, receiver!, pointer],
    approve: [owner!, by!, pointer, ledger.wide(5, value)],
    mint: [receiver!, pointer],
    burn: [owner!, pointer],
    debit: [owner!, pointer],
  };
  return ledger.run(kind, TOKEN, ...(operands[kind] ?? [owner!, receiver!, pointer])).code === 0;
};

const expectInvariants = (ledger: Ledger, model: Model): void => {
  expect(ledger.isSupplyHeld(TOKEN, holders, model.elsewhere)).toBe(true);
  for (const holder of holders) {
    expect(ledger.holds('isBalanceBounded', TOKEN, ledger.address(0, holder))).toBe(true);
    expect(ledger.holds('areWordsPlain', TOKEN, ledger.address(0, holder))).toBe(true);
  }
};

const expectSame = (ledger: Ledger, model: Model): void => {
  expect(holders.map((holder) => ledger.balance(TOKEN, holder))).toEqual(model.balances);
  expect(ledger.supply(TOKEN)).toBe(model.supply);
  const allowances = holders.map((owner) => holders.map((spender) => ledger.allowance(TOKEN, owner, spender)));
  expect(allowances).toEqual(model.allowances);
};

describe('the bank under random operations', () => {
  it('agrees with a plain model and keeps its invariants after each', () => {
    let [done, refused] = [0, 0];
    fc.assert(
      fc.property(fc.array(step, { minLength: 5, maxLength: 60 }), (steps) => {
        const [ledger, model] = [new Ledger(), new Model()];
        const start: Step = { kind: 'mint', spender: 0, from: 0, to: 0, value: 5_000n };
        for (const one of [start, ...steps]) {
          const expected = model.apply(one);
          expect(apply(ledger, one)).toBe(expected);
          if (expected) done++;
          else refused++;
          expectInvariants(ledger, model);
        }
        expectSame(ledger, model);
      }),
      { numRuns: runs },
    );
    expect(done).toBeGreaterThan(runs);
    expect(refused).toBeGreaterThan(runs);
  });
});
