export * from './abi/index.js';
export * from './codec/index.js';
export * from './crypto/keccak.js';
export * from './engine/types.js';
export * from './errors.js';
