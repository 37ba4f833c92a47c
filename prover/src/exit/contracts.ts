import { ASSERTION_STATUS, inboxAbi, optimismPortalAbi, rollupAbi, type L1Addresses } from '@metachain/contracts';
import { type FlagView, type Keeper, keeperOf, type L1Source } from '@metachain/bridge';
import type { Abi, ContractFunctionArgs, ContractFunctionName, ContractFunctionReturnType, Hash } from 'viem';

import { readContract } from '../l1/read-contract.js';
import type { SentWithdrawal } from './withdrawals.js';

type View = 'pure' | 'view';

const { pending: PENDING, confirmed: CONFIRMED, rejected: REJECTED, bonded: BONDED } = ASSERTION_STATUS;

type Stored = ContractFunctionReturnType<typeof rollupAbi, 'view', 'assertion'>;

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

  /** What the tree knows of an assertion's claim: of a copy, its original. */
  async claim(id: bigint): Promise<Stored> {
    const stored = await this.rollup('assertion', [id]);
    return stored.original === 0 ? stored : this.rollup('assertion', [BigInt(stored.original)]);
  }

  /** Whether a bond is held that no confirmation pays: its claim fell, or is confirmed and the games about the bond are over. */
  async isCollectable({ status, original, openGames }: Stored): Promise<boolean> {
    if (status === BONDED) return openGames === 0;
    if (status !== PENDING || original === 0) return false;
    const claim = (await this.rollup('assertion', [BigInt(original)])).status;
    return claim === REJECTED || ((claim === CONFIRMED || claim === BONDED) && openGames === 0);
  }

  itemCount(): Promise<bigint> {
    return readContract(this.source, this.addresses.inbox, inboxAbi, 'itemCount', []);
  }

  isFinalised(hash: Hash): Promise<boolean> {
    return readContract(this.source, this.addresses.portal, optimismPortalAbi, 'finalizedWithdrawals', [hash]);
  }

  /** Who keeps the money of a finalised withdrawal; undefined where it was paid. */
  keeperOf({ hash, withdrawal }: SentWithdrawal): Promise<Keeper | undefined> {
    const read = ({ address, abi, functionName, args }: FlagView) =>
      readContract(this.source, address, abi as Abi, functionName, args) as Promise<boolean>;
    return keeperOf(hash, withdrawal, this.addresses, read);
  }

  /** Number of the assertion that a withdrawal is proven on, unless the portal takes another proof in its place at once. */
  async provenOn(hash: Hash): Promise<bigint | undefined> {
    const [, timestamp, output] = await readContract(
      this.source,
      this.addresses.portal,
      optimismPortalAbi,
      'provenWithdrawals',
      [hash],
    );
    if (timestamp === 0n || (await this.rollup('hasFallen', [output]))) return undefined;
    return output;
  }
}
