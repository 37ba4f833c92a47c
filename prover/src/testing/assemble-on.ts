import { ProverMetrics } from '../metrics/metrics.js';
import { type AssembledProver, type AssembleOptions, assembleProver } from '../watch/assemble.js';
import type { ProverLog } from '../watch/prover-log.js';
import { program, PROGRAM_HASH, type TestRollup } from './test-rollup.js';

/** A log that nobody reads. */
export const quiet: ProverLog = { info: () => {}, warn: () => {}, error: () => {}, fatal: () => {} };

/** A prover of a test's rollup; `parts` take the place of what it would be made of. */
export const assembleOn = (rollup: TestRollup, parts: Partial<AssembleOptions> = {}): Promise<AssembledProver> =>
  assembleProver({
    config: rollup.config(),
    genesis: rollup.genesis,
    program: { module: program.module, hash: PROGRAM_HASH },
    metrics: new ProverMetrics('test', false),
    log: quiet,
    ...parts,
  });
