import type { L1Addresses } from '@metachain/contracts';
import { messengerAbi, standardBridgeAbi, systemAddresses, type Withdrawal } from '@metachain/program';
import { type Abi, type Address, decodeFunctionData, encodeFunctionData, type Hex, isAddressEqual } from 'viem';

/** Who withdrew, and whom it is for on L1. */
export interface Parties {
  readonly from: Address;
  readonly to: Address;
}

/**
 * The parties of a withdrawal, as the chain vouches for them. Anybody can write any bytes into the data of a withdrawal, so it is read only where
 * the messenger wrapped it, and the message in that only where the bridge wrote it.
 */
export function partiesOf(withdrawal: Withdrawal, l1: L1Addresses): Parties {
  const relayed = relayedIn(withdrawal, l1);
  if (relayed === undefined) return { from: withdrawal.sender, to: withdrawal.target };
  const [, from, to, , , message] = relayed;
  const wrapped = { from, to };
  const isBridged = isBetween(wrapped, systemAddresses.standardBridge, l1.l1StandardBridge);
  return (isBridged ? bridged(message) : undefined) ?? wrapped;
}

/** Arguments with which the withdrawal calls the messenger on L1; undefined where the one on L2 did not write them. */
export function relayedIn({ sender, target, data }: Withdrawal, l1: L1Addresses) {
  const direct = { from: sender, to: target };
  if (!isBetween(direct, systemAddresses.messenger, l1.l1CrossDomainMessenger)) return undefined;
  const call = decodeStrictly(messengerAbi, data);
  return call?.functionName === 'relayMessage' ? call.args : undefined;
}

/** The parties of a message of the bridge, unless it is none. */
function bridged(message: Hex): Parties | undefined {
  const call = decodeStrictly(standardBridgeAbi, message);
  if (call?.functionName === 'finalizeBridgeETH') return { from: call.args[0], to: call.args[1] };
  if (call?.functionName === 'finalizeBridgeERC20') return { from: call.args[2], to: call.args[3] };
  return undefined;
}

const isBetween = ({ from, to }: Parties, sender: Address, target: Address): boolean =>
  isAddressEqual(from, sender) && isAddressEqual(to, target);

/** A call whose bytes are just those that its arguments encode to; undefined for all others. */
function decodeStrictly<const ABI extends Abi>(abi: ABI, data: Hex) {
  try {
    const call = decodeFunctionData({ abi, data });
    return encodeFunctionData({ abi, ...call } as never) === data.toLowerCase() ? call : undefined;
  } catch {
    return undefined;
  }
}
