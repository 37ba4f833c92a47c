import { keccak256 } from 'viem';
import { quantity } from '../format/hex.js';
import { method, type MethodTable } from '../method.js';
import type { RpcServices } from '../rpc-services.js';
import { data } from '../schemas.js';

/** Identity of the node and of the chain. */
export const clientMethods = ({ chain, version }: RpcServices): MethodTable => ({
  eth_chainId: method([], () => quantity(chain.chainId)),
  net_version: method([], () => String(chain.chainId)),
  net_listening: method([], () => true),
  net_peerCount: method([], () => '0x0'),
  web3_clientVersion: method([], () => `MetaChain/v${version}/node${process.versions.node}`),
  web3_sha3: method([data], ([value]) => keccak256(value)),
  /** A sequencer is the head of its chain. */
  eth_syncing: method([], () => false),
  eth_accounts: method([], () => []),
  rpc_modules: method([], () => ({
    eth: '1.0',
    metachain: '1.0',
    net: '1.0',
    optimism: '1.0',
    rpc: '1.0',
    web3: '1.0',
  })),
});
