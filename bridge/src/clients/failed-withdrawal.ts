import { l1CrossDomainMessengerAbi, optimismPortalAbi, type L1Addresses } from '@metachain/contracts';
import type { Withdrawal } from '@metachain/program';
import { type Address, encodeFunctionData, type Hash, type Hex, keccak256 } from 'viem';

import { relayedIn } from './parties.js';

/** `tx.origin` for which portal and messenger revert where a call that they make fails. For all others they only record it. */
export const ESTIMATION_ADDRESS: Address = '0x0000000000000000000000000000000000000001';

/** Who keeps the money of a finalised withdrawal whose call failed. Anyone may have it repeat the call. */
export type Keeper = 'portal' | 'messenger';

/** A view that says whether something is so of a hash. */
export type FlagView = { readonly address: Address; readonly args: readonly [Hash] } & (
  | { readonly abi: typeof optimismPortalAbi; readonly functionName: 'failedWithdrawals' }
  | {
      readonly abi: typeof l1CrossDomainMessengerAbi;
      readonly functionName: 'failedMessages' | 'successfulMessages';
    }
);

/** Who keeps the money of a finalised withdrawal; undefined where it was paid. Throws what `read` does. */
export async function keeperOf(
  hash: Hash,
  withdrawal: Withdrawal,
  l1: L1Addresses,
  read: (view: FlagView) => Promise<boolean>,
): Promise<Keeper | undefined> {
  const portal = { address: l1.portal, abi: optimismPortalAbi } as const;
  if (await read({ ...portal, functionName: 'failedWithdrawals', args: [hash] })) return 'portal';
  if (relayedIn(withdrawal, l1) === undefined) return undefined;
  const messenger = { address: l1.l1CrossDomainMessenger, abi: l1CrossDomainMessengerAbi } as const;
  // The messenger knows a message by the hash of the call that delivers it.
  const args = [keccak256(withdrawal.data)] as const;
  if (!(await read({ ...messenger, functionName: 'failedMessages', args }))) return undefined;
  return (await read({ ...messenger, functionName: 'successfulMessages', args })) ? undefined : 'messenger';
}

/** The call that has a keeper repeat what failed; without ether, which the keeper has. */
export function retryCall(withdrawal: Withdrawal, keeper: Keeper, l1: L1Addresses): { to: Address; data: Hex } {
  if (keeper === 'messenger') return { to: l1.l1CrossDomainMessenger, data: withdrawal.data };
  const { nonce, sender, target, value, gasLimit, data } = withdrawal;
  const transaction = { nonce, sender, target, value, gasLimit, data };
  const call = { abi: optimismPortalAbi, functionName: 'retryWithdrawalTransaction', args: [transaction] } as const;
  return { to: l1.portal, data: encodeFunctionData(call) };
}
