import { describe, expect, it } from '@jest/globals';
import { hexToBytes } from 'viem';

import { entity } from '../../test/packed.js';
import { ARGUMENTS, TestProgram } from '../../test/wasm.js';

const program = new TestProgram('kernel');
const reference = (kind: number, index: number): bigint => (BigInt(kind) << 32n) | BigInt(index);

describe('entity addresses', () => {
  it.each([
    [1, 0],
    [1, 2],
    [2, 0xffff_ffff],
    [0x10, 2],
  ])('of kind %i, index %i go both ways', (kind, index) => {
    program.call('entityAddress', ARGUMENTS, reference(kind, index));
    expect(program.hex(ARGUMENTS, 20)).toBe(entity(kind, index));
    expect(program.call('referenceOf', ARGUMENTS)).toBe(reference(kind, index));
  });

  it.each(['0x4d45544200' + '00'.repeat(15), '0x4d455441010000000000000001' + '00'.repeat(7), '0x' + '00'.repeat(20)])(
    'are not %s',
    (address) => {
      program.write(ARGUMENTS, hexToBytes(address as `0x${string}`));
      expect(program.call('referenceOf', ARGUMENTS)).toBe(0n);
    },
  );

  it('of modules are no tokens', () => {
    program.write(ARGUMENTS, hexToBytes(entity(0x10, 1)));
    expect(program.call('tokenReferenceOf', ARGUMENTS)).toBe(0n);
  });
});

describe('state keys', () => {
  it('have module and kind first, then numbers, address or hash', () => {
    const address = ARGUMENTS + 64;
    program.write(address, new Uint8Array(32).fill(0xaa));
    program.call('makeKey', ARGUMENTS, 6, 2);
    expect(program.hex(ARGUMENTS, 32)).toBe(`0x0602${'00'.repeat(30)}`);
    program.call('makeKeyAddress', ARGUMENTS, 3, 1, reference(1, 2), address);
    expect(program.hex(ARGUMENTS, 32)).toBe(`0x030100000200000001000000${'aa'.repeat(20)}`);
    program.call('makeKeyNumbers', ARGUMENTS, 5, 9, 1n, 2n);
    expect(program.hex(ARGUMENTS, 32)).toBe(`0x0509000001000000000000000200000000000000${'00'.repeat(12)}`);
    program.call('makeKeyHash', ARGUMENTS, 7, 1, address);
    expect(program.hex(ARGUMENTS, 32)).toBe(`0x0701${'aa'.repeat(30)}`);
  });
});
