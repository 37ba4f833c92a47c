import type { L1Account, L1Source } from '@metachain/bridge';
import type { Address } from 'viem';
import type { SequencerConfig } from '../config/config.schema.js';
import type { ItemLedger } from '../poster/item-ledger.js';
import type { AssertionChecker, CheckVerdict } from './assertion-checker.js';

/** Injection token of ProposerParts. */
export const PROPOSER_PARTS = 'PROPOSER_PARTS';

/** What the proposer is put together from. */
export interface ProposerParts {
  readonly config: SequencerConfig['proposer'];
  readonly source: L1Source;
  readonly rollup: Address;
  readonly account: L1Account;
  readonly ledger: ItemLedger;
  readonly checker: AssertionChecker;
  readonly pollMilliseconds: number;
  readonly onAssertion: (blockNumber: bigint) => void;
  /** What the checker allows, and since when (milliseconds) it has held back an assertion that is due. */
  readonly onVerdict: (verdict: CheckVerdict, heldSince: number | undefined) => void;
  readonly onMismatch: () => void;
  readonly onError: () => void;
}
