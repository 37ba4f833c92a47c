import { getContractAddress, type Address } from 'viem';

/** Contracts of the chain on L1. */
export interface L1Addresses {
  readonly inbox: Address;
  readonly rollup: Address;
  readonly l2OutputOracle: Address;
  readonly portal: Address;
  readonly l1CrossDomainMessenger: Address;
  readonly l1StandardBridge: Address;
}

/** Contracts that judge assertions. */
export interface DisputeAddresses {
  readonly oneStepProver: Address;
  readonly disputeGame: Address;
}

/** Tokens that exist on devnets only. */
export interface TestTokenAddresses {
  readonly dcep: Address;
  readonly merchantToken: Address;
}

/** In the order of their creation: the position is the distance from the deployer's first nonce. */
const ORDER = ['inbox', 'rollup', 'l2OutputOracle', 'portal', 'l1CrossDomainMessenger', 'l1StandardBridge'] as const;
const DISPUTE_ORDER = ['oneStepProver', 'disputeGame'] as const;
const TEST_TOKEN_ORDER = ['dcep', 'merchantToken'] as const;

const predict = <Name extends string>(
  names: readonly Name[],
  from: Address,
  firstNonce: bigint,
): Record<Name, Address> =>
  Object.fromEntries(
    names.map((name, position) => [name, getContractAddress({ from, nonce: firstNonce + BigInt(position) })]),
  ) as Record<Name, Address>;

/** Addresses the contracts will have when `deployer` deploys them from `firstNonce` on. A genesis that names the bridge needs them first. */
export const predictAddresses = (deployer: Address, firstNonce: bigint): L1Addresses =>
  predict(ORDER, deployer, firstNonce);

/** Addresses of the dispute contracts, which follow the others. */
export const predictDispute = (deployer: Address, firstNonce: bigint): DisputeAddresses =>
  predict(DISPUTE_ORDER, deployer, firstNonce + BigInt(ORDER.length));

/** Addresses of the test tokens, which come last. */
export const predictTestTokens = (deployer: Address, firstNonce: bigint): TestTokenAddresses =>
  predict(TEST_TOKEN_ORDER, deployer, firstNonce + BigInt(ORDER.length + DISPUTE_ORDER.length));
