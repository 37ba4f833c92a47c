import { ESTIMATION_ADDRESS, estimateGas, type L1Source, L1TransactionRefusedError } from '@metachain/bridge';
import type { Hex } from 'viem';

import { explainRefusal } from '../dispute/game-calls.js';
import type { ExitContracts } from './contracts.js';
import type { ExitCalls } from './exit-calls.js';
import type { ExitAction, ExitCall } from './exit-types.js';
import type { SentWithdrawal } from './withdrawals.js';

/** Finalised withdrawals whose call failed: has it repeated once L1 says that it would succeed. */
export class FailedWithdrawals {
  /** What a receiver does for an estimate it need not do for a transaction, so none is paid for twice. */
  readonly #tried = new Set<Hex>();

  constructor(
    private readonly source: L1Source,
    private readonly contracts: ExitContracts,
    private readonly calls: ExitCalls,
  ) {}

  /** Takes note of a call that is on L1. */
  sent({ data }: ExitCall): void {
    this.#tried.add(data);
  }

  /** What to do about a finalised withdrawal; undefined where its money was paid. Throws L1UnavailableError, MissingContractError. */
  async advance(sent: SentWithdrawal): Promise<ExitAction | undefined> {
    const keeper = await this.contracts.keeperOf(sent);
    if (keeper === undefined) return undefined;
    const dear = this.calls.tooDear(sent, 'retry');
    if (dear !== undefined) return { kind: 'leave', undone: dear };
    const call = this.calls.retry(sent, keeper);
    const tried = this.#tried.has(call.data) ? 'it was tried, and failed again' : undefined;
    const needed = tried ?? (await this.#gasOf(call));
    if (typeof needed === 'bigint') return { kind: 'send', call: { ...call, leastGas: needed } };
    const reason = `its call on L1 fails (${needed}) and the ${keeper} keeps the money: once the receiver takes it, run exit again, or anyone may retry`;
    return { kind: 'leave', undone: { what: call.what, reason, withdrawal: sent.hash } };
  }

  /** Gas with which the call succeeds, or why it fails with all that it may take. Throws L1UnavailableError. */
  async #gasOf(call: ExitCall): Promise<bigint | string> {
    try {
      return await estimateGas(this.source, ESTIMATION_ADDRESS, call);
    } catch (error) {
      if (!(error instanceof L1TransactionRefusedError)) throw error;
      return explainRefusal(error.reason);
    }
  }
}
