export * from './machine/index.js';
export * from './errors.js';
export * from './dispute/index.js';
export { loadConfig, parseConfig, proverConfigSchema, type ProverConfig } from './config.js';
export { DerivedInputs, type L1Inputs } from './derive/unit-inputs.js';
export { PayloadLoader } from './derive/payload-loader.js';
export { SignaturePool } from './derive/signature-pool.js';
export { scanBlocks, type ScannedBlock } from './derive/payload-scan.js';
export { CrossCheck, type CheckThread } from './check/cross-check.js';
export type { CrossCheckStatus } from './check/check-messages.js';
export { CheckSession } from './check/check-session.js';
export { claimOf, genesisBoundary, tupleOf, type Boundary } from './replay/boundary.js';
export { CheckpointStore, readCheckpoint, type Restored } from './replay/checkpoint-store.js';
export {
  Replayer,
  type BlockListener,
  type BlockPreparer,
  type ItemReplay,
  type ReplayInputs,
} from './replay/replayer.js';
export { AssertionReader, type Assertion } from './watch/assertions.js';
export { assertedTuple, compareAssertion } from './watch/compare.js';
export { assembleProver, type AssembledProver, type AssembleOptions } from './watch/assemble.js';
export { deriveOnce, follow, type FollowParts } from './watch/follow.js';
export { Prover } from './watch/prover.js';
export type { ProverLog } from './watch/prover-log.js';
export type { ProverStatus, WrongAssertion } from './watch/status.js';
export { ProverMetrics } from './metrics/metrics.js';
export { StatusServer } from './metrics/server.js';
