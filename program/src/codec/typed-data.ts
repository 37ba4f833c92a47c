import { concat, type Hex, hashDomain, hashTypedData, keccak256, pad } from 'viem';

import { feeTokenAddress } from './address.js';
import { fixedBytes } from './bytes.js';
import { type Operation, type OperationType, shapeOfType, solidityType } from './operations.js';
import type { PackedTransaction } from './packed.js';

export const DOMAIN_NAME = 'MetaChain';
export const DOMAIN_VERSION = '1';

const domainFields = [
  { name: 'name', type: 'string' },
  { name: 'version', type: 'string' },
  { name: 'chainId', type: 'uint256' },
] as const;

const headFields = [
  { name: 'lane', type: 'uint32' },
  { name: 'sequence', type: 'uint64' },
  { name: 'deadline', type: 'uint64' },
  { name: 'feeToken', type: 'address' },
  { name: 'maxFee', type: 'uint128' },
] as const;

interface TypedField {
  readonly name: string;
  readonly type: string;
}

/** What `signTypedData` of a wallet takes. */
export interface PackedTypedData {
  readonly domain: { readonly name: string; readonly version: string; readonly chainId: number };
  readonly types: Readonly<Record<string, readonly TypedField[]>>;
  readonly primaryType: 'Transaction';
  readonly message: Readonly<Record<string, unknown>>;
}

const operationFields = (type: OperationType): TypedField[] =>
  shapeOfType(type).fields.map(({ name, kind }) => ({ name, type: solidityType(kind) }));

const operationMessage = ({ type: _type, ...fields }: Operation): Record<string, unknown> => fields;

/**
 * EIP-712 message of a packed transaction: its primary type names the operations in order, so that a wallet shows what is signed.
 * Amounts and fees must be ones the wire can carry: round them with roundAmount and roundMaxFee first.
 */
export const packedTypedData = (transaction: PackedTransaction, chainId: number): PackedTypedData => {
  const { operations, feeToken, lane, sequence, deadline, maxFee } = transaction;
  const named = operations.map((operation, index) => [`op${index + 1}`, operation] as const);
  const used = [...new Set(operations.map(({ type }) => type))];
  return {
    domain: { name: DOMAIN_NAME, version: DOMAIN_VERSION, chainId },
    types: {
      Transaction: [...headFields, ...named.map(([name, { type }]) => ({ name, type }))],
      ...Object.fromEntries(used.map((type) => [type, operationFields(type)])),
    },
    primaryType: 'Transaction',
    message: {
      lane,
      sequence,
      deadline,
      feeToken: feeTokenAddress(feeToken),
      maxFee,
      ...Object.fromEntries(named.map(([name, operation]) => [name, operationMessage(operation)])),
    },
  };
};

/** Digest that a user signs. Two users may sign the same words, so it is not yet the transaction hash. */
export const packedDigest = (transaction: PackedTransaction, chainId: number): Hex =>
  hashTypedData(packedTypedData(transaction, chainId) as unknown as Parameters<typeof hashTypedData>[0]);

/** Transaction hash: the digest and who signed it. */
export const packedHash = (transaction: PackedTransaction, chainId: number, sender: Hex): Hex =>
  keccak256(concat([packedDigest(transaction, chainId), pad(sender, { size: 32 })]));

/** EIP-712 domain separator of a chain, 32 bytes; block producers sign under it as well. */
export const domainSeparator = (chainId: number): Uint8Array =>
  fixedBytes(
    hashDomain({
      domain: { name: DOMAIN_NAME, version: DOMAIN_VERSION, chainId: BigInt(chainId) },
      types: { EIP712Domain: [...domainFields] },
    }),
    32,
  );
