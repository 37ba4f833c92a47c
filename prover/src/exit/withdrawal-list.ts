import { partiesOf } from '@metachain/bridge';
import type { L1Addresses } from '@metachain/contracts';
import { type Address, isAddressEqual } from 'viem';

import type { SentWithdrawal } from './withdrawals.js';

/** Whose withdrawals an exit takes. */
export interface WithdrawalChoice {
  readonly account: Address;
  /** Accounts whose withdrawals to the account are taken as well: a stranger must not make it pay for what he sends. */
  readonly receivedFrom: readonly Address[];
}

/** The withdrawals of a chain that an exit takes, as far as the chain was replayed. */
export class WithdrawalList {
  #own: readonly SentWithdrawal[] = [];
  #received: readonly SentWithdrawal[] = [];
  /** Number of those of others to the account that are left alone, by block. */
  readonly #left = new Map<bigint, number>();
  #newest = 0n;

  constructor(
    private readonly choice: WithdrawalChoice,
    private readonly addresses: L1Addresses,
  ) {}

  /** In the order in which they are taken: the account's own, then what it received; each as the chain has them. */
  get taken(): readonly SentWithdrawal[] {
    return [...this.#own, ...this.#received];
  }

  /** How many of others to the account are left alone. */
  get left(): number {
    return [...this.#left.values()].reduce((sum, count) => sum + count, 0);
  }

  /** Takes note of a block. After an L1 reorg the same numbers come again, and what was in them before is void. */
  add(number: bigint, found: readonly SentWithdrawal[]): void {
    if (number <= this.#newest) this.#dropFrom(number);
    this.#newest = number;
    if (found.length === 0) return;
    const kinds = found.map((sent) => ({ sent, kind: this.#kindOf(sent) }));
    const of = (wanted: Kind) => kinds.filter(({ kind }) => kind === wanted).map(({ sent }) => sent);
    this.#own = [...this.#own, ...of('own')];
    this.#received = [...this.#received, ...of('received')];
    const left = of('left').length;
    if (left > 0) this.#left.set(number, left);
  }

  #kindOf({ withdrawal }: SentWithdrawal): Kind {
    const { account, receivedFrom } = this.choice;
    const { from, to } = partiesOf(withdrawal, this.addresses);
    if (isAddressEqual(from, account)) return 'own';
    if (!isAddressEqual(to, account)) return 'foreign';
    return receivedFrom.some((sender) => isAddressEqual(sender, from)) ? 'received' : 'left';
  }

  #dropFrom(number: bigint): void {
    const isBefore = ({ blockNumber }: SentWithdrawal) => blockNumber < number;
    this.#own = this.#own.filter(isBefore);
    this.#received = this.#received.filter(isBefore);
    for (const block of [...this.#left.keys()]) if (block >= number) this.#left.delete(block);
  }
}

type Kind = 'own' | 'received' | 'left' | 'foreign';
