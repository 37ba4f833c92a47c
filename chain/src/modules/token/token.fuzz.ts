import { describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import type { Hex } from 'viem';

import { bridgeAbi, tokenAbi } from '../../../test/abi.ts';
import { Ledger, account, predeploy, tokenAddress, tokenRef } from '../../../test/ledger.ts';

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
  /** By owner and spender: the last approval, and what was moved since. */
  readonly approvals = [0, 1, 2].map(() => [0, 1, 2].map(() => ({ approved: 0n, moved: 0n })));

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
      this.approvals[caller]![to] = { approved: this.allowances[caller]![to], moved: 0n };
      return true;
    }
    const left = this.allowances[owner]![caller]!;
    if (left < value || !this.move(owner, to, value)) return false;
    if (left < LIMIT - 1n) this.allowances[owner]![caller] = left - value;
    this.approvals[owner]![caller]!.moved += value;
    return true;
  }
}

describe('the ERC-20 face under random calls', () => {
  const apply = (ledger: Ledger, { kind, caller, owner, to, amount: value }: Step): boolean => {
    const args = kind === 'transferFrom' ? [users[owner]!, users[to]!, value] : [users[to]!, value];
    return ledger.call(tokenAbi, kind as 'transfer', args as never, token, users[caller]!).code === 0;
  };

  const expectAllowances = (ledger: Ledger, { approvals }: Model): void =>
    approvals.forEach((row, owner) =>
      row.forEach(({ approved, moved }, spender) => {
        const accounts = [ledger.address(0, users[owner]!), ledger.address(1, users[spender]!)];
        const amounts = [ledger.amount(4, approved), ledger.amount(5, moved)];
        expect(ledger.holds('isAllowanceKept', tokenRef(2), ...accounts, ...amounts)).toBe(true);
      }),
    );

  it('agrees with a plain model, call by call', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 5, maxLength: 60 }), (steps) => {
        const ledger = new Ledger();
        const model = new Model();
        users.forEach((user, i) => ledger.mint(tokenRef(2), user, model.balances[i]!));
        for (const one of steps) {
          expect(apply(ledger, one)).toBe(model.apply(one));
          expect(users.map((user) => ledger.balance(tokenRef(2), user))).toEqual(model.balances);
          expectAllowances(ledger, model);
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

const registration = fc.record({
  l1Token: fc.constantFrom('e2', 'e3', '99', 'e9', '00').map((byte): Hex => `0x${byte.padStart(40, 'e')}`),
  zero: fc.boolean(),
  name: fc.string({ maxLength: 70 }),
  symbol: fc.string({ maxLength: 36 }),
  decimals: fc.integer({ min: 0, max: 255 }),
});
type Registration = ReturnType<typeof registration.generate>['value_'];

describe('the registry under random registrations', () => {
  const register = (ledger: Ledger, { l1Token, zero, name, symbol, decimals }: Registration): number => {
    const remote: Hex = zero ? `0x${'00'.repeat(20)}` : l1Token;
    const args = [remote, name, symbol, decimals] as const;
    return ledger.call(bridgeAbi, 'createOptimismMintableERC20WithDecimals', args, predeploy(0x12)).code;
  };
  const isFine = ({ zero, name, symbol }: Registration): boolean => {
    const [nameBytes, symbolBytes] = [name, symbol].map((text) => Buffer.byteLength(text));
    return !zero && nameBytes! >= 1 && nameBytes! <= 64 && symbolBytes! >= 1 && symbolBytes! <= 32;
  };

  it('takes what is in bounds, and keeps its invariants after each', () => {
    fc.assert(
      fc.property(fc.array(registration, { minLength: 1, maxLength: 8 }), (registrations) => {
        const ledger = new Ledger();
        let count = 4;
        for (const one of registrations) {
          const done = register(ledger, one) === 0;
          expect(done).toBe(isFine(one));
          if (done) count++;
          for (let index = 0; index <= count + 1; index++) {
            expect(ledger.holds('isIndexDense', index)).toBe(true);
            expect(ledger.holds('areTextsBounded', index)).toBe(true);
            expect(ledger.holds('isLookupFirst', index)).toBe(true);
          }
          expect(ledger.read(tokenAbi, 'totalSupply', [], tokenAddress(count - 1))).toBe(0n);
        }
      }),
      { numRuns: runs },
    );
  });
});
