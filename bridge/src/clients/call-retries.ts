import type { L1Addresses } from '@metachain/contracts';
import type { Address, Hex, PublicClient } from 'viem';
import type { getWithdrawals } from 'viem/op-stack';

import { WithdrawalFailedError } from '../errors.js';
import { isRefusal } from '../l1/refusal.js';
import { ESTIMATION_ADDRESS, type FlagView, type Keeper, keeperOf, retryCall } from './failed-withdrawal.js';
import { gasLimitWithin } from './gas-limit.js';

type Withdrawal = ReturnType<typeof getWithdrawals>[number];

/** A transaction that has a call repeated. */
export interface RetryRequest {
  readonly to: Address;
  readonly data: Hex;
  readonly gas: bigint;
}

/** Calls of finalised withdrawals that failed on L1: each is repeated once, when it would succeed. */
export class CallRetries {
  /** What a receiver does for an estimate it need not do for a transaction, so none is paid for twice. */
  readonly #tried = new Set<Hex>();

  /** @param most gas that a retry may take at most */
  constructor(
    private readonly l1: PublicClient,
    private readonly addresses: L1Addresses,
    private readonly most: bigint,
  ) {}

  /** Who keeps the money of a finalised withdrawal; undefined where it was paid. */
  keeperOf(withdrawal: Withdrawal): Promise<Keeper | undefined> {
    const read = (view: FlagView) => this.l1.readContract(view as never) as Promise<boolean>;
    return keeperOf(withdrawal.withdrawalHash, withdrawal, this.addresses, read);
  }

  /** What repeats the call that failed. Throws WithdrawalFailedError where it would fail again, and where it did. */
  async request(withdrawal: Withdrawal, keeper: Keeper): Promise<RetryRequest> {
    const call = retryCall(withdrawal, keeper, this.addresses);
    const estimate = this.#tried.has(call.data) ? undefined : await this.#estimate(call);
    if (estimate === undefined) throw new WithdrawalFailedError(keeper);
    return { ...call, gas: gasLimitWithin(estimate, this.most) };
  }

  /** Takes note that a retry was sent. */
  sent({ data }: RetryRequest): void {
    this.#tried.add(data);
  }

  /** Gas with which the call succeeds; undefined where none that it may take is enough. */
  #estimate(call: Omit<RetryRequest, 'gas'>): Promise<bigint | undefined> {
    return this.l1.estimateGas({ ...call, account: ESTIMATION_ADDRESS, gas: this.most }).catch((error: unknown) => {
      if (!isRefusal(error)) throw error;
      return undefined;
    });
  }
}
