import { beforeEach, describe, expect, it } from '@jest/globals';
import { bytesToHex, hexToBytes } from 'viem';

import { ARGUMENTS, TestProgram } from '../../../test/wasm.js';

const account = ARGUMENTS;
const address = 'a1'.repeat(20);
/** A word of lanes, or nonce and first lanes: four u64. */
const word = (...numbers: bigint[]): Uint8Array => new Uint8Array(BigUint64Array.from(numbers).buffer);

describe('invariants of auth', () => {
  let program: TestProgram;
  beforeEach(() => {
    program = new TestProgram('auth');
    program.write(account, hexToBytes(`0x${address}`));
    for (const nonce of [0n, 1n]) program.call('useNonce', account, nonce);
    for (const sequence of [0n, 1n, 2n]) program.call('useSequence', account, 5, sequence);
  });
  const counted = (used: bigint) => program.number('isNonceCounted', account, used);
  const laneCounted = (lane: number, used: bigint) => program.number('isSequenceCounted', account, lane, used);

  it('hold as transactions are counted', () => {
    expect([counted(2n), laneCounted(5, 3n), laneCounted(6, 0n), laneCounted(0, 0n)]).toEqual([1, 1, 1, 1]);
  });

  it('isNonceCounted notices a nonce that fell, or skipped one', () => {
    const key = bytesToHex(hexToBytes(`0x${`0201${'00'.repeat(10)}${address}`}`));
    expect(program.state.has(key)).toBe(true);
    for (const nonce of [1n, 3n]) {
      program.state.set(key, word(nonce, 0n, 0n, 0n));
      expect(counted(2n)).toBe(0);
    }
  });

  it('isSequenceCounted notices a lane that fell, and one that moved with its neighbour', () => {
    const key = bytesToHex(hexToBytes(`0x${`02020000${'01'.padEnd(16, '0')}${address}`}`));
    expect(program.state.has(key)).toBe(true);
    program.state.set(key, word(0n, 2n, 1n, 0n));
    expect([laneCounted(5, 3n), laneCounted(6, 0n)]).toEqual([0, 0]);
  });
});
