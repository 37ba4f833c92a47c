import type { Hex } from 'viem';
import { WorkerClient } from '../workers/worker-rpc.js';
import type { WorkerEndedError } from '../workers/worker.errors.js';
import type { WaitingTransaction } from '../chain/chain.types.js';
import type { Outcome } from './engine-core.js';
import type {
  DerivationRequest,
  EngineEvent,
  EngineL1Update,
  EngineOptions,
  EngineReady,
  EngineStatus,
  MadeBlock,
} from './engine.types.js';
import { unpackOutcomes } from './packed-batch.js';

/** The engine thread, from outside. */
export class EngineClient {
  private readonly worker: WorkerClient;

  /** Starts the thread. `onEvent` gets the replayed blocks before `ready` resolves. */
  constructor(options: EngineOptions, onEvent: (event: EngineEvent) => void, onEnd: (error: WorkerEndedError) => void) {
    this.worker = new WorkerClient('engine', new URL('./engine.worker.js', import.meta.url), options, onEvent, onEnd);
  }

  /** Calls that wait or run. */
  get waiting(): number {
    return this.worker.load;
  }

  /** Resolves after the replay. Rejects with what the start failed with. */
  ready(): Promise<EngineReady> {
    return this.worker.call('ready');
  }

  /** Lets slots begin. */
  run(): Promise<void> {
    return this.worker.call('run');
  }

  /** Executes a packed batch; the buffer changes hands. Resolves once the outcomes are durable. */
  async submit(batch: ArrayBuffer): Promise<Outcome[]> {
    return unpackOutcomes(await this.worker.call<ArrayBuffer>('submit', batch, [batch]));
  }

  addL1(update: EngineL1Update): Promise<void> {
    return this.worker.call('addL1', update);
  }

  /** Forgets L1 inputs from these on; no block used them. */
  dropL1(firstItem: bigint, firstMessage: bigint): Promise<void> {
    return this.worker.call('dropL1', { firstItem, firstMessage });
  }

  indexed(number: bigint): Promise<void> {
    return this.worker.call('indexed', number);
  }

  setSafe(number: bigint): Promise<void> {
    return this.worker.call('setSafe', number);
  }

  /** Proofs are kept of this asserted block. */
  setProven(number: bigint): Promise<void> {
    return this.worker.call('setProven', number);
  }

  undo(number: bigint, firstItem: bigint, firstMessage: bigint): Promise<void> {
    return this.worker.call('undo', { number, firstItem, firstMessage });
  }

  /** Makes the blocks that an L1 item holds, in place of what the node has there. */
  derive(request: DerivationRequest): Promise<readonly MadeBlock[]> {
    return this.worker.call('derive', request);
  }

  /** A transaction that waits for an earlier nonce. */
  find(hash: Hex): Promise<WaitingTransaction | undefined> {
    return this.worker.call('waiting', hash);
  }

  nonce(account: Hex): Promise<bigint> {
    return this.worker.call('nonce', account);
  }

  status(): Promise<EngineStatus> {
    return this.worker.call('status');
  }

  /** Seals what is open and closes the journal. */
  stop(): Promise<void> {
    return this.worker.call('stop');
  }

  /** Ends the thread. */
  close(): Promise<void> {
    return this.worker.terminate();
  }
}
