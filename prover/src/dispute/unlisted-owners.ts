import { isAddressEqual, type Address } from 'viem';

import type { ProverLog } from '../watch/prover-log.js';
import type { AssertionStanding } from './agent-plan.js';
import type { GameReader } from './game-reader.js';

/** Questions to L1 in one look. */
const QUESTIONS = 8;
/** L1 blocks after which the same owner is asked about again. */
const AGAIN_BLOCKS = 256n;

/**
 * Says who has a bond to lose and counts on an account that does not move for him: an operator forgot one of two settings. Only owners of bonds behind
 * right assertions are asked about, a few at a time, so that neither questions nor findings can be had for less than a bond.
 */
export class UnlistedOwners {
  /** By owner, the L1 block at which L1 answered. */
  private readonly asked = new Map<Address, bigint>();
  private readonly told = new Set<Address>();

  constructor(
    private readonly reader: Pick<GameReader, 'head' | 'delegateOf'>,
    private readonly account: Address,
    private readonly listed: readonly Address[],
    private readonly log: Pick<ProverLog, 'warn'>,
  ) {}

  /** Warns once of each. A question that fails is asked again in the next look. */
  async look(assertions: readonly AssertionStanding[]): Promise<void> {
    const { number } = this.reader.head;
    const due = [...new Set(assertions.filter(isDefensible).map(({ bondOwner }) => bondOwner))]
      .filter((owner) => !this.isKnown(owner) && number >= (this.asked.get(owner) ?? -AGAIN_BLOCKS) + AGAIN_BLOCKS)
      .slice(0, QUESTIONS);
    const named = await Promise.all(due.map((owner) => this.hasNamed(owner, number).catch(() => false)));
    for (const owner of due.filter((one, place) => named[place] && !this.told.has(one))) this.warn(owner);
  }

  private warn(owner: Address): void {
    this.told.add(owner);
    const why = 'named this account as its delegate, but it is not among dispute.owners: its games are not played';
    this.log.warn({ event: 'dispute_owner_unlisted', owner, set: 'dispute.owners' }, `${owner} ${why}`);
  }

  private async hasNamed(owner: Address, block: bigint): Promise<boolean> {
    const mover = await this.reader.delegateOf(owner);
    this.asked.set(owner, block);
    return isAddressEqual(mover, this.account);
  }

  private isKnown(owner: Address): boolean {
    return [this.account, ...this.listed].some((known) => isAddressEqual(known, owner));
  }
}

/** Number 0 is the genesis, which has no bond. */
const isDefensible = ({ id, right, status }: AssertionStanding): boolean => id > 0n && right && status === 'pending';
