export {
  predictAddresses,
  predictDispute,
  predictTestTokens,
  type DisputeAddresses,
  type L1Addresses,
  type TestTokenAddresses,
} from './addresses.js';
export { ASSERTION_STATUS, mayConfirm } from './assertion-status.js';
export {
  DEVNET_CONFIG,
  longestConfirmationSeconds,
  longestDisputeSeconds,
  longestGameSeconds,
  MAINNET_CONFIG,
  validateConfig,
  validateGenesis,
  type DeploymentConfig,
  type GenesisState,
} from './config.js';
export { deployContracts, type Deployment, type DeploymentProgress, type DeployRequest } from './deploy.js';
export { ContractsError, type ContractsErrorCode } from './errors.js';
export {
  effectiveExitWindowSeconds,
  exitSeconds,
  FORCED_INCLUSION_SECONDS,
  longestExitSeconds,
} from './exit-window.js';
export * from './generated/index.js';
export {
  verifyDeployment,
  type CodeVerdict,
  type DeploymentRecord,
  type VerifiedContract,
  type VerifiedDeployment,
} from './verify-deployment.js';
