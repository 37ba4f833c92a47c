export * from './errors.js';
export type * from './l1/types.js';
