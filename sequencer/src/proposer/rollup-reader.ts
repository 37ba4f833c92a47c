import { disputeGameAbi, rollupAbi } from '@metachain/contracts';
import {
  type Address,
  type ContractFunctionReturnType,
  encodeAbiParameters,
  type Hex,
  keccak256,
  type PublicClient,
  toHex,
} from 'viem';

/** An assertion as the contract stores it. */
export type StoredAssertion = ContractFunctionReturnType<typeof rollupAbi, 'view', 'assertion'>;

/** Limits that the contract was deployed with. Bond in wei, times in seconds. */
export interface RollupLimits {
  readonly bond: bigint;
  readonly window: bigint;
  /** What one game takes at most. */
  readonly longestGame: bigint;
  readonly maximumItems: bigint;
}

const VERSION = toHex(0, { size: 32 });

/** Output root of the op-stack's shape (docs/spec/l1.md): the state is one tree, so its root stands twice. */
export function outputRootOf(stateRoot: Hex, headerHash: Hex): Hex {
  const words = [VERSION, stateRoot, stateRoot, headerHash] as const;
  return keccak256(
    encodeAbiParameters([{ type: 'bytes32' }, { type: 'bytes32' }, { type: 'bytes32' }, { type: 'bytes32' }], words),
  );
}

/** Reads of the Rollup contract. */
export class RollupReader {
  private limits: Promise<RollupLimits> | undefined;

  constructor(
    private readonly client: PublicClient,
    private readonly address: Address,
  ) {}

  /** Read once: they cannot change. */
  getLimits(): Promise<RollupLimits> {
    this.limits ??= this.readLimits();
    return this.limits;
  }

  assertion(id: bigint): Promise<StoredAssertion> {
    return this.client.readContract({ ...this.contract, functionName: 'assertion', args: [id] });
  }

  /** Hash of the program an assertion ran under. */
  programHash(id: bigint): Promise<Hex> {
    return this.client.readContract({ ...this.contract, functionName: 'programHash', args: [id] });
  }

  /** Number that the next assertion gets. */
  assertionCount(): Promise<bigint> {
    return this.client.readContract({ ...this.contract, functionName: 'assertionCount' });
  }

  newestUndisputed(): Promise<bigint> {
    return this.client.readContract({ ...this.contract, functionName: 'newestUndisputed' });
  }

  latestConfirmed(): Promise<bigint> {
    return this.client.readContract({ ...this.contract, functionName: 'latestConfirmed' });
  }

  /** Contract that decides about assertions. */
  disputeGame(): Promise<Address> {
    return this.client.readContract({ ...this.contract, functionName: 'DISPUTE_GAME' });
  }

  /** Account that may move in the games of `owner`; zero if there is none. */
  async delegateOf(owner: Address): Promise<Address> {
    const address = await this.disputeGame();
    return this.client.readContract({ address, abi: disputeGameAbi, functionName: 'delegateOf', args: [owner] });
  }

  private get contract() {
    return { address: this.address, abi: rollupAbi } as const;
  }

  private async readLimits(): Promise<RollupLimits> {
    const game = { address: await this.disputeGame(), abi: disputeGameAbi } as const;
    const [bond, window, maximumItems, longestGame] = await Promise.all([
      this.client.readContract({ ...this.contract, functionName: 'BOND' }),
      this.client.readContract({ ...this.contract, functionName: 'CHALLENGE_WINDOW' }),
      this.client.readContract({ ...this.contract, functionName: 'MAXIMUM_ITEMS' }),
      this.client.readContract({ ...game, functionName: 'maximumDuration' }),
    ]);
    return { bond, window, longestGame, maximumItems };
  }
}
