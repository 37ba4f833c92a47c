import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { ARGUMENTS, TestProgram } from '../../test/wasm.js';

const program = new TestProgram('kernel');
const [A, B, C, OUT] = [0, 32, 64, 96].map((offset) => ARGUMENTS + offset) as [number, number, number, number];
const U128 = 1n << 128n;
const U256 = 1n << 256n;
const numRuns = Number(process.env['FUZZ_RUNS'] ?? 2_000);

/** Numbers of every length, and those next to powers of two, where carries and normalisation go wrong. */
const uint = (bits: number) =>
  fc.oneof(
    fc.bigInt({ min: 0n, max: (1n << BigInt(bits)) - 1n }),
    fc.tuple(fc.integer({ min: 0, max: bits }), fc.bigInt({ min: -2n, max: 2n })).map(([shift, delta]) => {
      const value = (1n << BigInt(shift)) + delta;
      return value < 0n ? 0n : value % (1n << BigInt(bits));
    }),
    fc
      .tuple(fc.integer({ min: 1, max: bits }), fc.bigInt({ min: 0n, max: (1n << BigInt(bits)) - 1n }))
      .map(([shift, value]) => value >> BigInt(bits - shift)),
  );

const root = (value: bigint): bigint => {
  let low = 0n;
  let high = U128;
  while (high - low > 1n) {
    const middle = (low + high) / 2n;
    if (middle * middle <= value) low = middle;
    else high = middle;
  }
  return low;
};

const result = (name: string, size: number, ...values: (number | bigint)[]): { failed: boolean; value: bigint } => {
  const failed = program.number(name, OUT, ...values) === 1;
  return { failed, value: program.readNumber(OUT, size) };
};

const ceil = (a: bigint, b: bigint): bigint => (a + b - 1n) / b;

/** What the function must answer: the exact value, or failure when there is none that fits. */
const expectExact = (actual: { failed: boolean; value: bigint }, value: bigint | undefined, limit: bigint): void => {
  const fits = value !== undefined && value >= 0n && value < limit;
  expect(actual.failed).toBe(!fits);
  if (fits) expect(actual.value).toBe(value);
};

describe('u256 against BigInt', () => {
  it('adds, subtracts and compares', () => {
    fc.assert(
      fc.property(uint(256), uint(256), (a, b) => {
        program.writeNumber(A, a, 32);
        program.writeNumber(B, b, 32);
        expectExact(result('add256', 32, A, B), a + b, U256);
        expectExact(result('subtract256', 32, A, B), a - b, U256);
        expect(program.number('compare256', A, B) | 0).toBe(a < b ? -1 : a > b ? 1 : 0);
      }),
      { numRuns },
    );
  });

  it('divides down and up', () => {
    fc.assert(
      fc.property(uint(256), uint(256), (a, b) => {
        program.writeNumber(A, a, 32);
        program.writeNumber(B, b, 32);
        expectExact(result('divide256', 32, A, B), b === 0n ? undefined : a / b, U256);
        expectExact(result('divideUp256', 32, A, B), b === 0n ? undefined : ceil(a, b), U256);
      }),
      { numRuns },
    );
  });

  it('divides the worst cases of the quotient estimate', () => {
    const limbs = fc.array(fc.constantFrom(0n, 1n, 0x7fffffffn, 0x80000000n, 0xfffffffen, 0xffffffffn), {
      minLength: 8,
      maxLength: 8,
    });
    const join = (values: bigint[]): bigint => values.reduce((sum, limb) => (sum << 32n) | limb, 0n);
    fc.assert(
      fc.property(limbs, limbs, fc.integer({ min: 0, max: 7 }), (a, b, drop) => {
        const divisor = join(b.slice(drop));
        program.writeNumber(A, join(a), 32);
        program.writeNumber(B, divisor, 32);
        expectExact(result('divide256', 32, A, B), divisor === 0n ? undefined : join(a) / divisor, U256);
      }),
      { numRuns },
    );
  });

  it('multiplies and divides with a 512-bit product', () => {
    fc.assert(
      fc.property(uint(256), uint(256), uint(256), (a, b, c) => {
        program.writeNumber(A, a, 32);
        program.writeNumber(B, b, 32);
        program.writeNumber(C, c, 32);
        expectExact(result('mulDiv256', 32, A, B, C), c === 0n ? undefined : (a * b) / c, U256);
        expectExact(result('mulDivUp256', 32, A, B, C), c === 0n ? undefined : ceil(a * b, c), U256);
      }),
      { numRuns },
    );
  });

  it('multiplies by 64 bits and shifts', () => {
    fc.assert(
      fc.property(uint(256), uint(64), fc.integer({ min: 0, max: 255 }), (a, k, bits) => {
        program.writeNumber(A, a, 32);
        expectExact(result('multiplySmall256', 32, A, k), a * k, U256);
        expect(result('shiftLeft256', 32, A, bits).value).toBe((a << BigInt(bits)) % U256);
        expect(result('shiftRight256', 32, A, bits).value).toBe(a >> BigInt(bits));
      }),
      { numRuns },
    );
  });

  it('takes square roots', () => {
    fc.assert(
      fc.property(uint(256), (a) => {
        program.writeNumber(A, a, 32);
        program.call('sqrt256', OUT, A);
        expect(program.readNumber(OUT, 16)).toBe(root(a));
      }),
      { numRuns },
    );
  });
});

describe('u128 against BigInt', () => {
  it('adds, subtracts, compares, multiplies', () => {
    fc.assert(
      fc.property(uint(128), uint(128), uint(64), (a, b, k) => {
        program.writeNumber(A, a, 16);
        program.writeNumber(B, b, 16);
        expectExact(result('add128', 16, A, B), a + b, U128);
        expectExact(result('subtract128', 16, A, B), a - b, U128);
        expect(program.number('less128', A, B)).toBe(a < b ? 1 : 0);
        expect(result('multiply128', 32, A, B).value).toBe(a * b);
        expect(result('multiplySmall128', 32, A, k).value).toBe(a * k);
      }),
      { numRuns },
    );
  });

  it('multiplies and divides', () => {
    fc.assert(
      fc.property(uint(128), uint(128), uint(128), (a, b, c) => {
        program.writeNumber(A, a, 16);
        program.writeNumber(B, b, 16);
        program.writeNumber(C, c, 16);
        expectExact(result('mulDiv128', 16, A, B, C), c === 0n ? undefined : (a * b) / c, U128);
        expectExact(result('mulDivUp128', 16, A, B, C), c === 0n ? undefined : ceil(a * b, c), U128);
      }),
      { numRuns },
    );
  });

  it('writes and reads big-endian bytes', () => {
    fc.assert(
      fc.property(uint(128), (a) => {
        program.writeNumber(A, a, 16);
        program.call('storeBigEndian128', OUT, A);
        expect(BigInt(program.hex(OUT, 16))).toBe(a);
        program.call('loadBigEndian128', B, OUT);
        expect(program.readNumber(B, 16)).toBe(a);
      }),
      { numRuns },
    );
  });
});
