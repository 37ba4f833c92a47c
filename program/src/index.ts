export * from './abi/index.js';
export * from './codec/index.js';
export * from './crypto/keccak.js';
export * from './engine/types.js';
export * from './errors.js';
export * from './state/proof.js';
export * from './state/state-store.js';
export * from './state/state-tree.js';
export type { StateDiff } from './state/diff.js';
