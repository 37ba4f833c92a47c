import type { Deployment, TestTokenAddresses } from '@metachain/contracts';
import { foundry } from 'viem/chains';
import { anvilUrl } from '../l1/anvil.js';
import type { Devnet, ProgramHash } from './data-directory.js';
import type { DevnetOptions } from './options.js';

/** The record of a devnet whose contracts were just deployed, before anything else was done on it. */
export const describeDevnet = (
  options: DevnetOptions,
  chainId: number,
  programHash: ProgramHash,
  deployment: Deployment,
): Devnet => ({
  version: 1,
  chainId,
  l1ChainId: foundry.id,
  l1Url: anvilUrl(options.l1Port),
  rpcUrl: `http://127.0.0.1:${options.rpcPort}`,
  proverUrl: `http://127.0.0.1:${options.proverPort}`,
  programHash,
  l1BlockNumber: deployment.l1BlockNumber,
  addresses: deployment.addresses,
  dispute: deployment.dispute,
  testTokens: deployment.testTokens as TestTokenAddresses,
  programRegistered: false,
  marketOpen: false,
});
