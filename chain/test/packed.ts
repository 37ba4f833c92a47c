import { concat, type Hex, hexToBytes, numberToHex, pad, toHex } from 'viem';

/** Operands in wire order. Tokens and pools by reference `kind, index`; amounts in base units. */
export type Operand =
  | { readonly kind: 'token'; readonly name: string; readonly pool: boolean; readonly index: number }
  | { readonly kind: 'pool'; readonly name: string; readonly index: number }
  | { readonly kind: 'pools'; readonly name: string; readonly indices: readonly number[] }
  | { readonly kind: 'account'; readonly name: string; readonly address: Hex }
  | { readonly kind: 'direction'; readonly name: string; readonly value: boolean }
  | { readonly kind: 'amount'; readonly name: string; readonly value: bigint };

export interface TestOperation {
  readonly type: string;
  readonly code: number;
  readonly operands: readonly Operand[];
}

export interface TestTransaction {
  readonly lane: number;
  readonly sequence: bigint;
  readonly deadline: bigint;
  readonly feeToken: number;
  readonly maximumFee: { readonly mantissa: number; readonly exponent: number };
  readonly operations: readonly TestOperation[];
}

export const entity = (kind: number, index: number): Hex =>
  concat(['0x4d455441', numberToHex(kind, { size: 1 }), pad('0x', { size: 11 }), numberToHex(index, { size: 4 })]);

export const varint = (value: bigint): Hex => {
  const bytes: number[] = [];
  let rest = value;
  do {
    bytes.push(Number(rest & 127n) | (rest >> 7n === 0n ? 0 : 128));
    rest >>= 7n;
  } while (rest !== 0n);
  return toHex(Uint8Array.from(bytes));
};

/** Three bytes where the amount is a mantissa below 2^19 times a power of ten, else the long form. */
const amount = (value: bigint): Hex => {
  for (let exponent = 0n, mantissa = value; exponent <= 30n; exponent++, mantissa /= 10n) {
    if (mantissa < 1n << 19n) return numberToHex((exponent << 19n) | mantissa, { size: 3 });
    if (mantissa % 10n !== 0n) break;
  }
  return concat(['0xf80000', numberToHex(value, { size: 16 })]);
};

const operandBytes = (operand: Operand): Hex => {
  switch (operand.kind) {
    case 'token':
      return varint(BigInt(operand.index) * 2n + (operand.pool ? 1n : 0n));
    case 'pool':
      return varint(BigInt(operand.index));
    case 'pools':
      return concat([
        numberToHex(operand.indices.length, { size: 1 }),
        ...operand.indices.map((index) => varint(BigInt(index))),
      ]);
    case 'account':
      return operand.address;
    case 'direction':
      return operand.value ? '0x01' : '0x00';
    case 'amount':
      return amount(operand.value);
  }
};

/** Wire bytes with a signature `r || s` and the parity of v (docs/spec/transactions.md), always with a full deadline. */
export const wireBytes = (transaction: TestTransaction, signature: Hex, parity: number): Uint8Array => {
  const { operations } = transaction;
  const many = operations.length > 1;
  const tag = 0x81 | (parity << 6) | (many ? 0x10 : 0) | (transaction.feeToken << 2) | (transaction.lane === 0 ? 0 : 2);
  const { mantissa, exponent } = transaction.maximumFee;
  return hexToBytes(
    concat([
      numberToHex(tag, { size: 1 }),
      transaction.lane === 0 ? '0x' : varint(BigInt(transaction.lane)),
      varint(transaction.sequence),
      numberToHex(transaction.deadline, { size: 5 }),
      numberToHex((exponent << 4) | mantissa, { size: 1 }),
      many ? numberToHex(operations.length, { size: 1 }) : '0x',
      ...operations.flatMap(({ code, operands }) => [numberToHex(code, { size: 1 }), ...operands.map(operandBytes)]),
      signature,
    ]),
  );
};

const types: Record<Operand['kind'], string> = {
  token: 'address',
  pool: 'address',
  pools: 'address[]',
  account: 'address',
  direction: 'bool',
  amount: 'uint256',
};

const operandValue = (operand: Operand): unknown => {
  switch (operand.kind) {
    case 'token':
      return entity(operand.pool ? 2 : 1, operand.index);
    case 'pool':
      return entity(2, operand.index);
    case 'pools':
      return operand.indices.map((index) => entity(2, index));
    case 'account':
      return operand.address;
    default:
      return operand.value;
  }
};

/** What a wallet signs for it. */
export const typedData = (transaction: TestTransaction, chainId: number) => ({
  domain: { name: 'MetaChain', version: '1', chainId },
  types: {
    Transaction: [
      { name: 'lane', type: 'uint32' },
      { name: 'sequence', type: 'uint64' },
      { name: 'deadline', type: 'uint64' },
      { name: 'feeToken', type: 'address' },
      { name: 'maxFee', type: 'uint128' },
      ...transaction.operations.map(({ type }, index) => ({ name: `op${index + 1}`, type })),
    ],
    ...Object.fromEntries(
      transaction.operations.map(({ type, operands }) => [
        type,
        operands.map(({ name, kind }) => ({ name, type: types[kind] })),
      ]),
    ),
  },
  primaryType: 'Transaction' as const,
  message: {
    lane: transaction.lane,
    sequence: transaction.sequence,
    deadline: transaction.deadline,
    feeToken: entity(1, transaction.feeToken),
    maxFee: BigInt(transaction.maximumFee.mantissa) * 10n ** BigInt(transaction.maximumFee.exponent),
    ...Object.fromEntries(
      transaction.operations.map(({ operands }, index) => [
        `op${index + 1}`,
        Object.fromEntries(operands.map((operand) => [operand.name, operandValue(operand)])),
      ]),
    ),
  },
});
