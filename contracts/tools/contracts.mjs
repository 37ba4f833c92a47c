/** Contracts that clients call or deploy: their ABI is part of the package, their shape is under snapshot. */
export const CONTRACTS = [
  'Inbox',
  'Rollup',
  'OptimismPortal',
  'L2OutputOracle',
  'L1CrossDomainMessenger',
  'L1StandardBridge',
  'TestDcep',
  'TestMerchantToken',
];
