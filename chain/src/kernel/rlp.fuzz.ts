import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fromRlp, type Hex, hexToBytes, numberToHex, toHex, toRlp } from 'viem';

import { ARGUMENTS, TestProgram } from '../../test/wasm.js';

const program = new TestProgram('kernel');
const INPUT = 0x18001;
const numRuns = Number(process.env['FUZZ_RUNS'] ?? 1_000);

const open = (bytes: Uint8Array): void => {
  program.write(INPUT, bytes);
  program.call('rlpOpen', INPUT, bytes.length);
};

const failed = (): boolean => program.number('rlpFailed') === 1;

/** Reads one item that must fill the input: nested arrays of hex strings, or undefined when it is not canonical. */
const readAll = (bytes: Uint8Array): unknown => {
  open(bytes);
  const value = readItem(INPUT + bytes.length);
  return failed() || program.number('rlpPosition') !== INPUT + bytes.length ? undefined : value;
};

const readItem = (end: number): unknown => {
  const at = program.number('rlpPosition');
  if (at >= end || program.memory[at]! < 0xc0) {
    const start = program.number('rlpBytes');
    return program.hex(start, program.number('rlpLength'));
  }
  const start = program.number('rlpList');
  const stop = start + program.number('rlpLength');
  const items: unknown[] = [];
  while (!failed() && program.number('rlpPosition') < stop) items.push(readItem(stop));
  if (program.number('rlpPosition') !== stop) items.push('crossed');
  return items;
};

const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 4 }),
  fc.uint8Array({ minLength: 50, maxLength: 60 }),
  fc.uint8Array({ minLength: 250, maxLength: 260 }),
);
const tree = fc.letrec((tie) => ({
  node: fc.oneof(
    { maxDepth: 4 },
    bytes.map((value) => toHex(value)),
    fc.array(tie('node'), { maxLength: 6 }),
  ),
})).node as fc.Arbitrary<Hex | Hex[]>;

describe('RLP against viem', () => {
  it('reads what viem writes', () => {
    fc.assert(
      fc.property(tree, (value) => {
        expect(readAll(hexToBytes(toRlp(value)))).toEqual(value);
      }),
      { numRuns: numRuns / 5 },
    );
  });

  it('accepts only the one encoding of what it reads', () => {
    const random = fc.oneof(
      fc.uint8Array({ maxLength: 12 }),
      fc
        .tuple(
          fc.constantFrom(0x81, 0xb7, 0xb8, 0xb9, 0xbf, 0xc1, 0xf7, 0xf8, 0xf9, 0xff),
          fc.uint8Array({ maxLength: 80 }),
        )
        .map(([first, rest]) => Uint8Array.from([first, ...rest])),
    );
    fc.assert(
      fc.property(random, (input) => {
        const value = readAll(input);
        if (value === undefined || JSON.stringify(value).includes('crossed')) return;
        expect(toRlp(value as Hex)).toBe(toHex(input));
      }),
      { numRuns },
    );
  });

  it('reads every canonical input that viem reads', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 8 }), (input) => {
        let value: unknown;
        try {
          value = fromRlp(input, 'hex');
          if (toRlp(value as Hex) !== toHex(input)) return;
        } catch {
          return;
        }
        expect(readAll(input)).toEqual(value);
      }),
      { numRuns },
    );
  });

  it('reads and writes integers without leading zeros', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }), fc.integer({ min: 0, max: 63 }), (wide, shift) => {
        const value = wide >> BigInt(shift);
        const encoded = hexToBytes(toRlp(value === 0n ? '0x' : numberToHex(value)));
        open(encoded);
        expect(BigInt.asUintN(64, program.call('rlpNumber') as bigint)).toBe(value);
        open(encoded);
        program.call('rlpInteger', ARGUMENTS);
        expect(BigInt(program.hex(ARGUMENTS, 32))).toBe(value);
        const length = program.number('rlpPutNumber', ARGUMENTS, value);
        expect(program.hex(ARGUMENTS, length)).toBe(toHex(encoded));
      }),
      { numRuns },
    );
  });

  it.each([
    ['a leading zero', '0x820001'],
    ['zero as a byte', '0x00'],
    ['33 bytes', `0xa1${'11'.repeat(33)}`],
  ])('refuses an integer with %s', (_name, encoded) => {
    open(hexToBytes(encoded as Hex));
    program.call('rlpInteger', ARGUMENTS);
    expect(failed()).toBe(true);
  });

  it.each([0, 55, 56, 255, 256, 65_535, 65_536])('writes the header of a list of %i bytes', (length) => {
    const at = program.number('rlpPutListHeader', ARGUMENTS, length);
    const expected = toRlp(Array<Hex>(length).fill('0x01'));
    expect(program.hex(ARGUMENTS, at)).toBe(expected.slice(0, 2 + at * 2));
  });
});
