import { decodePacked, type Operation, unframeEthereum } from '@metachain/program';
import { type Address, bytesToHex, type Hex, hexToBytes, slice } from 'viem';
import type { WaitingTransaction } from '../../../chain/chain.types.js';
import type { BlockEntity } from '../../../index/entities/index.js';
import type { IndexedTransaction } from '../../../index/transaction-frame.js';
import { quantity, ZERO_ADDRESS } from './hex.js';
import { depositFields, type EthereumFields, ethereumFields } from './wire.js';

/** Type byte of a packed transaction in JSON: no Ethereum type, so that nobody takes its signature for one over RLP. */
export const PACKED_TYPE = '0x7d';
export const DEPOSIT_TYPE = '0x7e';

const ETHEREUM_TYPES = { legacy: '0x0', eip2930: '0x1', eip1559: '0x2' } as const;

/** A transaction with its block, in the shape of Ethereum's; packed ones carry what they really are under `metachain`. */
export function transactionJson(row: IndexedTransaction, block: BlockEntity, chainId: number): Record<string, unknown> {
  return { ...place(row, block), ...fieldsOf(row, block, chainId) };
}

/** A transaction that has no block yet, as Ethereum nodes show one. `now`: seconds. */
export function waitingTransactionJson(
  hash: Hex,
  { wire, sender }: WaitingTransaction,
  now: number,
  chainId: number,
): Record<string, unknown> {
  const nowhere = { blockHash: null, blockNumber: null, blockTimestamp: null, transactionIndex: null };
  const text = bytesToHex(wire);
  const fields = unframeEthereum(wire) ? ethereumJson(text, chainId) : packedJson(text, now, chainId);
  return { ...nowhere, hash, from: sender, ...fields };
}

const place = (row: IndexedTransaction, block: BlockEntity) => ({
  blockHash: block.hash,
  blockNumber: quantity(row.blockNumber),
  blockTimestamp: quantity(block.timestamp),
  transactionIndex: quantity(row.position),
  hash: row.hash,
  from: row.sender,
});

function fieldsOf(row: IndexedTransaction, block: BlockEntity, chainId: number): Record<string, unknown> {
  switch (row.kind) {
    case 'ethereum':
      return ethereumJson(row.wire, chainId, row.receipt);
    case 'packed':
      return packedJson(row.wire, block.timestamp, chainId, row.receipt);
    case 'delayed':
      return depositJson(row);
  }
}

/** What was paid; nothing is known of it before the transaction was executed. */
type Paid = Pick<IndexedTransaction['receipt'], 'gasUsed' | 'effectiveGasPrice'>;

function ethereumJson(wire: Hex, chainId: number, paid?: Paid): Record<string, unknown> {
  const fields = ethereumFields(wire);
  const common = {
    type: ETHEREUM_TYPES[fields.type],
    chainId: quantity(chainId),
    nonce: quantity(fields.nonce),
    to: fields.to,
    value: quantity(fields.value),
    gas: quantity(fields.gas),
    gasPrice: quantity(fields.gasPrice ?? paid?.effectiveGasPrice ?? fields.maxFeePerGas ?? 0n),
    input: fields.input,
    v: quantity(fields.v),
    r: trimmed(fields.r),
    s: trimmed(fields.s),
  };
  return { ...common, ...typedFields(fields) };
}

function typedFields(fields: EthereumFields): Record<string, unknown> {
  if (fields.type === 'legacy') return {};
  const typed = { yParity: quantity(fields.yParity), v: quantity(fields.yParity), accessList: fields.accessList ?? [] };
  if (fields.type === 'eip2930') return typed;
  return {
    ...typed,
    maxFeePerGas: quantity(fields.maxFeePerGas ?? 0n),
    maxPriorityFeePerGas: quantity(fields.maxPriorityFeePerGas ?? 0n),
  };
}

/** Signature halves are quantities: no leading zeros. */
const trimmed = (word: Hex): Hex => quantity(BigInt(word));

function packedJson(wire: Hex, timestamp: number, chainId: number, paid?: Paid): Record<string, unknown> {
  const { transaction, signature } = decodePacked(hexToBytes(wire), BigInt(timestamp));
  const { operations, feeToken, maxFee, deadline, lane, sequence } = transaction;
  return {
    type: PACKED_TYPE,
    chainId: quantity(chainId),
    nonce: quantity(sequence),
    to: targetOf(operations[0]),
    value: '0x0',
    gas: quantity(paid?.gasUsed ?? 0n),
    gasPrice: quantity(paid?.effectiveGasPrice ?? 0n),
    input: wire,
    v: quantity(slice(signature, 64)),
    r: trimmed(slice(signature, 0, 32)),
    s: trimmed(slice(signature, 32, 64)),
    metachain: {
      lane,
      sequence: quantity(sequence),
      deadline: quantity(deadline),
      feeToken,
      maxFee: quantity(maxFee),
      operations: operations.map(operationJson),
    },
  };
}

/** Operation with its amounts as quantities. */
export const operationJson = (operation: Operation): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(operation).map(([name, value]) => [name, typeof value === 'bigint' ? quantity(value) : value]),
  );

/** The contract that the first operation concerns, as Ethereum clients expect one. */
function targetOf(operation: Operation | undefined): Address {
  if (operation === undefined) return ZERO_ADDRESS;
  if ('pool' in operation) return operation.pool;
  if ('pools' in operation) return operation.pools[0]!;
  return 'token' in operation ? operation.token : operation.tokenA;
}

function depositJson(row: IndexedTransaction): Record<string, unknown> {
  const deposit = depositFields(row.wire);
  return {
    type: DEPOSIT_TYPE,
    sourceHash: deposit.sourceHash,
    mint: quantity(deposit.mint),
    isSystemTx: false,
    depositReceiptVersion: '0x1',
    nonce: quantity(row.sequence),
    to: deposit.to,
    value: quantity(deposit.value),
    gas: quantity(deposit.gas),
    gasPrice: '0x0',
    input: deposit.data,
    v: '0x0',
    r: '0x0',
    s: '0x0',
  };
}
