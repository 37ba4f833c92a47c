import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { recoverTypedDataAddress } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';

import { poolAddress, tokenAddress } from './address.js';
import { encodeAmount, readAmount, roundAmount, roundMaxFee } from './amount.js';
import { entryOf, splitContent, unframeEthereum } from './entry.js';
import type { Operation } from './operations.js';
import { decodePacked, encodePacked, isDeadlineReadable, type PackedTransaction, roundDeadline } from './packed.js';
import { loadProgram } from '../engine/load.js';
import { Preparer } from '../engine/preparer.js';
import { ByteReader } from './bytes.js';
import { packedDigest, packedTypedData } from './typed-data.js';

const account = privateKeyToAccount(`0x${'11'.repeat(32)}`);
const CHAIN = 7_770;
const NOW = 1_800_000_000n;

const amount = fc.oneof(fc.bigInt({ min: 0n, max: (1n << 128n) - 1n }), fc.bigInt({ min: 0n, max: 1n << 40n }));
const index = fc.nat({ max: 70_000 });
const pool = index.map(poolAddress);
const token = fc.oneof(index.map(tokenAddress), pool);
const pools = fc.array(pool, { minLength: 2, maxLength: 3 });
const to = fc
  .uint8Array({ minLength: 20, maxLength: 20 })
  .map((bytes) => `0x${Buffer.from(bytes).toString('hex')}` as const);
const zeroForOne = fc.boolean();
const operation: fc.Arbitrary<Operation> = fc.oneof(
  fc.record({ type: fc.constant('Transfer' as const), token, to, amount }),
  fc.record({ type: fc.constant('Approve' as const), token, spender: to, amount }),
  fc.record({ type: fc.constant('Swap' as const), pool, zeroForOne, amountIn: amount, minimumOut: amount }),
  fc.record({ type: fc.constant('SwapExactOut' as const), pool, zeroForOne, amountOut: amount, maximumIn: amount }),
  fc.record({ type: fc.constant('SwapRoute' as const), pools, zeroForOne, amountIn: amount, minimumOut: amount }),
  fc.record({
    type: fc.constant('SwapRouteExactOut' as const),
    pools,
    zeroForOne,
    amountOut: amount,
    maximumIn: amount,
  }),
  fc.record({
    type: fc.constant('AddLiquidity' as const),
    pool,
    amount0: amount,
    amount1: amount,
    minimum0: amount,
    minimum1: amount,
  }),
  fc.record({
    type: fc.constant('RemoveLiquidity' as const),
    pool,
    liquidity: amount,
    minimum0: amount,
    minimum1: amount,
  }),
  fc.record({ type: fc.constant('CreatePool' as const), tokenA: token, tokenB: token }),
  fc.record({ type: fc.constant('Withdraw' as const), token, to, amount }),
);
const transaction: fc.Arbitrary<PackedTransaction> = fc.record({
  lane: fc.oneof(fc.constant(0), fc.nat({ max: 0xffff_ffff })),
  sequence: fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }),
  deadline: fc.oneof(
    fc.bigInt({ min: 0n, max: (1n << 40n) - 1n }).filter((deadline) => deadline % 64n !== 0n),
    fc.bigInt({ min: NOW / 64n - 8n, max: NOW / 64n + 247n }).map((quotient) => quotient * 64n),
  ),
  feeToken: fc.constantFrom('ETH' as const, 'MB' as const, 'DCEP' as const),
  maxFee: fc.bigInt({ min: 0n, max: 10n ** 16n }).map(roundMaxFee),
  operations: fc.array(operation, { minLength: 1, maxLength: 32 }),
});
const signature = `0x${'22'.repeat(64)}1c` as const;

const swap: PackedTransaction = {
  lane: 0,
  sequence: 5n,
  deadline: (NOW / 64n + 3n) * 64n,
  feeToken: 'MB',
  maxFee: 2n * 10n ** 15n,
  operations: [
    { type: 'Swap', pool: poolAddress(3), zeroForOne: true, amountIn: 10n ** 18n, minimumOut: 9n * 10n ** 17n },
  ],
};

const replaced = (wire: Uint8Array, at: number, bytes: readonly number[]): Uint8Array => {
  const out = wire.slice();
  out.set(bytes, at);
  return out;
};

/** The single swap of `swap` with its deadline as a u40. */
const fullDeadline = (wire: Uint8Array): Uint8Array => {
  const seconds = Buffer.alloc(8);
  seconds.writeBigUInt64BE(swap.deadline);
  return Uint8Array.from([wire[0]! | 1, wire[1]!, ...seconds.subarray(3), ...wire.slice(3)]);
};

/** The single swap of `swap` as one operation of many. */
const wholeSwap = (wire: Uint8Array, count: readonly number[]): Uint8Array => {
  const tag = (wire[0]! & ~0x30) | (count.length > 0 ? 0x10 : 0);
  return Uint8Array.from([tag, ...wire.slice(1, 4), ...count, 0x10, wire[4]!, 1, ...wire.slice(5)]);
};

/** Sets, inserts or removes a byte. */
const changed = (wire: Uint8Array, [place, byte, how]: [number, number, string]): Uint8Array => {
  // The head is where forms differ, so most changes go there.
  const at = place % (place % 4 === 0 ? wire.length : 12);
  const rest = wire.slice(how === 'insert' ? at : at + 1);
  return Uint8Array.from([...wire.slice(0, at), ...(how === 'remove' ? [] : [byte]), ...rest]);
};

const tryDecode = (wire: Uint8Array): ReturnType<typeof decodePacked> | undefined => {
  try {
    return decodePacked(wire, NOW);
  } catch {
    return undefined;
  }
};

describe('packed transactions', () => {
  it('read back as written', () => {
    fc.assert(
      fc.property(transaction, (value) => {
        expect(decodePacked(encodePacked(value, signature), NOW)).toEqual({ transaction: value, signature });
      }),
      { numRuns: 200 },
    );
  });

  it('are read only as they are written, in step with the rules', () => {
    const preparer = new Preparer(loadProgram().module, CHAIN);
    const change = fc.tuple(fc.nat(), fc.nat({ max: 255 }), fc.constantFrom('set', 'insert', 'remove'));
    let accepted = 0;
    fc.assert(
      fc.property(fc.oneof(transaction, fc.constant(swap)), fc.array(change, { maxLength: 2 }), (value, changes) => {
        const wire = changes.reduce(changed, encodePacked(value, signature));
        const read = tryDecode(wire);
        const { code } = preparer.recordPrepare(wire, NOW);
        // Whether some key signed is for the rules alone (2005).
        if (code !== 2005) expect(read !== undefined).toBe(code === 0);
        if (read === undefined) return;
        accepted++;
        expect(Buffer.from(encodePacked(read.transaction, read.signature))).toEqual(Buffer.from(wire));
      }),
      { numRuns: Number(process.env['FUZZ_RUNS'] ?? 300) },
    );
    expect(accepted).toBeGreaterThan(50);
  });

  it.each([
    ['lane 0', (wire: Uint8Array) => Uint8Array.from([wire[0]! | 2, 0, ...wire.slice(1)])],
    ['a sequence with a byte more', (wire: Uint8Array) => Uint8Array.from([wire[0]!, 0x85, 0, ...wire.slice(2)])],
    ['a full deadline for a multiple of 64 s', (wire: Uint8Array) => fullDeadline(wire)],
    ['a maximum fee with a larger exponent', (wire: Uint8Array) => replaced(wire, 3, [0x11])],
    ['an amount with a larger exponent', (wire: Uint8Array) => replaced(wire, 5, [0x78, 0x27, 0x10])],
    ['a swap alone with its code', (wire: Uint8Array) => wholeSwap(wire, [])],
    ['a swap alone with a count', (wire: Uint8Array) => wholeSwap(wire, [1])],
  ])('refuse %s', (_name, other) => {
    const wire = encodePacked({ ...swap, maxFee: 10n }, signature);
    expect(() => decodePacked(other(wire), NOW)).toThrow(expect.objectContaining({ code: 'codec/canonical' }));
  });

  it('carry every amount that a u128 holds', () => {
    for (const value of [0n, 10n ** 35n, 10n ** 36n, 10n ** 38n, (1n << 128n) - 1n])
      expect(readAmount(new ByteReader(encodeAmount(value)))).toBe(value);
    expect(roundAmount(10n ** 38n + 1n)).toBe(10n ** 38n + 1n);
  });

  it('have deadlines that read back, however far away', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: NOW - 1_000n, max: NOW + 100_000n }), (deadline) => {
        const rounded = roundDeadline(deadline, NOW);
        expect(rounded >= deadline && rounded < deadline + 64n && isDeadlineReadable(rounded, NOW)).toBe(true);
        expect(decodePacked(encodePacked({ ...swap, deadline: rounded }, signature), NOW).transaction.deadline).toBe(
          rounded,
        );
      }),
    );
  });

  it('take 11 bytes for a common swap, signature apart', () => {
    expect(encodePacked(swap, signature).length - 64).toBe(11);
  });

  it('are signed as EIP-712 and recovered from the wire', async () => {
    const signed = await account.signTypedData(packedTypedData(swap, CHAIN) as never);
    const decoded = decodePacked(encodePacked(swap, signed), NOW);
    const recovered = await recoverTypedDataAddress({
      ...(packedTypedData(decoded.transaction, CHAIN) as never as object),
      signature: decoded.signature,
    } as never);
    expect(recovered).toBe(account.address);
    expect(packedDigest(decoded.transaction, CHAIN)).toBe(packedDigest(swap, CHAIN));
  });

  it('name their operations in the signed type', () => {
    const both: PackedTransaction = {
      ...swap,
      operations: [...swap.operations, { type: 'Transfer', token: tokenAddress(1), to: poolAddress(0), amount: 1n }],
    };
    expect(packedTypedData(both, CHAIN).types['Transaction']!.slice(5)).toEqual([
      { name: 'op1', type: 'Swap' },
      { name: 'op2', type: 'Transfer' },
    ]);
  });

  it('refuse trailing bytes, unknown fee tokens and every truncation', () => {
    const wire = encodePacked(swap, signature);
    expect(() => decodePacked(new Uint8Array([...wire, 0]), NOW)).toThrow('after the transaction');
    const reserved = wire.slice();
    reserved[0]! |= 0x0c;
    expect(() => decodePacked(reserved, NOW)).toThrow('no packed transaction');
    for (let length = 0; length < wire.length; length++)
      expect(() => decodePacked(wire.subarray(0, length), NOW)).toThrow();
  });

  it('normalise a high s', () => {
    const low = `0x${'22'.repeat(32)}${'00'.repeat(31)}051b` as const;
    const high = `0x${'22'.repeat(32)}fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd036413c1c` as const;
    expect(encodePacked(swap, high)).toEqual(encodePacked(swap, low));
  });
});

describe('amounts', () => {
  it.each([
    [524_287n * 10n ** 30n, 3],
    [524_288n * 10n ** 30n, 19],
    [10n ** 36n, 19],
    [3n * 10n ** 38n, 19],
    [(1n << 128n) - 1n, 19],
  ])('%i takes %i bytes and reads back', (value, bytes) => {
    const encoded = encodeAmount(value);
    expect(encoded.length).toBe(bytes);
    expect(readAmount(new ByteReader(encoded))).toBe(value);
  });
});

describe('rounding', () => {
  it('gives amounts of three bytes on the asked side, within 2^-18', () => {
    fc.assert(
      fc.property(amount, (value) => {
        const down = roundAmount(value, 'down');
        const up = roundAmount(value, 'up');
        expect(down <= value && value <= up).toBe(true);
        expect((value - down) * 52_000n <= value).toBe(true);
        expect((up - value) * 52_000n <= value).toBe(true);
      }),
    );
  });

  it('keeps a fee payable', () => {
    expect(roundMaxFee(16n)).toBe(20n);
    expect(roundMaxFee(15n)).toBe(15n);
    expect(() => roundMaxFee(10n ** 18n)).toThrow('largest maximum fee');
  });
});

describe('entries', () => {
  it('tell legacy Ethereum transactions from packed ones with the same first byte', async () => {
    const legacy = await account.signTransaction({
      type: 'legacy',
      chainId: CHAIN,
      nonce: 1,
      gas: 50_000n,
      gasPrice: 7n,
      to: account.address,
      value: 3n,
    });
    const raw = Buffer.from(legacy.slice(2), 'hex');
    expect(Buffer.from(unframeEthereum(entryOf(raw))!).toString('hex')).toBe(raw.toString('hex'));
    fc.assert(
      fc.property(transaction, (value) => {
        const wire = encodePacked(value, signature);
        expect(entryOf(wire)).toBe(wire);
      }),
    );
  });

  it('are no legacy transactions although nine strings end where they end', () => {
    const strings = [...Array.from({ length: 8 }, () => [0x81, 0xff]).flat(), 0x80 + 9, ...new Uint8Array(9).fill(7)];
    for (const head of [[0xc8], [0xf7], [0xf8, 0x12], [0xf9, 0x01, 0x1a]]) {
      const raw = Uint8Array.from([...head, ...strings]);
      expect(entryOf(raw)).toBe(raw);
    }
    expect(entryOf(Uint8Array.from([0xf8, strings.length, ...strings]))[0]).toBe(0x01);
  });

  it('are split by their shape exactly where they end', () => {
    fc.assert(
      fc.property(fc.array(transaction, { minLength: 1, maxLength: 5 }), (values) => {
        const wires = values.map((value) => encodePacked(value, signature));
        const content = new Uint8Array(Buffer.concat(wires));
        expect(splitContent(content).map((entry) => entry.length)).toEqual(wires.map((wire) => wire.length));
        expect(splitContent(content.subarray(0, -1))).toHaveLength(wires.length - 1);
      }),
    );
  });

  it('split a content and stop at the first undecodable byte', () => {
    const wire = encodePacked(swap, signature);
    const framed = entryOf(Uint8Array.of(2, 3, 4));
    const content = new Uint8Array([...wire, ...framed, 0x44, ...wire]);
    expect(splitContent(content).map((entry) => entry.length)).toEqual([wire.length, framed.length]);
  });
});
