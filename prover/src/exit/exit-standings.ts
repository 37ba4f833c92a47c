import type { AssembledProver } from '../watch/assemble.js';
import type { ExitContracts } from './contracts.js';
import type { ExitReport, WithdrawalStanding } from './exit-types.js';
import type { SentWithdrawal } from './withdrawals.js';

/** Says where the withdrawals of an exit, and the wrong assertions beside them, stand on L1. */
export class ExitStandings {
  constructor(
    private readonly contracts: ExitContracts,
    private readonly prover: AssembledProver,
  ) {}

  /** Throws L1UnavailableError, MissingContractError. */
  withdrawals(taken: readonly SentWithdrawal[]): Promise<ExitReport['withdrawals']> {
    return Promise.all(
      taken.map(async (sent) => ({
        hash: sent.hash,
        blockNumber: sent.blockNumber,
        value: sent.withdrawal.value,
        state: await this.#stateOf(sent),
      })),
    );
  }

  /** Numbers of the wrong assertions that still stand. Throws L1UnavailableError, MissingContractError. */
  async wrongAssertions(): Promise<bigint[]> {
    const ids = this.prover.prover.status().assertions.wrong.map(({ id }) => id);
    const rejected = await Promise.all(ids.map((id) => this.contracts.rollup('isRejected', [id])));
    return ids.filter((_, position) => !rejected[position]);
  }

  async #stateOf(sent: SentWithdrawal): Promise<WithdrawalStanding> {
    if (await this.contracts.isFinalised(sent.hash))
      return (await this.contracts.keeperOf(sent)) === undefined ? 'finalised' : 'failed';
    return (await this.contracts.provenOn(sent.hash)) === undefined ? 'sent' : 'proven';
  }
}
