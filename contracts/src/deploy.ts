import { isAddressEqual, type Abi, type Account, type Address, type Chain, type Hex, type PublicClient } from 'viem';
import type { TransactionReceipt, Transport, WalletClient } from 'viem';
import { predictAddresses, predictTestTokens, type L1Addresses, type TestTokenAddresses } from './addresses.js';
import { validateConfig, validateGenesis, type DeploymentConfig, type GenesisState } from './config.js';
import { ContractsError } from './errors.js';
import * as generated from './generated/index.js';

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
  /** Only with `testTokens`. */
  readonly testTokens: TestTokenAddresses | undefined;
  readonly genesis: GenesisState;
  readonly l1BlockNumber: bigint;
}

interface Step {
  readonly name: string;
  readonly address: Address;
  readonly abi: Abi;
  readonly bytecode: Hex;
  readonly arguments: readonly unknown[];
}

const rollupStep = (addresses: L1Addresses, config: DeploymentConfig, genesis: GenesisState): Step => ({
  name: 'Rollup',
  address: addresses.rollup,
  abi: generated.rollupAbi,
  bytecode: generated.rollupBytecode,
  arguments: [
    {
      inbox: addresses.inbox,
      disputeGame: config.disputeGame,
      bondWei: config.assertionBondWei,
      challengeWindow: config.challengeWindowSeconds,
      maximumItems: config.maximumItems,
      maximumUnits: config.maximumUnits,
    },
    { ...genesis, itemIndex: 0n },
  ],
});

const coreSteps = (addresses: L1Addresses, config: DeploymentConfig, genesis: GenesisState): Step[] => [
  {
    name: 'Inbox',
    address: addresses.inbox,
    abi: generated.inboxAbi,
    bytecode: generated.inboxBytecode,
    arguments: [addresses.portal],
  },
  rollupStep(addresses, config, genesis),
  {
    name: 'L2OutputOracle',
    address: addresses.l2OutputOracle,
    abi: generated.l2OutputOracleAbi,
    bytecode: generated.l2OutputOracleBytecode,
    arguments: [addresses.rollup, config.submissionInterval, config.l2BlockTimeSeconds],
  },
  {
    name: 'OptimismPortal',
    address: addresses.portal,
    abi: generated.optimismPortalAbi,
    bytecode: generated.optimismPortalBytecode,
    arguments: [addresses.inbox, addresses.rollup, addresses.l2OutputOracle],
  },
  {
    name: 'L1CrossDomainMessenger',
    address: addresses.l1CrossDomainMessenger,
    abi: generated.l1CrossDomainMessengerAbi,
    bytecode: generated.l1CrossDomainMessengerBytecode,
    arguments: [addresses.portal, addresses.inbox],
  },
  {
    name: 'L1StandardBridge',
    address: addresses.l1StandardBridge,
    abi: generated.l1StandardBridgeAbi,
    bytecode: generated.l1StandardBridgeBytecode,
    arguments: [addresses.l1CrossDomainMessenger, addresses.portal],
  },
];

const tokenSteps = (tokens: TestTokenAddresses): Step[] => [
  {
    name: 'TestDcep',
    address: tokens.dcep,
    abi: generated.testDcepAbi,
    bytecode: generated.testDcepBytecode,
    arguments: [],
  },
  {
    name: 'TestMerchantToken',
    address: tokens.merchantToken,
    abi: generated.testMerchantTokenAbi,
    bytecode: generated.testMerchantTokenBytecode,
    arguments: ['Test Merchant Token', 'TMT'],
  },
];

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
  const tokens = predictTestTokens(account.address, firstNonce);
  const genesis = typeof request.genesis === 'function' ? await request.genesis(addresses, tokens) : request.genesis;
  validateGenesis(genesis);
  const now = await publicClient.getTransactionCount({ address: account.address, blockTag: 'pending' });
  if (now !== count) throw new ContractsError('NONCE_MOVED', 'the deployer sent another transaction', { count, now });
  const steps = [
    ...coreSteps(addresses, request.config, genesis),
    ...(request.config.testTokens ? tokenSteps(tokens) : []),
  ];
  const blocks = await runSteps(request, account, steps, firstNonce);
  const l1BlockNumber = blocks.get('Rollup') ?? 0n;
  return { addresses, testTokens: request.config.testTokens ? tokens : undefined, genesis, l1BlockNumber };
};
