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
  return longAmount(value);
};

export const longAmount = (value: bigint): Hex => concat(['0xf80000', numberToHex(value, { size: 16 })]);

/** How the parts of a transaction are written. Only what `canonical` says is taken; the tests try others with the same meaning. */
export interface Forms {
  readonly varint: (value: bigint) => Hex;
  readonly amount: (value: bigint) => Hex;
  readonly maximumFee: (fee: TestTransaction['maximumFee']) => { mantissa: number; exponent: number };
  /** Whether these are written although a shorter form leaves them out. */
  readonly laneZero: boolean;
  readonly countOne: boolean;
  readonly wholeSwap: boolean;
  readonly fullDeadline: boolean;
}

const smallestExponent: Forms['maximumFee'] = ({ mantissa, exponent }) =>
  exponent > 0 && mantissa * 10 < 16
    ? smallestExponent({ mantissa: mantissa * 10, exponent: exponent - 1 })
    : { mantissa, exponent };

export const canonical: Forms = {
  varint,
  amount,
  maximumFee: smallestExponent,
  laneZero: false,
  countOne: false,
  wholeSwap: false,
  fullDeadline: false,
};

const operandBytes = (operand: Operand, forms: Forms): Hex => {
  switch (operand.kind) {
    case 'token':
      return forms.varint(BigInt(operand.index) * 2n + (operand.pool ? 1n : 0n));
    case 'pool':
      return forms.varint(BigInt(operand.index));
    case 'pools':
      return concat([
        numberToHex(operand.indices.length, { size: 1 }),
        ...operand.indices.map((index) => forms.varint(BigInt(index))),
      ]);
    case 'account':
      return operand.address;
    case 'direction':
      return operand.value ? '0x01' : '0x00';
    case 'amount':
      return forms.amount(operand.value);
  }
};

const SWAP = 0x10;

/** Tag bits and bytes of the operations. */
const operationBytes = ({ operations }: TestTransaction, forms: Forms): { bits: number; bytes: Hex } => {
  const operands = operations.map((operation) => operation.operands.map((operand) => operandBytes(operand, forms)));
  if (operations.length === 1 && operations[0]!.code === SWAP && !forms.wholeSwap && !forms.countOne) {
    const [pool, direction, amountIn, minimumOut] = operands[0]!;
    return { bits: 0x20 | (direction === '0x01' ? 0x10 : 0), bytes: concat([pool!, amountIn!, minimumOut!]) };
  }
  const whole = operations.flatMap(({ code }, index) => [numberToHex(code, { size: 1 }), ...operands[index]!]);
  const counted = operations.length > 1 || forms.countOne;
  return {
    bits: counted ? 0x10 : 0,
    bytes: concat([counted ? numberToHex(operations.length, { size: 1 }) : '0x', ...whole]),
  };
};

/** Wire bytes with a signature `r || s` and the parity of v (docs/spec/transactions.md); multiples of 64 s as deadlines take one byte. */
export const wireBytes = (
  transaction: TestTransaction,
  signature: Hex,
  parity: number,
  forms: Forms = canonical,
): Uint8Array => {
  const { bits, bytes } = operationBytes(transaction, forms);
  const lane = transaction.lane !== 0 || forms.laneZero;
  const full = transaction.deadline % 64n !== 0n || forms.fullDeadline;
  const tag = 0x80 | (parity << 6) | bits | (transaction.feeToken << 2) | (lane ? 2 : 0) | (full ? 1 : 0);
  const { mantissa, exponent } = forms.maximumFee(transaction.maximumFee);
  return hexToBytes(
    concat([
      numberToHex(tag, { size: 1 }),
      lane ? forms.varint(BigInt(transaction.lane)) : '0x',
      forms.varint(transaction.sequence),
      full
        ? numberToHex(transaction.deadline, { size: 5 })
        : numberToHex((transaction.deadline / 64n) & 255n, { size: 1 }),
      numberToHex((exponent << 4) | mantissa, { size: 1 }),
      bytes,
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
