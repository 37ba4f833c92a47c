import {
  type Address,
  type Hex,
  hexToBigInt,
  hexToNumber,
  keccak256,
  parseTransaction,
  size,
  slice,
  type TransactionSerialized,
} from 'viem';

const FRAME_BYTES = 3;

/** Raw bytes of an Ethereum transaction, from its entry in a block (tag 0x01 and two length bytes) or as they are. */
export function ethereumRaw(wire: Hex): Hex {
  const framed = wire.startsWith('0x01') && hexToNumber(slice(wire, 1, FRAME_BYTES)) === size(wire) - FRAME_BYTES;
  return framed ? slice(wire, FRAME_BYTES) : wire;
}

export interface EthereumFields {
  readonly raw: Hex;
  readonly type: 'legacy' | 'eip2930' | 'eip1559';
  readonly nonce: number;
  readonly to: Address;
  readonly value: bigint;
  readonly gas: bigint;
  readonly input: Hex;
  readonly gasPrice?: bigint;
  readonly maxFeePerGas?: bigint;
  readonly maxPriorityFeePerGas?: bigint;
  readonly accessList?: readonly { readonly address: Address; readonly storageKeys: readonly Hex[] }[];
  readonly v: bigint;
  readonly r: Hex;
  readonly s: Hex;
  readonly yParity: number;
}

/** Fields of a transaction that the rules executed, and which therefore is canonical. */
export function ethereumFields(wire: Hex): EthereumFields {
  const raw = ethereumRaw(wire);
  const parsed = parseTransaction(raw as TransactionSerialized) as ReturnType<typeof parseTransaction> & {
    type: EthereumFields['type'];
  };
  const yParity = parsed.yParity ?? 0;
  return {
    ...(parsed as unknown as Pick<EthereumFields, 'gasPrice' | 'maxFeePerGas' | 'maxPriorityFeePerGas' | 'accessList'>),
    raw,
    type: parsed.type,
    nonce: parsed.nonce ?? 0,
    to: (parsed.to as Address).toLowerCase() as Address,
    value: parsed.value ?? 0n,
    gas: parsed.gas ?? 0n,
    input: parsed.data ?? '0x',
    r: parsed.r!,
    s: parsed.s!,
    yParity,
    v: parsed.v ?? BigInt(yParity),
  };
}

export interface DepositFields {
  readonly from: Address;
  readonly to: Address;
  readonly mint: bigint;
  readonly value: bigint;
  readonly gas: bigint;
  readonly l1BlockNumber: bigint;
  readonly sourceHash: Hex;
  readonly data: Hex;
}

const WORD = 32;
const DATA_LENGTH_WORD = 8;

/** A delayed message from its words (docs/spec/l1.md). */
export function depositFields(wire: Hex): DepositFields {
  const word = (index: number) => slice(wire, index * WORD, (index + 1) * WORD);
  const start = (DATA_LENGTH_WORD + 1) * WORD;
  const length = hexToNumber(word(DATA_LENGTH_WORD));
  return {
    from: slice(word(0), 12),
    to: slice(word(1), 12),
    mint: hexToBigInt(word(2)),
    value: hexToBigInt(word(3)),
    gas: hexToBigInt(word(4)),
    l1BlockNumber: hexToBigInt(word(5)),
    sourceHash: word(7),
    data: length === 0 ? '0x' : slice(wire, start, start + length),
  };
}

/** Stands for the Merkle root that Ethereum has here: a hash over the transaction hashes in order. */
export const transactionsRoot = (hashes: readonly Hex[]): Hex =>
  keccak256(`0x${hashes.map((hash) => hash.slice(2)).join('')}`);
