import type { Hash } from 'viem';

import type { AssembledProver } from '../watch/assemble.js';
import type { ExitContracts } from './contracts.js';
import type { ExitReport } from './exit-types.js';
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
      taken.map(async ({ hash, blockNumber, withdrawal: { value } }) => ({
        hash,
        blockNumber,
        value,
        state: await this.#stateOf(hash),
      })),
    );
  }

  /** Numbers of the wrong assertions that still stand. Throws L1UnavailableError, MissingContractError. */
  async wrongAssertions(): Promise<bigint[]> {
    const ids = this.prover.prover.status().assertions.wrong.map(({ id }) => id);
    const rejected = await Promise.all(ids.map((id) => this.contracts.rollup('isRejected', [id])));
    return ids.filter((_, position) => !rejected[position]);
  }

  async #stateOf(hash: Hash): Promise<'sent' | 'proven' | 'finalised'> {
    if (await this.contracts.isFinalised(hash)) return 'finalised';
    return (await this.contracts.provenOn(hash)) === undefined ? 'sent' : 'proven';
  }
}
