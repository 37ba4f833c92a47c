import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

import { DisputeMetrics } from '../dispute/metrics.js';

/** What the prover exports for Prometheus. Names are stable: alerts refer to them. */
export class ProverMetrics {
  readonly registry = new Registry();
  readonly refs = this.#gauge('refs_number', 'Block and item numbers', ['layer', 'type']);
  readonly reorgDepth = new Histogram({
    name: 'l1_reorg_depth',
    help: 'Depth of L1 reorgs in blocks',
    buckets: [1, 2, 4, 8, 16, 32, 64],
    registers: [this.registry],
  });
  readonly resets = this.#counter('pipeline_resets_total', 'Times that replay went back');
  readonly derivationErrors = this.#counter('derivation_errors_total', 'Failed attempts to derive', ['code']);
  readonly mismatches = this.#counter('state_root_mismatch_total', 'Assertions that differ from what L1 gives');
  readonly compared = this.#counter('assertions_compared_total', 'Assertions compared', ['result']);
  readonly disagreements = this.#counter(
    'l1_source_disagreement_total',
    'Times that L1 endpoints named different blocks',
  );
  readonly responses = this.#counter(
    'rpc_client_responses_total',
    'Requests to L1 by outcome: error is none, timeout, http_<status>, rpc_<code>, too_large, malformed, contradiction, connection',
    ['endpoint', 'method', 'error'],
  );
  readonly conservation = this.#gauge(
    'value_conservation_delta',
    'Wei in the state beyond deposits less withdrawals; must be 0',
  );
  readonly pendingWithdrawals = this.#gauge(
    'withdrawals_pending_wei',
    'Wei withdrawn on L2 and not paid out on L1; below 0, more was paid than withdrawn',
  );
  readonly blocks = this.#counter('replay_blocks_total', 'Blocks replayed');
  readonly transactions = this.#counter('replay_transactions_total', 'Transactions replayed');
  readonly replaySeconds = this.#counter('replay_seconds_total', 'Seconds spent on replay');
  readonly checkedItem = this.#gauge('cross_check_item', 'Items below it agree in V8 and in the stepper');
  readonly checkedSteps = this.#counter('cross_check_steps_total', 'Instructions run in the stepper');
  readonly checkedSeconds = this.#counter('cross_check_seconds_total', 'Seconds that the stepper took');
  readonly stepperMismatches = this.#counter('stepper_mismatch_total', 'Units on which V8 and the stepper disagree');
  readonly stepperUp = this.#gauge('cross_check_up', '1 while the stepper runs beside the replay');
  readonly diskRefused = this.#gauge('disk_refused', '1 while the disk does not take what is to be kept', ['what']);
  readonly forcedOldest = this.#gauge('forced_queue_oldest_seconds', 'Age of the oldest delayed message not consumed');
  readonly dispute = new DisputeMetrics(this.registry);
  readonly up = this.#gauge('up', '1 while the prover runs');
  readonly ready = this.#gauge('ready', '1 while everything on L1 is replayed and compared');

  constructor(version: string, defaults = true) {
    if (defaults) collectDefaultMetrics({ register: this.registry });
    this.#gauge('info', 'Version', ['version']).set({ version }, 1);
    this.up.set(1);
  }

  #gauge<Label extends string>(name: string, help: string, labelNames: Label[] = []): Gauge<Label> {
    return new Gauge({ name, help, labelNames, registers: [this.registry] });
  }

  #counter<Label extends string>(name: string, help: string, labelNames: Label[] = []): Counter<Label> {
    return new Counter({ name, help, labelNames, registers: [this.registry] });
  }
}
