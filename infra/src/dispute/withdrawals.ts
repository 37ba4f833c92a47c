import { optimismPortalAbi } from '@metachain/contracts';
import { encodeProof, proofToNodes, type Withdrawal, withdrawalHash, withdrawalKey } from '@metachain/program';
import type { PersistentStateTree } from '@metachain/prover';
import { BaseError, bytesToHex, ContractFunctionRevertedError, type Hash, zeroHash } from 'viem';
import { type Clients, clientsOf } from '../devnet/clients.js';
import type { Devnet } from '../devnet/data-directory.js';
import { InfraError } from '../errors.js';
import type { DevelopmentAccount } from '../l1/accounts.js';
import type { Claim } from './operator.js';

/** What the portal said: done, or the name of its error. */
export type PortalAnswer =
  { readonly done: true; readonly gas: bigint } | { readonly done: false; readonly error: string };

/** Proves and finalises withdrawals at the portal, for anybody. */
export class Withdrawals {
  private readonly clients: Clients;

  constructor(
    private readonly devnet: Devnet,
    payer: DevelopmentAccount,
  ) {
    this.clients = clientsOf(devnet, payer.privateKey);
  }

  /** Proves a withdrawal in the state `tree` of an assertion; `root` is the state root that is shown. */
  prove(withdrawal: Withdrawal, claim: Claim, tree: PersistentStateTree): Promise<PortalAnswer> {
    const nodes = proofToNodes(encodeProof(tree.prove(withdrawalKey(withdrawalHash(withdrawal)))));
    const stateRoot = bytesToHex(tree.root);
    const root = {
      version: zeroHash,
      stateRoot,
      messagePasserStorageRoot: stateRoot,
      latestBlockhash: claim.state.headerHash,
    };
    return this.call('proveWithdrawalTransaction', [withdrawal, claim.id, root, nodes]);
  }

  finalize(withdrawal: Withdrawal): Promise<PortalAnswer> {
    return this.call('finalizeWithdrawalTransaction', [withdrawal]);
  }

  /** Asks first, so that a refusal costs nothing; then sends. */
  private async call(
    functionName: 'proveWithdrawalTransaction' | 'finalizeWithdrawalTransaction',
    args: readonly unknown[],
  ): Promise<PortalAnswer> {
    const { l1, l1Wallet, account } = this.clients;
    const request = { account, address: this.devnet.addresses.portal, abi: optimismPortalAbi, functionName, args };
    try {
      await l1.simulateContract(request as never);
    } catch (error) {
      return { done: false, error: revertName(error) };
    }
    const hash: Hash = await l1Wallet.writeContract(request as never);
    const receipt = await l1.waitForTransactionReceipt({ hash });
    if (receipt.status !== 'success') throw new InfraError('checkFailed', `L1 transaction ${hash} failed.`);
    return { done: true, gas: receipt.gasUsed };
  }
}

/** Name of the contract's error. */
function revertName(error: unknown): string {
  const reverted =
    error instanceof BaseError ? error.walk((cause) => cause instanceof ContractFunctionRevertedError) : null;
  if (reverted instanceof ContractFunctionRevertedError) return reverted.data?.errorName ?? reverted.shortMessage;
  throw error;
}
