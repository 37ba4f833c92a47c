export * from './errors.js';
export * from './l1/index.js';
export { l1AddressesSchema } from './clients/addresses.js';
export { metachainChain, type MetachainChain, type MetachainChainOptions } from './clients/chain.js';
export { gasLimitFor } from './clients/gas-limit.js';
export { finalisationGas, USUAL_WITHDRAWAL_GAS } from './clients/withdrawal-gas.js';
export { WithdrawalRelayer, type RelayerOptions, type RelayReport, type WithdrawalState } from './clients/relayer.js';
export { KeyError, type KeySource, loadAccount } from './keys/keys.js';
