import { describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';

import { tokenAbi } from '../../../test/abi.ts';
import { Ledger, account, tokenAddress, tokenRef } from '../../../test/ledger.ts';

const runs = Number(process.env.FUZZ_RUNS ?? 30);
jest.setTimeout(60_000 + runs * 500);

const LIMIT = 1n << 128n;
const users = [1, 2, 3].map(account);
const token = tokenAddress(2);
const amount = fc.oneof(
  fc.bigInt({ min: 0n, max: 300n }),
  fc.constantFrom(LIMIT - 1n, LIMIT, (1n << 256n) - 1n),
  fc.bigInt({ min: 0n, max: (1n << 256n) - 1n }),
);
const step = fc.record({
  kind: fc.constantFrom('transfer', 'transfer', 'approve', 'transferFrom', 'transferFrom'),
  caller: fc.nat({ max: 2 }),
  owner: fc.nat({ max: 2 }),
  to: fc.nat({ max: 2 }),
  amount,
});
type Step = ReturnType<typeof step.generate>['value_'];

/** What an ERC-20 should do, in the simplest way. */
class Model {
  readonly balances = [1_000n, 500n, 0n];
  readonly allowances = [0, 1, 2].map(() => [0n, 0n, 0n]);

  private move(from: number, to: number, value: bigint): boolean {
    if (value >= LIMIT || this.balances[from]! < value) return false;
    this.balances[from]! -= value;
    this.balances[to]! += value;
    return true;
  }

  apply({ kind, caller, owner, to, amount: value }: Step): boolean {
    if (kind === 'transfer') return this.move(caller, to, value);
    if (kind === 'approve') {
      this.allowances[caller]![to] = value >= LIMIT - 1n ? LIMIT - 1n : value;
      return true;
    }
    const left = this.allowances[owner]![caller]!;
    if (left < value || !this.move(owner, to, value)) return false;
    if (left < LIMIT - 1n) this.allowances[owner]![caller] = left - value;
    return true;
  }
}

describe('the ERC-20 face under random calls', () => {
  const apply = (ledger: Ledger, { kind, caller, owner, to, amount: value }: Step): boolean => {
    const args = kind === 'transferFrom' ? [users[owner]!, users[to]!, value] : [users[to]!, value];
    return ledger.call(tokenAbi, kind as 'transfer', args as never, token, users[caller]!).code === 0;
  };

  it('agrees with a plain model, call by call', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 5, maxLength: 60 }), (steps) => {
        const ledger = new Ledger();
        const model = new Model();
        users.forEach((user, i) => ledger.mint(tokenRef(2), user, model.balances[i]!));
        for (const one of steps) {
          expect(apply(ledger, one)).toBe(model.apply(one));
          expect(users.map((user) => ledger.balance(tokenRef(2), user))).toEqual(model.balances);
        }
        expect(ledger.supply(tokenRef(2))).toBe(1_500n);
        model.allowances.forEach((row, i) =>
          row.forEach((left, j) => {
            const read = ledger.read<bigint>(tokenAbi, 'allowance', [users[i]!, users[j]!], token);
            expect(read).toBe(left === LIMIT - 1n ? (1n << 256n) - 1n : left);
          }),
        );
      }),
      { numRuns: runs },
    );
  });
});
