import {
  DEVNET_CONFIG,
  deployContracts,
  type Deployment,
  type DeploymentConfig,
  type GenesisState,
} from '@metachain/contracts';
import { zeroHash, type PublicClient } from 'viem';

import { anvilClient, startAnvil, testAccount, type AnvilHandle } from './anvil.js';

/** A test L1 with all contracts on it. */
export interface DeployedL1 {
  readonly anvil: AnvilHandle;
  readonly deployment: Deployment;
}

/** A genesis that no rules stand behind, for tests of L1 alone. */
export const EMPTY_GENESIS: GenesisState = {
  stateRoot: zeroHash,
  headerHash: zeroHash,
  programHash: zeroHash,
  blockNumber: 0n,
};

/** Starts anvil and deploys the contracts from its account 0. */
export async function startL1(
  options: {
    readonly genesis?: Parameters<typeof deployContracts>[0]['genesis'];
    readonly config?: Partial<DeploymentConfig>;
    readonly args?: readonly string[];
  } = {},
): Promise<DeployedL1> {
  const anvil = await startAnvil({ args: options.args ?? [] });
  const client = anvilClient(anvil.url);
  const walletClient = Object.assign(client, { account: testAccount(0) });
  const deployment = await deployContracts({
    walletClient: walletClient as never,
    publicClient: client as unknown as PublicClient,
    config: { ...DEVNET_CONFIG, ...options.config },
    genesis: options.genesis ?? EMPTY_GENESIS,
  });
  return { anvil, deployment };
}
