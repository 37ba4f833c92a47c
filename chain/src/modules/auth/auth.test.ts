import { beforeEach, describe, expect, it } from '@jest/globals';
import { hexToBytes } from 'viem';

import { ARGUMENTS, TestProgram } from '../../../test/wasm.js';

const LAST = (1n << 64n) - 1n;
const [one, two] = [ARGUMENTS, ARGUMENTS + 32];

describe('replay protection', () => {
  let program: TestProgram;
  beforeEach(() => {
    program = new TestProgram('auth');
    program.write(one, hexToBytes(`0x${'a1'.repeat(20)}`));
    program.write(two, hexToBytes(`0x${'a2'.repeat(20)}`));
  });
  const useNonce = (account: number, nonce: bigint) => program.number('useNonce', account, nonce);
  const useSequence = (lane: number, sequence: bigint) => program.number('useSequence', one, lane, sequence);

  it('takes the nonces of an account one after another, each once', () => {
    expect([useNonce(one, 0n), useNonce(one, 1n)]).toEqual([0, 0]);
    expect([useNonce(one, 0n), useNonce(one, 1n), useNonce(one, 3n)]).toEqual([2001, 2001, 2002]);
    expect([program.call('nonceOf', one), program.call('nonceOf', two)]).toEqual([2n, 0n]);
    expect(useNonce(two, 1n)).toBe(2002);
  });

  it.each([0, 2, 3, 6, 0xffff_ffff])('takes the sequences of lane %i one after another, each once', (lane) => {
    expect([useSequence(lane, 0n), useSequence(lane, 1n)]).toEqual([0, 0]);
    expect([useSequence(lane, 1n), useSequence(lane, 3n)]).toEqual([2003, 2003]);
    expect(program.call('sequenceOf', one, lane)).toBe(2n);
  });

  it('keeps lanes that share a word, and the nonce, apart', () => {
    for (const lane of [0, 1, 2, 4, 5, 6, 7]) expect(useSequence(lane, 0n)).toBe(0);
    expect(useNonce(one, 0n)).toBe(0);
    expect(useSequence(5, 1n)).toBe(0);
    const next = [0, 1, 2, 3, 4, 5, 6, 7, 8].map((lane) => program.call('sequenceOf', one, lane));
    expect(next).toEqual([1n, 1n, 1n, 0n, 1n, 2n, 1n, 1n, 0n]);
    expect([program.call('sequenceOf', two, 5), program.call('nonceOf', one)]).toEqual([0n, 1n]);
    expect(program.state.size).toBe(2);
  });

  it('never takes the sequence 2^64 - 1, after which none would follow', () => {
    expect(useSequence(0, 0n)).toBe(0);
    const [key] = program.state.keys();
    program.state.set(key!, hexToBytes(`0x${'ff'.repeat(16)}${'00'.repeat(16)}`));
    expect(program.call('sequenceOf', one, 0)).toBe(BigInt.asIntN(64, LAST));
    expect(useSequence(0, LAST)).toBe(2003);
  });
});
