import { isAddressEqual, type Account, type Address, type Chain, type PublicClient } from 'viem';
import type { TransactionReceipt, Transport, WalletClient } from 'viem';
import { predictAddresses, predictDispute, predictTestTokens } from './addresses.js';
import type { DisputeAddresses, L1Addresses, TestTokenAddresses } from './addresses.js';
import { validateConfig, validateGenesis, type DeploymentConfig, type GenesisState } from './config.js';
import { coreSteps, disputeSteps, tokenSteps, type Step } from './deployment-steps.js';
import { ContractsError } from './errors.js';

/** One contract that is now on L1. */
export interface DeploymentProgress {
  readonly name: string;
  readonly address: Address;
  /** Position, from 1, and how many there are. */
  readonly step: number;
  readonly steps: number;
  readonly gasUsed: bigint;
}

/** Arguments of {@link deployContracts}. */
export interface DeployRequest {
  readonly walletClient: WalletClient<Transport, Chain | undefined, Account | undefined>;
  readonly publicClient: PublicClient;
  readonly config: DeploymentConfig;
  /** Or a function of the addresses, where the genesis names the bridge and the messenger. */
  readonly genesis:
    GenesisState | ((addresses: L1Addresses, tokens: TestTokenAddresses) => GenesisState | Promise<GenesisState>);
  readonly onProgress?: (progress: DeploymentProgress) => void;
}

/** Where everything is, and the L1 block of the Rollup: from there on Inbox and Rollup exist, and all their events follow. */
export interface Deployment {
  readonly addresses: L1Addresses;
  readonly dispute: DisputeAddresses;
  /** Only with `testTokens`. */
  readonly testTokens: TestTokenAddresses | undefined;
  readonly genesis: GenesisState;
  readonly l1BlockNumber: bigint;
}

const deployStep = async (
  request: DeployRequest,
  account: Account,
  step: Step,
  nonce: bigint,
): Promise<TransactionReceipt> => {
  const { walletClient, publicClient } = request;
  const hash = await walletClient.deployContract({
    abi: step.abi,
    bytecode: step.bytecode,
    args: step.arguments,
    account,
    chain: walletClient.chain ?? null,
    nonce: Number(nonce),
  });
  const receipt = await publicClient.waitForTransactionReceipt({ hash });
  const created = receipt.contractAddress;
  if (receipt.status !== 'success' || !created || !isAddressEqual(created, step.address)) {
    throw new ContractsError('DEPLOYMENT_FAILED', `${step.name} was not deployed`, { name: step.name, hash, created });
  }
  return receipt;
};

/** Returns the L1 block of each step. */
const runSteps = async (
  request: DeployRequest,
  account: Account,
  steps: Step[],
  firstNonce: bigint,
): Promise<Map<string, bigint>> => {
  const blocks = new Map<string, bigint>();
  for (const [position, step] of steps.entries()) {
    const { gasUsed, blockNumber } = await deployStep(request, account, step, firstNonce + BigInt(position));
    request.onProgress?.({
      name: step.name,
      address: step.address,
      step: position + 1,
      steps: steps.length,
      gasUsed,
    });
    blocks.set(step.name, blockNumber);
  }
  return blocks;
};

/**
 * Deploys all contracts from the wallet's account, one after another. They refer to each other by addresses computed
 * from the account's nonce, so the account must send nothing else meanwhile. Nothing has an owner or can be replaced.
 * Throws {@link ContractsError}.
 */
export const deployContracts = async (request: DeployRequest): Promise<Deployment> => {
  validateConfig(request.config);
  const { account } = request.walletClient;
  if (!account) throw new ContractsError('NO_ACCOUNT', 'the wallet has no account to deploy from');
  const { publicClient } = request;
  const count = await publicClient.getTransactionCount({ address: account.address, blockTag: 'pending' });
  const firstNonce = BigInt(count);
  const addresses = predictAddresses(account.address, firstNonce);
  const dispute = predictDispute(account.address, firstNonce);
  const tokens = predictTestTokens(account.address, firstNonce);
  const genesis = typeof request.genesis === 'function' ? await request.genesis(addresses, tokens) : request.genesis;
  validateGenesis(genesis);
  const now = await publicClient.getTransactionCount({ address: account.address, blockTag: 'pending' });
  if (now !== count) throw new ContractsError('NONCE_MOVED', 'the deployer sent another transaction', { count, now });
  const steps = [
    ...coreSteps(addresses, dispute.disputeGame, request.config, genesis),
    ...disputeSteps(addresses, dispute, request.config),
    ...(request.config.testTokens ? tokenSteps(tokens) : []),
  ];
  const blocks = await runSteps(request, account, steps, firstNonce);
  const l1BlockNumber = blocks.get('Rollup') ?? 0n;
  return { addresses, dispute, testTokens: request.config.testTokens ? tokens : undefined, genesis, l1BlockNumber };
};
