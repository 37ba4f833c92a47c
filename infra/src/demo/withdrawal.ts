import { gasLimitFor } from '@metachain/bridge';
import { type Address, type Hex, formatEther, parseEther } from 'viem';
import { clientsOf } from '../devnet/clients.js';
import type { Devnet } from '../devnet/data-directory.js';
import { InfraError } from '../errors.js';
import type { Crowd } from './crowd.js';

export interface Withdrawal {
  readonly user: Address;
  readonly amount: string;
  readonly initiated: Hex;
  readonly proven: Hex;
  readonly finalized: Hex;
  readonly seconds: number;
}

const amount = parseEther('0.1');

/** The first user takes ETH back to L1: initiate, wait for an output, prove, wait for the window, finalise. Unmodified viem/op-stack. */
export async function withdraw(devnet: Devnet, crowd: Crowd, report: (text: string) => void): Promise<Withdrawal> {
  const user = crowd.users[0];
  if (!user) throw new InfraError('checkFailed', 'There is no user to withdraw.');
  const { l1, l1Wallet, l2, l2Wallet, account, chain } = clientsOf(devnet, user.privateKey);
  const started = Date.now();
  const before = await l1.getBalance({ address: account.address });
  report('initiating on L2');
  const initiated = await l2Wallet.initiateWithdrawal({
    request: { gas: 100_000n, to: account.address, value: amount },
  });
  const receipt = await l2.waitForTransactionReceipt({ hash: initiated });
  report('waiting for an output root that covers it');
  const { output, withdrawal } = await l1.waitToProve({ receipt, targetChain: chain });
  report('proving on L1');
  const proof = await l2.buildProveWithdrawal({ account, output, withdrawal });
  const gas = gasLimitFor(await l1.estimateProveWithdrawalGas(proof));
  const proven = await l1Wallet.proveWithdrawal({ ...proof, gas });
  const { status } = await l1.waitForTransactionReceipt({ hash: proven });
  if (status === 'reverted') throw new InfraError('checkFailed', `L1 reverted the proof of the withdrawal, ${proven}.`);
  report('waiting for the challenge window');
  await l1.waitToFinalize({ withdrawalHash: withdrawal.withdrawalHash, targetChain: chain });
  const finalized = await finalize(() => l1Wallet.finalizeWithdrawal({ targetChain: chain, withdrawal }), report);
  await l1.waitForTransactionReceipt({ hash: finalized });
  const gained = (await l1.getBalance({ address: account.address })) - before;
  if (gained <= 0n)
    throw new InfraError('checkFailed', `The withdrawal of ${formatEther(amount)} ETH did not arrive on L1.`);
  return {
    user: account.address,
    amount: `${formatEther(amount)} ETH`,
    initiated,
    proven,
    finalized,
    seconds: (Date.now() - started) / 1000,
  };
}

/** The window has passed by the clock; the assertion is confirmed by a transaction of the proposer shortly after. */
async function finalize(send: () => Promise<Hex>, report: (text: string) => void): Promise<Hex> {
  const deadline = Date.now() + 120_000;
  for (;;) {
    try {
      return await send();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      report('waiting for the assertion to be confirmed');
      await new Promise((resolve) => setTimeout(resolve, 2_000));
    }
  }
}
