import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Hex } from 'viem';

import { bridgeAbi } from '../../../test/abi.ts';
import { PASSER, eth, one, openBridge, two, unit, withdrawalHash, withdrawalsOf } from '../../../test/bridge.ts';
import { type Ledger, littleEndianHex, tokenRef } from '../../../test/ledger.ts';

describe('invariants of the bridge', () => {
  let ledger: Ledger;
  let hash: Hex;
  beforeEach(() => {
    ledger = openBridge();
    ledger.mint(tokenRef(2), one, 1_000n);
    const outcome = ledger.call(bridgeAbi, 'initiateWithdrawal', [two, 0n, '0x'], PASSER, one, unit);
    hash = withdrawalHash(withdrawalsOf(outcome)[0]!);
  });
  const isEscrowed = (token: bigint, escrow: bigint, waiting = 0n): boolean =>
    ledger.holds('isEscrowed', token, ledger.amount(4, escrow), ledger.amount(5, waiting));
  const asked = (name: string, of: Hex): boolean => ledger.holds(name, ledger.address(3, of));
  /** Key of a word of the bridge about a hash. */
  const key = (kind: number, of: Hex): string => `070${kind}${of.slice(2, 62)}`;
  const word = (value: bigint): string => littleEndianHex(value, 32);

  it('hold after a withdrawal', () => {
    expect([isEscrowed(eth, 99n * unit), isEscrowed(tokenRef(2), 1_000n)]).toEqual([true, true]);
    expect(ledger.holds('areNoncesOrdered')).toBe(true);
    expect(ledger.word(key(1, hash))).toBe(`0x${word(1n)}`);
    expect([asked('isMarkPlain', hash), asked('areFlagsKnown', hash)]).toEqual([true, true]);
  });

  it('isEscrowed counts what waits, and notices a unit that L1 does not hold, or holds for nobody', () => {
    expect(isEscrowed(tokenRef(2), 1_007n, 7n)).toBe(true);
    expect([isEscrowed(tokenRef(2), 999n), isEscrowed(tokenRef(2), 1_001n)]).toEqual([false, false]);
    ledger.mint(tokenRef(2), two, 1n);
    expect(isEscrowed(tokenRef(2), 1_000n)).toBe(false);
    expect(isEscrowed(tokenRef(2), 1_000n, (1n << 128n) - 1n)).toBe(false);
  });

  it('areNoncesOrdered notices a message that was no withdrawal', () => {
    const nonces = (messenger: bigint, passer: bigint): void =>
      ledger.setWord('0705', littleEndianHex(messenger, 8) + littleEndianHex(passer, 8));
    nonces(4n, 4n);
    expect(ledger.holds('areNoncesOrdered')).toBe(true);
    nonces(5n, 4n);
    expect(ledger.holds('areNoncesOrdered')).toBe(false);
  });

  it.each([2n, 1n + (1n << 8n), 1n + (1n << 64n), 1n << 255n])('isMarkPlain notices the mark %s', (mark) => {
    ledger.setWord(key(1, hash), word(mark));
    expect(asked('isMarkPlain', hash)).toBe(false);
  });

  it.each([4n, 1n << 8n, 1n << 128n])('areFlagsKnown notices the flags %s', (flags) => {
    const message = `0x${'7a'.repeat(32)}` as const;
    for (const known of [1n, 2n, 3n]) {
      ledger.setWord(key(4, message), word(known));
      expect(asked('areFlagsKnown', message)).toBe(true);
    }
    ledger.setWord(key(4, message), word(flags));
    expect(asked('areFlagsKnown', message)).toBe(false);
  });
});
