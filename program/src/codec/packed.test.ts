import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { recoverTypedDataAddress } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';

import { poolAddress, tokenAddress } from './address.js';
import { encodeAmount, readAmount, roundAmount, roundMaxFee } from './amount.js';
import { ByteReader } from './bytes.js';
import { entryOf, splitContent, unframeEthereum } from './entry.js';
import type { Operation } from './operations.js';
import { decodePacked, encodePacked, type PackedTransaction } from './packed.js';
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

describe('packed transactions', () => {
  it('read back as written', () => {
    fc.assert(
      fc.property(transaction, (value) => {
        expect(decodePacked(encodePacked(value, signature), NOW)).toEqual({ transaction: value, signature });
      }),
      { numRuns: 200 },
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
