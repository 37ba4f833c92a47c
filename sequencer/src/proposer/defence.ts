import { disputeGameAbi } from '@metachain/contracts';
import { type Address, encodeFunctionData, type Hex, isAddressEqual, zeroAddress } from 'viem';
import type { RollupReader } from './rollup-reader.js';

/** Where and for whom a defender is named. */
export interface DefenceParts {
  readonly rollup: Pick<RollupReader, 'disputeGame' | 'delegateOf'>;
  /** Account that asserts. */
  readonly owner: Address;
  /** Account of the prover that shall play the owner's games. */
  readonly defender: Address | undefined;
  /** Sends a call of the owner and waits until it is on L1. */
  readonly send: (what: string, to: Address, data: Hex) => Promise<void>;
}

/** How L1 and the configuration stand to each other. */
export interface DefenceState {
  /** Who may move for the owner; undefined: nobody but the owner itself, which plays no games. */
  readonly defender: Address | undefined;
  /** Whether it was named just now. */
  readonly named: boolean;
}

/**
 * Who plays the games about the proposer's assertions. A proposer plays none itself: without a defender whoever challenges a true
 * assertion only has to wait for its clock to run out, and half the bond is the challenger's.
 */
export class Defence {
  private state: DefenceState | undefined;

  constructor(private readonly parts: DefenceParts) {}

  /** For operators: one sentence. */
  get detail(): string {
    if (this.state === undefined) return 'defender: not looked up yet';
    const { defender } = this.state;
    return defender === undefined ? 'defender: NONE, nobody plays the games of this account' : `defender: ${defender}`;
  }

  /**
   * Names the configured defender unless L1 has it already, once in a life of the process; without one only looks up who is named. Fails with
   * what reading and sending fail with; then it is tried again at the next call. Undefined: it was done before.
   */
  async establish(): Promise<DefenceState | undefined> {
    if (this.state !== undefined) return undefined;
    const { rollup, owner, defender } = this.parts;
    const standing = await rollup.delegateOf(owner);
    if (defender === undefined || isAddressEqual(defender, standing)) {
      this.state = { defender: isAddressEqual(standing, zeroAddress) ? undefined : standing, named: false };
    } else {
      await this.name(defender);
      this.state = { defender, named: true };
    }
    return this.state;
  }

  private async name(defender: Address): Promise<void> {
    const data = encodeFunctionData({ abi: disputeGameAbi, functionName: 'setDelegate', args: [defender] });
    await this.parts.send(`naming ${defender} as the defender`, await this.parts.rollup.disputeGame(), data);
  }
}
