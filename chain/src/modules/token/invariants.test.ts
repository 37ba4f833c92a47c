import { beforeEach, describe, expect, it } from '@jest/globals';

import { tokenAbi } from '../../../test/abi.ts';
import { Ledger, account, littleEndianHex, tokenAddress, tokenRef } from '../../../test/ledger.ts';

const [owner, spender, other] = [account(1), account(2), account(3)];
const TOKEN = tokenRef(2);
const number = (value: number): string => littleEndianHex(BigInt(value), 8);
const l1Token = (index: number): string => index.toString(16).padStart(40, 'e');

describe('invariants of the token registry', () => {
  let ledger: Ledger;
  beforeEach(() => {
    ledger = new Ledger();
  });
  const head = (index: number, nameLength: string, symbolLength: string): void =>
    ledger.setWord(`04010000${number(index)}`, `0112${nameLength}${symbolLength}${'00'.repeat(8)}${l1Token(index)}`);

  it.each(['isIndexDense', 'areTextsBounded', 'isLookupFirst'])('%s holds for what genesis wrote', (name) => {
    for (const index of [0, 1, 2, 3, 4, 0xffff_ffff]) expect(ledger.holds(name, index)).toBe(true);
  });

  it('isIndexDense notices a gap and a token beyond the count, and lets DCEP be absent', () => {
    ledger.setWord('0405', number(5));
    expect(ledger.holds('isIndexDense', 4)).toBe(false);
    ledger.setWord('0405', number(3));
    expect(ledger.holds('isIndexDense', 3)).toBe(false);
    ledger.setWord(`04010000${number(2)}`, '00');
    expect(ledger.holds('isIndexDense', 2)).toBe(true);
  });

  it.each([
    ['00', '01'],
    ['41', '01'],
    ['01', '00'],
    ['01', '21'],
  ])('areTextsBounded notices lengths of 0x%s and 0x%s', (nameLength, symbolLength) => {
    head(3, '40', '20');
    expect(ledger.holds('areTextsBounded', 3)).toBe(true);
    head(3, nameLength, symbolLength);
    expect(ledger.holds('areTextsBounded', 3)).toBe(false);
  });

  it.each([
    ['nothing', 0],
    ['a later token', 3],
    ['a token of another L1 token', 1],
  ])('isLookupFirst notices a look-up that finds %s', (_name, found) => {
    ledger.setWord(`04040000${number(0)}${l1Token(2)}`, number(found));
    expect(ledger.holds('isLookupFirst', 2)).toBe(false);
    expect(ledger.holds('isLookupFirst', 3)).toBe(true);
  });

  describe('isAllowanceKept', () => {
    const approve = (amount: bigint) => ledger.call(tokenAbi, 'approve', [spender, amount], tokenAddress(2), owner);
    const isKept = (approved: bigint, moved: bigint): boolean => {
      const accounts = [ledger.address(0, owner), ledger.address(1, spender)];
      return ledger.holds('isAllowanceKept', TOKEN, ...accounts, ledger.amount(4, approved), ledger.amount(5, moved));
    };
    beforeEach(() => {
      ledger.mint(TOKEN, owner, 1_000n);
      approve(300n);
      ledger.call(tokenAbi, 'transferFrom', [owner, other, 100n], tokenAddress(2), spender);
    });

    it('holds, and notices a unit more or less', () => {
      expect([isKept(300n, 100n), isKept(300n, 99n), isKept(300n, 101n)]).toEqual([true, false, false]);
      expect(isKept(300n, (1n << 128n) - 1n)).toBe(false);
    });

    it('notices an unlimited allowance that was used up', () => {
      expect(isKept((1n << 128n) - 1n, 100n)).toBe(false);
      approve(1n << 200n);
      expect(isKept((1n << 128n) - 1n, 100n)).toBe(true);
    });
  });
});
