import { getHeapStatistics } from 'node:v8';
import { Injectable } from '@nestjs/common';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

const PREFIX = 'metachain_sequencer_';

/** All metrics of the node in one registry. Names follow the op-node family, so that known dashboards fit; units stand in the names. */
@Injectable()
export class MetricsService {
  readonly registry = new Registry();
  readonly refsNumber = this.gauge('refs_number', 'Block number by layer and type', ['layer', 'type']);
  readonly refsTime = this.gauge('refs_time', 'Timestamp of a block by layer and type, seconds', ['layer', 'type']);
  readonly refsLatency = this.gauge('refs_latency', 'Age of a block by layer and type, seconds', ['layer', 'type']);
  readonly l1ReorgDepth = this.histogram(
    'l1_reorg_depth',
    'Blocks undone by a reorganisation of L1',
    [1, 2, 4, 8, 16, 32, 64],
  );
  readonly pipelineResets = this.counter(
    'pipeline_resets_total',
    'Times that what was read of L1 was void and had to be read anew',
  );
  readonly derivationErrors = this.counter(
    'derivation_errors_total',
    'Looks at L1 that failed: no answer, or answers that contradict each other',
  );
  readonly buildingDiff = this.histogram(
    'sequencer_building_diff_seconds',
    'How much longer than a slot a block was open; negative when it was sealed earlier or opened late',
    [-10, -5, -2, -1, -0.5, -0.2, -0.1, -0.05, -0.01, 0, 0.01, 0.05, 0.1, 0.2, 0.5, 1, 2, 5],
  );
  readonly sealing = this.histogram(
    'sequencer_sealing_seconds',
    'Time to close a block: its state root, mostly',
    [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5],
  );
  readonly softBlocksUndone = this.counter('soft_blocks_undone_total', 'Soft blocks that were undone');
  readonly transactionsDropped = this.counter(
    'transactions_dropped_total',
    'Acknowledged transactions that the rules refused when their turn came again (after an undo, a restart, or behind an earlier nonce), or whose turn did not come in time',
  );
  readonly transactionsSequenced = this.counter('transactions_sequenced_total', 'Transactions in sealed blocks');
  readonly sealedBlocks = this.counter('blocks_sealed_total', 'Sealed blocks');
  readonly sequencingErrors = this.counter('sequencing_errors_total', 'Faults that stopped the engine');
  readonly publishingErrors = this.counter('publishing_errors_total', 'Failed attempts to post to L1', ['kind']);
  readonly intakeTransactions = this.gauge('sequencer_backlog_transactions', 'Transactions on their way to the engine');
  readonly indexBacklog = this.gauge('index_backlog_blocks', 'Sealed blocks that the index has not taken');
  readonly unsafePayloads = this.gauge(
    'unsafe_payloads_buffer_len',
    'Sealed blocks on their way to queries and index; the name that op-node monitors know',
  );
  readonly workerQueue = this.gauge('worker_queue_length', 'Calls that wait for threads or run there', ['worker']);
  readonly batcherBlocks = this.gauge('batcher_backlog_blocks', 'Sealed blocks that are not on L1');
  readonly batcherBytes = this.gauge('batcher_backlog_bytes', 'Bytes of them on L1');
  readonly windowUsed = this.gauge(
    'sequencing_window_used_ratio',
    'Age of the oldest unposted block against the 24 hours after which L1 dates it anew',
  );
  readonly forcedQueueOldest = this.gauge(
    'forced_queue_oldest_seconds',
    'Age of the oldest delayed message not yet consumed',
  );
  readonly batchBytes = this.counter('batch_bytes_total', 'Payload bytes on L1');
  readonly batchCost = this.counter('batch_cost_ether_total', 'Ether paid for batches');
  readonly batches = this.counter('batches_total', 'Batches on L1');
  readonly posterBalance = this.gauge('poster_balance_ether', 'Balance of the poster on L1');
  readonly posterAlarm = this.gauge('poster_balance_low', '1 while the poster has less than it should');
  readonly posterThreshold = this.gauge(
    'poster_balance_threshold_ether',
    'What it should have: the configured minimum, or three days at the spend of the last day',
  );
  readonly posterSpend = this.gauge('poster_spend_ether_per_day', 'What batches cost at the rate of the last day');
  readonly latestAssertion = this.gauge('latest_proposal', 'Block number of the newest own assertion');
  readonly assertionHeld = this.gauge(
    'assertion_held_seconds',
    'How long an assertion that is due has waited for the cross-check; 0 = none waits',
  );
  readonly checkerDisagreement = this.gauge(
    'assertion_checker_disagreement',
    '1 while this node, the prover or the stepper compute something else: nothing is asserted',
  );
  readonly proofErrors = this.counter('proof_errors_total', 'Failed attempts to keep proofs of withdrawals');
  readonly rootMismatches = this.counter(
    'state_root_mismatch_total',
    'Assertions on L1 that differ from the own state',
  );
  readonly valueConservation = this.gauge(
    'value_conservation_delta',
    'Base units of a token held beyond its supply, over the whole state; must be 0',
    ['token'],
  );
  readonly l1HeadRegressions = this.counter(
    'l1_head_regressions_total',
    'Times that safe or finalized of L1 went backwards; the old one is kept',
    ['tag'],
  );
  readonly l1HeadDoubtful = this.gauge(
    'l1_head_doubtful',
    '1 while L1 reports less than it did for this tag, or does not report it',
    ['tag'],
  );
  readonly l1Silence = this.gauge('l1_silence_seconds', 'Time since L1 last answered');
  readonly l1Disagreements = this.counter('l1_source_disagreement_total', 'L1 endpoints that named another hash');
  readonly l1Responses = this.counter(
    'rpc_client_responses_total',
    'Requests to L1 by outcome: error is none, timeout, http_<status>, rpc_<code>, too_large, malformed, contradiction, connection',
    ['endpoint', 'method', 'error'],
  );
  readonly rpcSeconds = new Histogram({
    name: `${PREFIX}rpc_server_request_duration_seconds`,
    help: 'Time to answer a call of JSON-RPC',
    labelNames: ['method'],
    buckets: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5],
    registers: [this.registry],
  });
  readonly workerRestarts = this.counter('worker_restarts_total', 'Threads that ended and were replaced', ['worker']);
  readonly heapLimit = this.gauge('heap_limit_bytes', 'Heap at which V8 gives up, of the main thread');
  readonly up = this.gauge('up', '1 once the node runs');
  readonly info = this.gauge('info', 'Version and chain', ['version', 'chain_id', 'program']);

  constructor() {
    this.heapLimit.set(getHeapStatistics().heap_size_limit);
    collectDefaultMetrics({ register: this.registry, prefix: PREFIX });
  }

  private gauge(name: string, help: string, labelNames: string[] = []): Gauge {
    return new Gauge({ name: `${PREFIX}${name}`, help, labelNames, registers: [this.registry] });
  }

  private counter(name: string, help: string, labelNames: string[] = []): Counter {
    return new Counter({ name: `${PREFIX}${name}`, help, labelNames, registers: [this.registry] });
  }

  private histogram(name: string, help: string, buckets: number[]): Histogram {
    return new Histogram({ name: `${PREFIX}${name}`, help, buckets, registers: [this.registry] });
  }
}
