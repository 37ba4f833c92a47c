import { beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { concat, type Hex, hashDomain, hashTypedData, hexToBytes, keccak256, numberToHex, pad, toHex } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';

import {
  canonical,
  type Forms,
  longAmount,
  type Operand,
  type TestOperation,
  type TestTransaction,
  typedData,
  varint,
  wireBytes,
} from '../../../test/packed.js';
import { TestProgram } from '../../../test/wasm.js';

const CHAIN_ID = 7_770;
const NOW = 1_800_000_000n;
const ENTRY = 0x18000;
const program = new TestProgram('auth');
const account = privateKeyToAccount(`0x${'11'.repeat(32)}`);
const numRuns = Number(process.env['FUZZ_RUNS'] ?? 60);

const index = fc.oneof(fc.integer({ min: 0, max: 200 }), fc.integer({ min: 0, max: 0xffff_ffff }));
const value = fc.oneof(
  fc.bigInt({ min: 0n, max: (1n << 128n) - 1n }),
  fc
    .tuple(fc.bigInt({ min: 0n, max: (1n << 19n) - 1n }), fc.bigInt({ min: 0n, max: 30n }))
    .map(([m, e]) => m * 10n ** e),
);
const token = (name: string) =>
  fc.record({ kind: fc.constant('token' as const), name: fc.constant(name), pool: fc.boolean(), index });
const pool = (name: string) => fc.record({ kind: fc.constant('pool' as const), name: fc.constant(name), index });
const pools = (name: string) =>
  fc.record({
    kind: fc.constant('pools' as const),
    name: fc.constant(name),
    indices: fc.array(index, { minLength: 2, maxLength: 3 }),
  });
const holder = (name: string) =>
  fc.record({
    kind: fc.constant('account' as const),
    name: fc.constant(name),
    address: fc.uint8Array({ minLength: 20, maxLength: 20 }).map((bytes) => toHex(bytes)),
  });
const direction = (name: string) =>
  fc.record({ kind: fc.constant('direction' as const), name: fc.constant(name), value: fc.boolean() });
const amount = (name: string) => fc.record({ kind: fc.constant('amount' as const), name: fc.constant(name), value });

/** Arbitrary operations of one type, described as in docs/spec/transactions.md. */
const operation = (code: number, type: string, ...operands: fc.Arbitrary<Operand>[]): fc.Arbitrary<TestOperation> =>
  fc.tuple(...operands).map((values) => ({ code, type, operands: values }));

const operations = fc.oneof(
  operation(0x01, 'Transfer', token('token'), holder('to'), amount('amount')),
  operation(0x02, 'Approve', token('token'), holder('spender'), amount('amount')),
  operation(0x10, 'Swap', pool('pool'), direction('zeroForOne'), amount('amountIn'), amount('minimumOut')),
  operation(0x11, 'SwapExactOut', pool('pool'), direction('zeroForOne'), amount('amountOut'), amount('maximumIn')),
  operation(0x12, 'SwapRoute', pools('pools'), direction('zeroForOne'), amount('amountIn'), amount('minimumOut')),
  operation(
    0x13,
    'SwapRouteExactOut',
    pools('pools'),
    direction('zeroForOne'),
    amount('amountOut'),
    amount('maximumIn'),
  ),
  operation(
    0x14,
    'AddLiquidity',
    pool('pool'),
    amount('amount0'),
    amount('amount1'),
    amount('minimum0'),
    amount('minimum1'),
  ),
  operation(0x15, 'RemoveLiquidity', pool('pool'), amount('liquidity'), amount('minimum0'), amount('minimum1')),
  operation(0x16, 'CreatePool', token('tokenA'), token('tokenB')),
  operation(0x20, 'Withdraw', token('token'), holder('to'), amount('amount')),
);

const transactions: fc.Arbitrary<TestTransaction> = fc.record({
  lane: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 0xffff_ffff })),
  sequence: fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }),
  deadline: fc.oneof(
    fc.bigInt({ min: 0n, max: (1n << 40n) - 1n }).map((deadline) => (deadline % 64n === 0n ? deadline + 1n : deadline)),
    fc.bigInt({ min: NOW / 64n - 8n, max: NOW / 64n + 247n }).map((quotient) => quotient * 64n),
  ),
  feeToken: fc.integer({ min: 0, max: 2 }),
  maximumFee: fc.record({ mantissa: fc.integer({ min: 0, max: 15 }), exponent: fc.integer({ min: 0, max: 15 }) }),
  operations: fc.array(operations, { minLength: 1, maxLength: 32, size: 'max' }),
});

type Signed = { wire: Uint8Array; hash: Hex; signature: Hex; parity: number };

const sign = async (transaction: TestTransaction): Promise<Signed> => {
  const data = typedData(transaction, CHAIN_ID) as unknown as Parameters<typeof hashTypedData>[0];
  const signature = await account.signTypedData(data as Parameters<typeof account.signTypedData>[0]);
  const parity = Number(BigInt(`0x${signature.slice(130)}`) - 27n);
  const hash = keccak256(concat([hashTypedData(data), pad(account.address, { size: 32 })]));
  const rs = signature.slice(0, 130) as Hex;
  return { wire: wireBytes(transaction, rs, parity), hash, signature: rs, parity };
};

const read = (wire: Uint8Array): number => {
  program.write(ENTRY, wire);
  return program.number('packed', ENTRY, wire.length);
};

/** Every three-byte form of an amount, and the long one. */
const amountForms = (amountIn: bigint): Hex[] => {
  const forms = [longAmount(amountIn)];
  for (let exponent = 0n; exponent <= 30n; exponent++) {
    const mantissa = amountIn / 10n ** exponent;
    if (mantissa * 10n ** exponent === amountIn && mantissa < 1n << 19n)
      forms.push(numberToHex((exponent << 19n) | mantissa, { size: 3 }));
  }
  return forms;
};

/** A form of the amount other than the one to use, where there is one. */
const otherAmount = (amountIn: bigint): Hex => {
  const forms = amountForms(amountIn).filter((form) => form !== canonical.amount(amountIn));
  return forms.at(-1) ?? canonical.amount(amountIn);
};

/** A single swap with this amount and maximum fee; its signature has some signer. */
const swapOf = (amountIn: Hex, maximumFee = 0): Uint8Array => {
  const generator = '79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798';
  const head = Uint8Array.from([0xa0, 0, 0, maximumFee, 0]);
  return hexToBytes(concat([toHex(head), amountIn, '0x000001', `0x${generator}`, numberToHex(1, { size: 32 })]));
};

/** Ways to write the same transaction at greater length, or as long. */
const otherForms: Partial<Forms>[] = [
  { varint: (number) => lengthened(hexToBytes(varint(number))) },
  { amount: otherAmount },
  { amount: longAmount },
  {
    maximumFee: ({ mantissa, exponent }) => (mantissa % 10 === 0 ? widest(mantissa, exponent) : { mantissa, exponent }),
  },
  { laneZero: true },
  { countOne: true },
  { wholeSwap: true },
  { fullDeadline: true },
];

/** One byte more, unless there are ten already. */
const lengthened = (bytes: Uint8Array): Hex =>
  bytes.length === 10 ? toHex(bytes) : concat([toHex(bytes.map((byte) => byte | 128)), '0x00']);

/** The form with the largest exponent. */
const widest = (mantissa: number, exponent: number): { mantissa: number; exponent: number } =>
  mantissa === 0 ? { mantissa, exponent: 15 } : { mantissa: mantissa / 10, exponent: Math.min(15, exponent + 1) };

const simple: TestTransaction = {
  lane: 0,
  sequence: 5n,
  deadline: NOW + 100n,
  feeToken: 0,
  maximumFee: { mantissa: 3, exponent: 12 },
  operations: [
    {
      code: 0x01,
      type: 'Transfer',
      operands: [
        { kind: 'token', name: 'token', pool: false, index: 1 },
        { kind: 'account', name: 'to', address: `0x${'22'.repeat(20)}` },
        { kind: 'amount', name: 'amount', value: 10n ** 18n },
      ],
    },
  ],
};

beforeAll(() => {
  program.call('configure', BigInt(CHAIN_ID), NOW);
});

describe('packed transactions against hashTypedData', () => {
  it('have the domain of every wallet', () => {
    const expected = hashDomain({
      domain: { name: 'MetaChain', version: '1', chainId: BigInt(CHAIN_ID) },
      types: {
        EIP712Domain: [
          { name: 'name', type: 'string' },
          { name: 'version', type: 'string' },
          { name: 'chainId', type: 'uint256' },
        ],
      },
    });
    expect(program.hex(program.number('domain'), 32)).toBe(expected);
  });

  it('have the hash made of the digest that wallets sign and its signer, whatever their operations', async () => {
    await fc.assert(
      fc.asyncProperty(transactions, async (transaction) => {
        const { wire, hash } = await sign(transaction);
        expect(read(wire)).toBe(0);
        expect(program.hex(program.number('transactionHash'), 32)).toBe(hash);
        expect(program.hex(program.number('sender'), 20)).toBe(account.address.toLowerCase());
        expect(program.number('packedEnd')).toBe(ENTRY + wire.length);
        expect(program.call('nonce')).toBe(BigInt.asIntN(64, transaction.sequence));
        expect(program.number('lane')).toBe(transaction.lane);
        expect(program.call('deadline')).toBe(transaction.deadline);
      }),
      { numRuns },
    );
  });

  it('have no other encoding that keeps what was signed', async () => {
    await fc.assert(
      fc.asyncProperty(transactions, async (transaction) => {
        const { wire, signature, parity } = await sign(transaction);
        for (const forms of otherForms) {
          const other = wireBytes(transaction, signature, parity, { ...canonical, ...forms });
          if (toHex(other) !== toHex(wire)) expect(read(other)).toBe(2205);
        }
      }),
      { numRuns },
    );
  });

  it('take each amount in its one form', () => {
    fc.assert(
      fc.property(value, (amountIn) => {
        const codes = amountForms(amountIn).map((form) => ({ form, code: read(swapOf(form)) }));
        const taken = codes.filter(({ code }) => code !== 2205).map(({ form }) => form);
        expect(taken).toEqual([canonical.amount(amountIn)]);
      }),
      { numRuns: numRuns * 5 },
    );
    expect(read(swapOf(longAmount(10n ** 35n)))).toBe(2205);
    expect(read(swapOf(longAmount(10n ** 36n)))).toBe(0);
  });

  it('take each maximum fee in its one form', () => {
    const values = new Map<bigint, number>();
    for (let byte = 0; byte < 256; byte++) {
      if (read(swapOf('0x000001', byte)) === 2205) continue;
      const fee = BigInt(byte & 15) * 10n ** BigInt(byte >> 4);
      expect(values.has(fee)).toBe(false);
      values.set(fee, byte);
    }
    const all = new Set(Array.from({ length: 256 }, (_, byte) => BigInt(byte & 15) * 10n ** BigInt(byte >> 4)));
    expect(values.size).toBe(all.size);
  });

  it('take no other signature of the same digest', async () => {
    const { wire } = await sign(simple);
    const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
    const other = wire.slice();
    const s = BigInt(toHex(wire.slice(-32)));
    other.set(hexToBytes(numberToHex(order - s, { size: 32 })), wire.length - 32);
    expect(read(other)).toBe(2005);
    other[0]! ^= 0x40;
    expect(read(other)).toBe(2005);
    const aboveOrder = wire.slice();
    aboveOrder.fill(0xff, wire.length - 64, wire.length - 32);
    expect(read(aboveOrder)).toBe(2005);
  });

  it('are refused when any byte is missing', async () => {
    const { wire } = await sign(simple);
    for (let length = 0; length < wire.length; length++) expect(read(wire.slice(0, length))).not.toBe(0);
  });

  it('never keep the signer when a byte changes', async () => {
    const { wire } = await sign(simple);
    for (let at = 0; at < wire.length; at++) {
      const changed = wire.slice();
      changed[at]! ^= 1 << (at % 8);
      const code = read(changed);
      const sender = program.hex(program.number('sender'), 20);
      expect(code !== 0 || sender !== account.address.toLowerCase()).toBe(true);
    }
  });

  it('take one-byte deadlines as the nearest multiple of 64 s from eight units back', async () => {
    const { wire } = await sign(simple);
    const short = (byte: number): Uint8Array => {
      const out = Uint8Array.from([...wire.slice(0, 2), byte, ...wire.slice(7)]);
      out[0]! &= ~1;
      return out;
    };
    const lowest = NOW / 64n - 8n;
    for (const ahead of [0n, 1n, 8n, 255n]) {
      read(short(Number((lowest + ahead) & 255n)));
      expect(program.call('deadline')).toBe((lowest + ahead) * 64n);
    }
  });

  it('name the fields that are out of range', () => {
    const head = Uint8Array.from([0x81, 0, 0, 0, 0, 0, 1, 2]);
    const from = (...bytes: number[]): number => read(Uint8Array.from([...bytes, ...new Uint8Array(64)]));
    expect(from(0x8d, ...head.slice(1))).toBe(2204);
    expect(from(...head, 0x33)).toBe(2202);
    expect(from(0x91, ...head.slice(1), 0)).toBe(2203);
    expect(from(0x91, ...head.slice(1), 33)).toBe(2203);
    expect(from(0x81, 0x80, 0)).toBe(2205);
    expect(from(0x91, ...head.slice(1), 1)).toBe(2205);
    expect(from(...head, 0x12, 4, 1, 1, 1, 1)).toBe(2201);
    expect(from(...head, 0x10, 1, 2, 0, 0, 1, 0, 0, 1)).toBe(2201);
    expect(from(...head, 0x10, 1, 1, 0xf8, 0, 1)).toBe(2201);
    expect(from(...head, 0x11, 1, 1, 0, 0, 1, 0, 0, 1)).toBe(2005);
  });
});

describe('varints', () => {
  it('are read up to 2^64 - 1 and not beyond', () => {
    const largest = varint((1n << 64n) - 1n);
    expect(largest).toBe('0xffffffffffffffffff01');
    const entry = (sequence: number[]): number =>
      read(Uint8Array.from([0x81, ...sequence, 0, 0, 0, 0, 1, 2, ...new Uint8Array(80)]));
    expect(entry([...Array<number>(9).fill(0xff), 1])).toBe(2202);
    expect(entry([...Array<number>(9).fill(0xff), 2])).toBe(2201);
    expect(entry(Array<number>(11).fill(0x80))).toBe(2201);
  });
});

describe('type hashes', () => {
  it.each([
    [0x01, 'Transfer(address token,address to,uint256 amount)'],
    [0x02, 'Approve(address token,address spender,uint256 amount)'],
    [0x10, 'Swap(address pool,bool zeroForOne,uint256 amountIn,uint256 minimumOut)'],
    [0x11, 'SwapExactOut(address pool,bool zeroForOne,uint256 amountOut,uint256 maximumIn)'],
    [0x12, 'SwapRoute(address[] pools,bool zeroForOne,uint256 amountIn,uint256 minimumOut)'],
    [0x13, 'SwapRouteExactOut(address[] pools,bool zeroForOne,uint256 amountOut,uint256 maximumIn)'],
    [0x14, 'AddLiquidity(address pool,uint256 amount0,uint256 amount1,uint256 minimum0,uint256 minimum1)'],
    [0x15, 'RemoveLiquidity(address pool,uint256 liquidity,uint256 minimum0,uint256 minimum1)'],
    [0x16, 'CreatePool(address tokenA,address tokenB)'],
    [0x20, 'Withdraw(address token,address to,uint256 amount)'],
  ])('of operation %i is that of its text', (code, text) => {
    program.call('putTypeHash', ENTRY, code);
    expect(program.hex(ENTRY, 32)).toBe(keccak256(toHex(text)));
  });
});
