import { describe, expect, it } from '@jest/globals';
import { concat, encodeAbiParameters, type Hex, hexToBytes, pad, parseAbiParameters, toHex } from 'viem';

import { ARGUMENTS, TestProgram } from '../../test/wasm.js';

const program = new TestProgram('kernel');
const DATA = 0x18040;
const OUT = ARGUMENTS + 64;
const address = `0x${'ab'.repeat(20)}` as const;

/** Opens a call with these arguments after a selector. */
const open = (count: number, data: Hex, cut = 0): void => {
  const bytes = hexToBytes(concat(['0x01020304', data]));
  program.write(ARGUMENTS, new Uint8Array(64));
  program.write(DATA, bytes);
  program.call('openCall', ARGUMENTS, ARGUMENTS, ARGUMENTS, DATA, bytes.length - cut, 0);
  program.call('beginArguments', count);
};

const encode = (types: string, values: readonly unknown[]): Hex =>
  encodeAbiParameters(parseAbiParameters(types), values as never);
const error = (): number => program.number('argumentError');

type Refusal = readonly [name: string, prepare: () => void, read: () => unknown, code: number];

describe('ABI arguments', () => {
  it('are read as viem encodes them', () => {
    open(4, encode('address, uint256, bool, uint64', [address, (1n << 128n) - 1n, true, 77n]));
    expect(program.hex(program.number('argumentAddress', 0), 20)).toBe(address);
    program.call('argumentAmount', 1, OUT);
    expect(program.readNumber(OUT, 16)).toBe((1n << 128n) - 1n);
    expect(program.number('argumentBool', 2)).toBe(1);
    expect(program.call('argumentNumber', 3)).toBe(77n);
    expect(error()).toBe(0);
    expect(program.number('selector')).toBe(0x01020304);
  });

  it('are read from arrays and byte strings', () => {
    open(2, encode('address[], bytes', [[address, `0x${'01'.repeat(20)}`], '0x112233']));
    const words = program.number('argumentWords', 0, 5);
    expect(program.number('argumentLength')).toBe(2);
    expect(program.hex(program.number('elementAddress', words, 1), 20)).toBe(`0x${'01'.repeat(20)}`);
    const bytes = program.number('argumentBytes', 1, 10);
    expect(program.hex(bytes, program.number('argumentLength'))).toBe('0x112233');
    expect(error()).toBe(0);
  });

  it.each([
    [
      'an address with dirty upper bits',
      () => open(1, pad('0x01', { size: 12, dir: 'left' }).concat(address.slice(2)) as Hex),
      () => program.call('argumentAddress', 0),
      1004,
    ],
    [
      'an amount of 2^128',
      () => open(1, encode('uint256', [1n << 128n])),
      () => program.call('argumentAmount', 0, OUT),
      1007,
    ],
    ['a bool of 2', () => open(1, encode('uint256', [2n])), () => program.call('argumentBool', 0), 1004],
    ['a number of 2^64', () => open(1, encode('uint256', [1n << 64n])), () => program.call('argumentNumber', 0), 1004],
    ['arguments one byte short', () => open(1, encode('uint256', [1n]), 1), () => undefined, 1003],
    [
      'an offset of 2^255',
      () => open(1, encode('uint256', [1n << 255n])),
      () => program.call('argumentBytes', 0, 9),
      1004,
    ],
    [
      'an offset beyond the end',
      () => open(1, encode('uint256, uint256', [33n, 0n])),
      () => program.call('argumentBytes', 0, 9),
      1005,
    ],
    [
      'an offset of 2^64 - 32',
      () => open(1, encode('uint256, uint256', [(1n << 64n) - 32n, 0n])),
      () => program.call('argumentBytes', 0, 9),
      1005,
    ],
    [
      'a length beyond the end',
      () => open(1, encode('uint256, uint256', [32n, 1n])),
      () => program.call('argumentBytes', 0, 9),
      1005,
    ],
    [
      'a length above the limit',
      () => open(1, encode('bytes', ['0x00112233445566778899'])),
      () => program.call('argumentBytes', 0, 9),
      1006,
    ],
    [
      'an array length of 2^255',
      () => open(1, encode('uint256, uint256', [32n, 1n << 255n])),
      () => program.call('argumentWords', 0, 9),
      1006,
    ],
    [
      'an array beyond the end',
      () => open(1, encode('uint256, uint256', [32n, 1n])),
      () => program.call('argumentWords', 0, 9),
      1005,
    ],
    [
      'a dirty element',
      () => open(1, encode('uint256[]', [[1n << 200n]])),
      () => program.call('elementAddress', program.number('argumentWords', 0, 9), 0),
      1004,
    ],
  ] as readonly Refusal[])('refuse %s', (_name, prepare, read, code) => {
    prepare();
    read();
    expect(error()).toBe(code);
  });

  it('keep the first problem and answer zero after it', () => {
    open(2, encode('uint256, uint256', [2n, 3n]));
    program.call('argumentBool', 0);
    expect(program.call('argumentNumber', 1)).toBe(0n);
    expect(error()).toBe(1004);
  });

  it('saturate where that is asked for', () => {
    open(1, encode('uint256', [(1n << 256n) - 1n]));
    program.call('argumentAmountSaturated', 0, OUT);
    expect(program.readNumber(OUT, 16)).toBe((1n << 128n) - 1n);
    expect(BigInt.asUintN(64, program.call('argumentNumberSaturated', 0) as bigint)).toBe((1n << 64n) - 1n);
    expect(error()).toBe(0);
  });
});

describe('return data', () => {
  const returned = (): Hex => program.hex(program.number('resultData'), program.number('resultLength'));

  it('is what viem decodes', () => {
    program.call('resetResult');
    program.writeNumber(OUT, 5n << 100n, 32);
    program.write(ARGUMENTS, hexToBytes(address));
    program.call('returnAddress', ARGUMENTS);
    program.call('returnAmount', OUT);
    program.call('returnAmount256', OUT);
    program.call('returnBool', 1);
    expect(returned()).toBe(encode('address, uint256, uint256, bool', [address, 5n << 100n, 5n << 100n, true]));
    program.call('resetResult');
    program.write(ARGUMENTS, hexToBytes(`0x${'cd'.repeat(40)}`));
    program.call('returnBytes', ARGUMENTS, 40);
    expect(returned()).toBe(encode('bytes', [`0x${'cd'.repeat(40)}`]));
  });

  it('shows a failure as Error(string)', () => {
    program.call('returnErrorSample');
    expect(returned()).toBe(concat(['0x08c379a0', encode('string', ['5101: insufficient output amount'])]));
  });

  it('says when it does not fit, and writes nothing beyond the buffer', () => {
    program.call('resetResult');
    const end = program.number('resultData') + 16_352;
    program.write(end, new Uint8Array(64).fill(7));
    for (let index = 0; index < 600; index++) program.call('returnNumber', 1n);
    expect(program.number('resultOverflow')).toBe(1);
    expect(program.number('resultLength')).toBe(16_352);
    expect(program.hex(end, 64)).toBe(toHex(new Uint8Array(64).fill(7)));
  });
});
