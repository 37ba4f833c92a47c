import type { PrivateKeyAccount } from 'viem/accounts';

import type { GameEvent } from '../dispute/types.js';
import { ProverMetrics } from '../metrics/metrics.js';
import { assembleProver } from '../watch/assemble.js';
import { deriveOnce } from '../watch/follow.js';
import type { ProverLog } from '../watch/prover.js';
import { type DisputeFixture, lowered, NEVER } from './dispute-fixture.js';
import { ETHER, program, PROGRAM_HASH } from './test-rollup.js';

/** Says nothing. */
export const quiet: ProverLog = { info: () => {}, warn: () => {}, error: () => {}, fatal: () => {} };

interface DisputeProverOptions {
  /** Of the section `dispute` of the configuration. */
  readonly settings?: Record<string, unknown>;
  readonly onEvent?: (event: GameEvent) => void;
  readonly log?: ProverLog;
}

/** A prover with an agent that knows nothing but L1 and its key, and takes turns when it is told to. */
export async function openDisputeProver(
  { rollup }: DisputeFixture,
  account: PrivateKeyAccount,
  { settings, onEvent = () => undefined, log = quiet }: DisputeProverOptions = {},
) {
  const dispute = { devnet: true, maximumBond: ETHER.toString(), pollMilliseconds: 10, ...settings };
  const metrics = new ProverMetrics('test', false);
  const assembled = await assembleProver({
    config: rollup.config({ dispute, crossCheck: false }),
    genesis: rollup.genesis,
    program: { module: program.module, hash: PROGRAM_HASH },
    metrics,
    log,
    dispute: { account, program: lowered, onEvent },
  });
  const turn = async (signal = NEVER) => {
    await deriveOnce(assembled);
    await assembled.agent!.turn(signal);
  };
  const nonce = () => rollup.client.getTransactionCount({ address: account.address });
  /** Turns until there is nothing left to do. */
  const turns = async () => {
    for (let before = -1; before !== (await nonce()); await turn()) before = await nonce();
  };
  return { ...assembled, metrics, turn, turns };
}
