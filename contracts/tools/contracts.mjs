/** Contracts that clients call or deploy, with their sources: their ABI is part of the package, their shape is under snapshot. */
export const CONTRACTS = {
  Inbox: 'src/inbox/Inbox.sol',
  Rollup: 'src/rollup/Rollup.sol',
  OptimismPortal: 'src/bridge/OptimismPortal.sol',
  L2OutputOracle: 'src/bridge/L2OutputOracle.sol',
  L1CrossDomainMessenger: 'src/bridge/L1CrossDomainMessenger.sol',
  L1StandardBridge: 'src/bridge/L1StandardBridge.sol',
  OneStepProver: 'src/proof/OneStepProver.sol',
  DisputeGame: 'src/dispute/DisputeGame.sol',
  TestDcep: 'src/devnet/TestDcep.sol',
  TestMerchantToken: 'src/devnet/TestMerchantToken.sol',
};
