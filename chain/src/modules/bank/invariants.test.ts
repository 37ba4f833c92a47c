import { beforeEach, describe, expect, it } from '@jest/globals';

import { Ledger, account, littleEndianHex, tokenRef } from '../../../test/ledger.ts';

const TOKEN = tokenRef(2);
const ref = littleEndianHex(TOKEN, 8);
const [one, two] = [account(1), account(2)];

describe('invariants of the bank', () => {
  let ledger: Ledger;
  beforeEach(() => {
    ledger = new Ledger();
    ledger.mint(TOKEN, one, 700n);
    ledger.mint(TOKEN, two, 300n);
  });
  const holds = (name: string) => ledger.holds(name, TOKEN, ledger.address(0, one));
  const credit = (amount: bigint) => ledger.run('credit', TOKEN, ledger.address(0, one), ledger.amount(4, amount));

  it('hold after mints', () => {
    expect(ledger.isSupplyHeld(TOKEN, [one, two])).toBe(true);
    expect([holds('isBalanceBounded'), holds('areWordsPlain')]).toEqual([true, true]);
  });

  it('isSupplyHeld counts what is elsewhere, and notices a unit too much or too little', () => {
    expect(ledger.isSupplyHeld(TOKEN, [one], 300n)).toBe(true);
    expect(ledger.isSupplyHeld(TOKEN, [one], 299n)).toBe(false);
    expect(ledger.isSupplyHeld(TOKEN, [one, two], 1n)).toBe(false);
    credit(1n);
    expect(ledger.isSupplyHeld(TOKEN, [one, two])).toBe(false);
  });

  it('isSupplyHeld is not deceived by a sum that wraps', () => {
    expect(ledger.isSupplyHeld(TOKEN, [one, two], (1n << 128n) - 1n)).toBe(false);
    credit((1n << 128n) - 701n);
    expect(ledger.isSupplyHeld(TOKEN, [one, two], 701n)).toBe(false);
  });

  it('isBalanceBounded notices a balance above the supply', () => {
    credit(300n);
    expect(holds('isBalanceBounded')).toBe(true);
    credit(1n);
    expect(holds('isBalanceBounded')).toBe(false);
  });

  it.each([
    ['balance', `03010000${ref}${one.slice(2)}`],
    ['supply', `03020000${ref}`],
  ])('areWordsPlain notices a bit above the amount in the word of the %s', (_name, key) => {
    for (const extra of [1n << 128n, 1n << 255n]) {
      ledger.setWord(key, littleEndianHex(extra + 700n, 32));
      expect(holds('areWordsPlain')).toBe(false);
    }
  });
});
