import { defineChain, type Address, type Chain } from 'viem';
import { chainConfig } from 'viem/op-stack';

import type { L1Addresses } from '@metachain/contracts';

/** Multicall3 answers views at its usual address. */
const MULTICALL3 = '0xcA11bde05977b3631167028862bE2a173976CA11';

/** A contract on the L1 with this chain id. */
type OnL1<Id extends number> = Readonly<Record<Id, { readonly address: Address }>>;

/** A chain with all that `viem/op-stack` asks of one. */
export type MetachainChain<L1 extends number = number> = Chain<typeof chainConfig.formatters> & {
  readonly sourceId: L1;
  readonly serializers: typeof chainConfig.serializers;
  readonly contracts: typeof chainConfig.contracts & {
    readonly multicall3: { readonly address: Address };
    readonly portal: OnL1<L1>;
    readonly l2OutputOracle: OnL1<L1>;
    readonly l1StandardBridge: OnL1<L1>;
    readonly l1CrossDomainMessenger: OnL1<L1>;
  };
};

/** What tells one MetaChain from another. */
export interface MetachainChainOptions<L1 extends number = number> {
  /** The L1 it settles on, or its chain id. */
  readonly l1: { readonly id: L1 } | L1;
  readonly addresses: Pick<L1Addresses, 'portal' | 'l1StandardBridge' | 'l2OutputOracle' | 'l1CrossDomainMessenger'>;
  readonly rpcUrl: string;
  readonly webSocketUrl?: string;
  readonly chainId: number;
  readonly name?: string;
  readonly explorerUrl?: string;
}

/**
 * The chain definition for viem with which every action of `viem/op-stack` works unmodified. On an L1 without Multicall3 in its chain
 * definition, create the L1 client with `batch: { multicall: { deployless: true } }`.
 */
export function metachainChain<const L1 extends number>({
  l1,
  addresses,
  rpcUrl,
  webSocketUrl,
  chainId,
  name = 'MetaChain',
  explorerUrl,
}: MetachainChainOptions<L1>): MetachainChain<L1> {
  const sourceId = typeof l1 === 'number' ? l1 : l1.id;
  const onL1 = (address: Address) => ({ [sourceId]: { address } }) as OnL1<L1>;
  return defineChain({
    ...chainConfig,
    id: chainId,
    sourceId,
    name,
    blockTime: 1_000,
    nativeCurrency: { name: 'Ether', symbol: 'ETH', decimals: 18 },
    rpcUrls: { default: { http: [rpcUrl], ...(webSocketUrl === undefined ? {} : { webSocket: [webSocketUrl] }) } },
    ...(explorerUrl === undefined ? {} : { blockExplorers: { default: { name: 'Explorer', url: explorerUrl } } }),
    contracts: {
      ...chainConfig.contracts,
      multicall3: { address: MULTICALL3 },
      portal: onL1(addresses.portal),
      l2OutputOracle: onL1(addresses.l2OutputOracle),
      l1StandardBridge: onL1(addresses.l1StandardBridge),
      l1CrossDomainMessenger: onL1(addresses.l1CrossDomainMessenger),
    },
  });
}
