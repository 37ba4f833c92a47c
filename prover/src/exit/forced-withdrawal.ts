import { optimismPortalAbi } from '@metachain/contracts';
import { messagePasserAbi, standardBridgeAbi, systemAddresses } from '@metachain/program';
import { encodeFunctionData, type Address, type Hex } from 'viem';

/** L2 gas of the forced call, and L1 gas promised to what it leads to. */
const L2_GAS = 500_000n;
const L1_GAS_ETHER = 100_000n;
const L1_GAS_TOKEN = 200_000;

/** What to withdraw. Amount in base units; no token means ether, in wei. */
export interface ForcedWithdrawal {
  readonly amount: bigint;
  readonly to: Address;
  readonly token?: Address;
}

/** Calldata for the portal: a message in the sender's name that withdraws, whoever makes the next blocks. */
export function forcedWithdrawalCall({ amount, to, token }: ForcedWithdrawal): Hex {
  const [target, value, data] =
    token === undefined
      ? ([systemAddresses.messagePasser, amount, etherCall(to)] as const)
      : ([systemAddresses.standardBridge, 0n, tokenCall(token, to, amount)] as const);
  return encodeFunctionData({
    abi: optimismPortalAbi,
    functionName: 'depositTransaction',
    args: [target, value, L2_GAS, false, data],
  });
}

const etherCall = (to: Address): Hex =>
  encodeFunctionData({ abi: messagePasserAbi, functionName: 'initiateWithdrawal', args: [to, L1_GAS_ETHER, '0x'] });

const tokenCall = (token: Address, to: Address, amount: bigint): Hex =>
  encodeFunctionData({
    abi: standardBridgeAbi,
    functionName: 'withdrawTo',
    args: [token, to, amount, L1_GAS_TOKEN, '0x'],
  });
