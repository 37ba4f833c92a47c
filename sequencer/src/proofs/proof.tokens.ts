import type { Address, PublicClient } from 'viem';
import type { EngineClient } from '../engine/engine-client.js';
import type { ItemLedger } from '../poster/item-ledger.js';
import type { ProofArchive } from './proof-archive.js';
import type { ReplayPlace } from './replay-proofs.js';

/** Injection token of ProofParts. */
export const PROOF_PARTS = 'PROOF_PARTS';

/** How much of the proofs that op-stack tools need not ask for is kept. */
export interface ProofLimits {
  /** Seconds. */
  readonly againSeconds: number;
  /** Withdrawals at each assertion. */
  readonly againWithdrawals: number;
}

/** What keeping proofs is put together from. */
export interface ProofParts {
  readonly archive: ProofArchive;
  readonly limits: ProofLimits;
  readonly client: PublicClient;
  readonly rollup: Address;
  readonly ledger: ItemLedger;
  readonly place: ReplayPlace;
  readonly engine: Pick<EngineClient, 'setProven'>;
  readonly pollMilliseconds: number;
  /** For the metrics. */
  readonly onError: () => void;
}
