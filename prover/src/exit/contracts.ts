import { inboxAbi, optimismPortalAbi, rollupAbi, type L1Addresses } from '@metachain/contracts';
import type { L1Source } from '@metachain/bridge';
import type { ContractFunctionArgs, ContractFunctionName, ContractFunctionReturnType, Hash } from 'viem';

import { readContract } from '../l1/read-contract.js';

type View = 'pure' | 'view';

/** The views of the contracts that an exit needs, at L1's newest block. */
export class ExitContracts {
  constructor(
    private readonly source: L1Source,
    private readonly addresses: L1Addresses,
  ) {}

  /** Throws L1UnavailableError, MissingContractError. */
  rollup<Name extends ContractFunctionName<typeof rollupAbi, View>>(
    name: Name,
    args: ContractFunctionArgs<typeof rollupAbi, View, Name>,
  ): Promise<
    ContractFunctionReturnType<typeof rollupAbi, View, Name, ContractFunctionArgs<typeof rollupAbi, View, Name>>
  > {
    return readContract(this.source, this.addresses.rollup, rollupAbi, name, args);
  }

  itemCount(): Promise<bigint> {
    return readContract(this.source, this.addresses.inbox, inboxAbi, 'itemCount', []);
  }

  isFinalised(hash: Hash): Promise<boolean> {
    return readContract(this.source, this.addresses.portal, optimismPortalAbi, 'finalizedWithdrawals', [hash]);
  }

  /** Number of the assertion that a withdrawal is proven on, if that still stands. */
  async provenOn(hash: Hash): Promise<bigint | undefined> {
    const [, timestamp, output] = await readContract(
      this.source,
      this.addresses.portal,
      optimismPortalAbi,
      'provenWithdrawals',
      [hash],
    );
    if (timestamp === 0n || (await this.rollup('isRejected', [output]))) return undefined;
    return output;
  }
}
