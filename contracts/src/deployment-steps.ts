import type { Abi, Address, Hex } from 'viem';
import type { DisputeAddresses, L1Addresses, TestTokenAddresses } from './addresses.js';
import type { DeploymentConfig, GenesisState } from './config.js';
import * as generated from './generated/index.js';

/** One contract to deploy, where it will be and with what. */
export interface Step {
  readonly name: string;
  readonly address: Address;
  readonly abi: Abi;
  readonly bytecode: Hex;
  readonly arguments: readonly unknown[];
}

const rollupStep = (
  addresses: L1Addresses,
  disputeGame: Address,
  config: DeploymentConfig,
  genesis: GenesisState,
): Step => ({
  name: 'Rollup',
  address: addresses.rollup,
  abi: generated.rollupAbi,
  bytecode: generated.rollupBytecode,
  arguments: [
    {
      inbox: addresses.inbox,
      disputeGame,
      bondWei: config.assertionBondWei,
      challengeWindow: config.challengeWindowSeconds,
      maximumItems: config.maximumItems,
    },
    { ...genesis, itemIndex: 0n },
  ],
});

/** The contracts of the chain, in the order of their addresses. */
export const coreSteps = (
  addresses: L1Addresses,
  disputeGame: Address,
  config: DeploymentConfig,
  genesis: GenesisState,
): Step[] => [
  {
    name: 'Inbox',
    address: addresses.inbox,
    abi: generated.inboxAbi,
    bytecode: generated.inboxBytecode,
    arguments: [addresses.portal],
  },
  rollupStep(addresses, disputeGame, config, genesis),
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

/** The contracts that judge assertions. */
export const disputeSteps = (addresses: L1Addresses, dispute: DisputeAddresses, config: DeploymentConfig): Step[] => [
  {
    name: 'OneStepProver',
    address: dispute.oneStepProver,
    abi: generated.oneStepProverAbi,
    bytecode: generated.oneStepProverBytecode,
    arguments: [addresses.inbox],
  },
  {
    name: 'DisputeGame',
    address: dispute.disputeGame,
    abi: generated.disputeGameAbi,
    bytecode: generated.disputeGameBytecode,
    arguments: [
      {
        rollup: addresses.rollup,
        prover: dispute.oneStepProver,
        degree: config.gameDegree,
        clockSeconds: config.gameClockSeconds,
        floorSeconds: config.gameFloorSeconds,
        bondWei: config.gameBondWei,
      },
    ],
  },
];

/** Tokens for devnets. */
export const tokenSteps = (tokens: TestTokenAddresses): Step[] => [
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
