import type { Address } from 'viem';

import { CodecError } from '../errors.js';
import { bigEndian, concatBytes, fixedBytes, littleEndian, readBigEndian, toHex } from './bytes.js';

/** "META". */
const PREFIX = 0x4d455441n;
const TOKEN = 1;
const POOL = 2;
const MODULE = 0x10;

/** A token or pool by kind and index (docs/spec/state.md, "Entities and addresses"). */
export interface Entity {
  readonly kind: number;
  readonly index: number;
}

/** Computed address of a system entity. */
export const entityAddress = (kind: number, index: number): Address =>
  toHex(concatBytes(bigEndian(PREFIX, 4), bigEndian(BigInt(kind), 1), new Uint8Array(11), bigEndian(BigInt(index), 4)));

export const tokenAddress = (index: number): Address => entityAddress(TOKEN, index);
export const poolAddress = (index: number): Address => entityAddress(POOL, index);

/** What a computed address names, or undefined if it is not one. */
export const entityOf = (address: string): Entity | undefined => {
  const bytes = fixedBytes(address, 20);
  if (readBigEndian(bytes.subarray(0, 4)) !== PREFIX || bytes.subarray(5, 16).some((byte) => byte !== 0))
    return undefined;
  return { kind: bytes[4]!, index: Number(readBigEndian(bytes.subarray(16))) };
};

/** Token reference `kind << 32 | index`. Fails: codec/token when the address is neither token nor pool. */
export const tokenReference = (address: string): bigint => {
  const entity = entityOf(address);
  if (entity === undefined || (entity.kind !== TOKEN && entity.kind !== POOL)) {
    throw new CodecError('codec/token', `${address} is no token of the chain`);
  }
  return (BigInt(entity.kind) << 32n) | BigInt(entity.index);
};

/** Address of a token reference. Fails: codec/token for other kinds. */
export const referenceAddress = (reference: bigint): Address => {
  const kind = Number(reference >> 32n);
  if (kind !== TOKEN && kind !== POOL) throw new CodecError('codec/token', `${reference} is no token reference`);
  return entityAddress(kind, Number(reference & 0xffff_ffffn));
};

/** Index of a pool by its address. Fails: codec/pool. */
export const poolIndex = (address: string): number => {
  const entity = entityOf(address);
  if (entity?.kind !== POOL) throw new CodecError('codec/pool', `${address} is no pool of the chain`);
  return entity.index;
};

/** State key of a balance: `3, 1, 0, 0, token reference u64 little-endian, address`. */
export const balanceKey = (token: string, account: string): Uint8Array =>
  concatBytes(Uint8Array.of(3, 1, 0, 0), littleEndian(tokenReference(token), 8), fixedBytes(account, 20));

/** Addresses that are fixed for ever. */
export const systemAddresses = {
  eth: tokenAddress(0),
  mb: tokenAddress(1),
  dcep: tokenAddress(2),
  factory: entityAddress(MODULE, 1),
  router: entityAddress(MODULE, 2),
  messenger: '0x4200000000000000000000000000000000000007',
  gasPriceOracle: '0x420000000000000000000000000000000000000f',
  standardBridge: '0x4200000000000000000000000000000000000010',
  tokenFactory: '0x4200000000000000000000000000000000000012',
  l1Block: '0x4200000000000000000000000000000000000015',
  messagePasser: '0x4200000000000000000000000000000000000016',
  multicall3: '0xca11bde05977b3631167028862be2a173976ca11',
} as const satisfies Record<string, Address>;

/** Tokens in which a packed transaction may pay its fee, in the order of the wire's two bits. */
export const feeTokens = ['ETH', 'MB', 'DCEP'] as const;
export type FeeToken = (typeof feeTokens)[number];

export const feeTokenAddress = (token: FeeToken): Address => tokenAddress(feeTokens.indexOf(token));
