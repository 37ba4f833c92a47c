import { metachainChain } from '@metachain/bridge';
import type { Hex } from 'viem';
import { createPublicClient, createWalletClient, http } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { foundry } from 'viem/chains';
import { publicActionsL1, publicActionsL2, walletActionsL1, walletActionsL2 } from 'viem/op-stack';
import type { Devnet } from './data-directory.js';

/** How often receipts are asked for, in milliseconds; the devnet's slots are short. */
const pollingInterval = 250;

/** viem clients of both chains for one account, with the op-stack actions. */
export function clientsOf(devnet: Devnet, privateKey: Hex) {
  const account = privateKeyToAccount(privateKey);
  const l1 = { chain: foundry, transport: http(devnet.l1Url), pollingInterval };
  const chain = metachainChain({
    l1: foundry,
    addresses: devnet.addresses,
    rpcUrl: devnet.rpcUrl,
    chainId: devnet.chainId,
  });
  const l2 = { chain, transport: http(devnet.rpcUrl), pollingInterval };
  return {
    account,
    chain,
    l1: createPublicClient({ ...l1, batch: { multicall: { deployless: true } } }).extend(publicActionsL1()),
    l1Wallet: createWalletClient({ ...l1, account }).extend(walletActionsL1()),
    l2: createPublicClient(l2).extend(publicActionsL2()),
    l2Wallet: createWalletClient({ ...l2, account }).extend(walletActionsL2()),
  };
}

export type Clients = ReturnType<typeof clientsOf>;
